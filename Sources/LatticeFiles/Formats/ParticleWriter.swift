import Communication
import DataFiles

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
  /// The number of the first particle in the bunch.
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

extension ParticleRows: Packable {
  public func pack(into message: inout [UInt8]) {
    first.pack(into: &message)
    coordinates.pack(into: &message)
    weights.pack(into: &message)
    alive.pack(into: &message)
    turn.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    first = Int(unpacking: &message)
    coordinates = [Double](unpacking: &message)
    weights = [Double](unpacking: &message)
    alive = [Bool](unpacking: &message)
    turn = Int(unpacking: &message)
  }
}
