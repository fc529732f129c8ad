import BeamDynamics
import Communication
import DataFiles

/// A format of files of particles.
///
/// To add one, write a type that conforms, and put it into ``Catalogs/beamFormats``.
public protocol BeamFormat: Sendable {
  /// The name under "format" in run files, such as "csv". Files that are written end with a dot and
  /// this name.
  static var name: String { get }
  /// The endings of files that are read, in small letters: ".csv".
  static var endings: [String] { get }
  /// What it is, in one sentence.
  static var summary: String { get }

  /// The particles of a file.
  ///
  /// - Throws: `DataFileError` for a file that cannot be read, with its place where there is one.
  static func read(_ path: String) throws(DataFileError) -> ParticleTable
  /// The particles of a file, read on several threads; as ``read(_:)`` by default.
  ///
  /// - Throws: As ``read(_:)``.
  static func read(_ path: String, workers: Workers) throws(DataFileError) -> ParticleTable

  /// The particles that this process has, of those of a file that several processes share; all of them call this. By
  /// default a process reads the file as a whole and keeps its own.
  ///
  /// - Throws: As ``read(_:)``; not all processes need to throw, if no messages are sent. What the processes throw
  ///   if they cannot communicate.
  static func readShare(_ path: String, workers: Workers) throws -> ParticleTable

  /// Begins a file of particles; nil, as by default, if this format is only read.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - hasTurns: Whether each row says in which turn it was written.
  /// - Throws: `DataFileError` if the file cannot be written.
  static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)?
  /// Begins a file of particles that is written on several threads; as ``writer(to:hasTurns:)`` by default.
  /// The file must not depend on their number.
  ///
  /// - Throws: As ``writer(to:hasTurns:)``.
  static func writer(
    to path: String, hasTurns: Bool, workers: Workers
  ) throws -> (any ParticleWriter)?
  /// Whether ``writer(to:hasTurns:)`` gives one.
  static var canWrite: Bool { get }
}

extension BeamFormat {
  public static func read(
    _ path: String, workers: Workers
  ) throws(DataFileError) -> ParticleTable {
    try read(path)
  }

  public static func readShare(_ path: String, workers: Workers) throws -> ParticleTable {
    try read(path, workers: workers.alone).shared(in: workers.communicator)
  }

  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? { nil }

  public static func writer(
    to path: String, hasTurns: Bool, workers: Workers
  ) throws -> (any ParticleWriter)? {
    try writer(to: path, hasTurns: hasTurns)
  }

  public static var canWrite: Bool { false }
}
