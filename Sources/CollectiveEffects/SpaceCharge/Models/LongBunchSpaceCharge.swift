import BeamTracking
import Communication

/// Space charge of a bunch that is long compared with its width, at rest: the potential of all its
/// charge projected on a mesh across it, times the charge's profile λ̂ along it, of linear bins.
///
/// Δp = −∂/∂(x, y, t) of K φ(x, y) λ̂(t): across the beam the field times λ̂, along it the potential
/// times the slope of λ̂. The potential is that towards a round pipe much wider than the beam; the pipe's
/// radius counts for the kick along the beam only.
public struct LongBunchSpaceCharge: SpaceChargeModel {
  public static let name = "2.5D"
  public static let summary =
    "A long bunch: the potential of its projection on a mesh across it, times its profile along it."
  public static let meshDimensions = 2
  public static let hasProfile = true

  public var options: SpaceChargeOptions { pool.options }
  private let pool: MeshPool

  public var frame: EffectFrame { .fixedPosition }
  public var slicing: EffectSlicing { options.slicing }

  /// - Throws: ``SpaceChargeError`` if the mesh has no cells, or more than the memory holds, or if there
  ///   is no pipe.
  public init(_ options: SpaceChargeOptions) throws {
    pool = try MeshPool(options, dimensions: Self.meshDimensions, hasProfile: true)
  }

  public func begin(_ workers: Workers) -> any EffectRun {
    MeshSpaceChargeRun(pool, workers)
  }
}
