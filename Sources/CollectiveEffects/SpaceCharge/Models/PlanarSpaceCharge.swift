import BeamTracking
import Communication

/// Space charge of a continuous beam: lines of charge on a mesh across it, their potential with open
/// boundaries by the integrated Green's function −ln r². It pushes across the beam only.
///
/// The charge of the "bunch" is that of one second: the beam's current. Each particle stands for a line
/// of charge per metre λ = current/(β0c), wherever it is along the beam.
public struct PlanarSpaceCharge: SpaceChargeModel {
  public static let name = "2D"
  public static let summary =
    "A continuous beam: lines of charge on a mesh across it; kicks across it only."
  public static let meshDimensions = 2
  public static let isContinuous = true

  public var options: SpaceChargeOptions { pool.options }
  private let pool: MeshPool

  public var frame: EffectFrame { .fixedPosition }
  public var slicing: EffectSlicing { options.slicing }

  /// - Throws: ``SpaceChargeError`` if the mesh has no cells, or more than the memory holds.
  public init(_ options: SpaceChargeOptions) throws {
    pool = try MeshPool(options, dimensions: Self.meshDimensions)
  }

  public func begin(_ workers: Workers) -> any EffectRun {
    MeshSpaceChargeRun(pool, workers)
  }
}
