import BeamTracking
import Communication

/// Space charge of a bunch that is long at rest compared with its width: the potential of its
/// charge projected on a transverse mesh, times the longitudinal profile λ̂ of the charge in linear
/// bins.
///
/// Δp = −∂/∂(x, y, t) of K φ(x, y) λ̂(t): transversely the field times λ̂, longitudinally the
/// potential times the slope of λ̂. The potential is relative to a round pipe much wider than the
/// beam; the pipe's radius matters for the longitudinal kick only.
public struct LongBunchSpaceCharge: SpaceChargeModel {
  public static let name = "2.5D"
  public static let summary =
    "A long bunch: the potential of its charge on a transverse mesh, times its longitudinal profile."
  public static let meshDimensions = 2
  public static let hasProfile = true

  /// The options.
  public var options: SpaceChargeOptions { pool.options }
  private let pool: MeshPool

  public var frame: EffectFrame { .fixedPosition }
  public var slicing: EffectSlicing { options.slicing }

  /// - Throws: ``SpaceChargeError`` if the mesh has too few cells or needs more than the available
  ///   memory, if there are fewer than 2 bins, or if there is no pipe radius.
  public init(_ options: SpaceChargeOptions) throws {
    pool = try MeshPool(options, dimensions: Self.meshDimensions, hasProfile: true)
  }

  public func begin(_ workers: Workers) -> any EffectRun {
    MeshSpaceChargeRun(pool, workers)
  }
}
