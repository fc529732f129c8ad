import BeamDynamics
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

  /// Begins a file of particles; nil, as by default, if this format is only read.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - hasTurns: Whether each row says in which turn it was written.
  /// - Throws: `DataFileError` if the file cannot be written.
  static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)?
  /// Whether ``writer(to:hasTurns:)`` gives one.
  static var canWrite: Bool { get }
}

extension BeamFormat {
  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? { nil }
  public static var canWrite: Bool { false }
}

/// Writes the particles of a bunch, rows after rows.
public protocol ParticleWriter {
  /// The file under a temporary name; it gets its own name when it is complete.
  var file: FileWriter { get }
  /// Writes some more particles.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  mutating func append(_ rows: ParticleRows) throws
  /// Writes what could not be written before the last row was known, such as an array that begins
  /// with its length.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  mutating func complete() throws
}

/// Some particles of a bunch, in the order of their numbers.
public struct ParticleRows: Sendable {
  /// The number of the first particle.
  public let first: Int
  /// x [m], px, y [m], py, t [m], pt of each particle, one after the other.
  public let coordinates: [Double]
  /// How many real particles each stands for.
  public let weights: [Double]
  /// False for those that are lost.
  public let alive: [Bool]
  /// The turn, from 1.
  public let turn: Int

  /// The number of particles.
  public var count: Int { weights.count }
}

/// The formats of files of particles: a value, to which users add their own.
public struct BeamFormatCatalog: Sendable {
  /// In the order of documentation.
  public let formats: [any BeamFormat.Type]

  /// A catalog of these formats.
  public init(_ formats: [any BeamFormat.Type]) { self.formats = formats }

  /// All that come with this package.
  public static let standard = Self([CSVBeam.self, NPYBeam.self, NPZBeam.self])

  /// Both catalogs; where both have a format of one name or ending, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.formats + b.formats) }

  /// The format of this name.
  public subscript(name: String) -> (any BeamFormat.Type)? { formats.first { $0.name == name } }

  /// The names of the formats that can be written.
  public var writableNames: [String] { formats.filter { $0.canWrite }.map { $0.name } }

  /// The format of a file by its ending, in capitals or not; nil if none has it.
  public func format(of path: String) -> (any BeamFormat.Type)? {
    let path = path.lowercased()
    return formats.first { $0.endings.contains { path.hasSuffix($0) } }
  }
}
