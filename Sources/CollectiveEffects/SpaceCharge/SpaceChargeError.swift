import BeamTracking
import SystemLibrary

/// The reason why space charge cannot be computed.
public enum SpaceChargeError: EffectFailure, Equatable {
  /// All particles have the same coordinate on this axis, so that a mesh around them has no volume.
  case flatBunch(axis: String)
  /// All particles have the same coordinate on this axis; a Gaussian of zero size has no field.
  case noSize(axis: String)
  /// The mesh needs more memory than the machine has; both in bytes.
  case meshTooLarge(cells: [Int], bytes: Int, available: Int)
  /// An axis has fewer than 2 cells.
  case tooFewCells([Int])
  /// A profile along the bunch has fewer than 2 bins.
  case tooFewBins(Int)
  /// There is no pipe radius. The potential of a long bunch is relative to a pipe around it.
  case noPipe
  /// Second derivatives need the cubic shape for both deposit and gather.
  case shapeHasNoSecondDerivative(ParticleShape)

  public var description: String {
    switch self {
    case .flatBunch(let axis):
      "space charge: all particles have the same \(axis), so that a mesh around them has no volume; "
        + "give the beam a size along \(axis), or fix the mesh by a box"
    case .noSize(let axis):
      "space charge: all particles have the same \(axis), and a Gaussian of no size has no field; "
        + "give the beam a size along \(axis)"
    case .meshTooLarge(let cells, let bytes, let available):
      "space charge: a mesh of \(cells.map(String.init).joined(separator: "×")) cells needs "
        + "\(Self.gigabytes(bytes)) GB of memory, and the machine has "
        + "\(Self.gigabytes(available)) GB; use fewer cells, or single precision"
    case .tooFewCells(let cells):
      "space charge: a mesh has at least 2 cells along each axis, not "
        + cells.map(String.init).joined(separator: "×")
    case .tooFewBins(let bins):
      "space charge: a profile along the bunch has at least 2 bins, not \(bins)"
    case .noPipe:
      "space charge of a long bunch needs the radius of the pipe around it, a positive length: give a "
        + "\"pipe_radius\" [m]"
    case .shapeHasNoSecondDerivative(let shape):
      "space charge: second derivatives need the shape \"cubic\", also for the gather: the "
        + "kick with \"\(shape.name)\" has kinks where particles move to another cell"
    }
  }

  private static func gigabytes(_ bytes: Int) -> String {
    String(Double(bytes) / 1e9, decimals: 1)
  }
}
