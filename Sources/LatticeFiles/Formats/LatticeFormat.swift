import BeamDynamics
import Documents

/// A format of files that hold a lattice; a run file names such a file under `"lattice": {"file": …}`.
///
/// To add one, write a type that conforms, and put it into ``Catalogs/latticeFormats``.
public protocol LatticeFormat: Sendable {
  /// What it is called, in small letters.
  static var name: String { get }
  /// The endings of its files, in small letters: ".json".
  static var endings: [String] { get }
  /// What it is, in one sentence.
  static var summary: String { get }

  /// The beamline of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - line: The line to use; nil for the one that the file itself names.
  ///   - model: Of elements that name none; nil for the default of each kind.
  /// - Throws: `InvalidInput` with every mistake found, each with its place in the file.
  static func read(
    _ path: String, line: String?, model: ElementModel?
  ) throws(InvalidInput) -> LatticeFile
}

/// What a file of a lattice holds.
public struct LatticeFile: Sendable {
  /// The elements, in the order of passing.
  public var beamline: Beamline
  /// What was noticed, left out or assumed.
  public var warnings: [Diagnostic]

  /// - Parameters:
  ///   - beamline: The elements, in the order of passing.
  ///   - warnings: What was noticed, left out or assumed.
  public init(_ beamline: Beamline, warnings: [Diagnostic] = []) {
    self.beamline = beamline
    self.warnings = warnings
  }
}
