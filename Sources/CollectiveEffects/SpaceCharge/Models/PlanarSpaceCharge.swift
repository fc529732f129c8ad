import BeamTracking
import Communication

/// Space charge of a continuous beam: lines of charge on a transverse mesh, with their potential by
/// the integrated Green's function −ln r² for open boundaries. Kicks are transverse only.
///
/// The charge of the "bunch" is that of one second: the beam's current. Each particle represents a
/// line of charge per metre λ = current/(β0c), at any longitudinal position.
public struct PlanarSpaceCharge: SpaceChargeModel {
  public static let name = "2D"
  public static let summary =
    "A continuous beam: lines of charge on a transverse mesh; transverse kicks only."
  public static let meshDimensions = 2
  public static let isContinuous = true

  /// The options.
  public var options: SpaceChargeOptions { pool.options }
  private let pool: MeshPool

  public var frame: EffectFrame { .fixedPosition }
  public var slicing: EffectSlicing { options.slicing }

  /// - Throws: ``SpaceChargeError`` if the mesh has too few cells, or needs more than the available
  ///   memory.
  public init(_ options: SpaceChargeOptions) throws {
    pool = try MeshPool(options, dimensions: Self.meshDimensions)
  }

  public func begin(_ workers: Workers) -> any EffectRun {
    MeshSpaceChargeRun(pool, workers)
  }
}
