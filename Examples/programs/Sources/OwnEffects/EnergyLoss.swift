import AutoDiff
import BeamDynamics
import Documents

/// A local effect: particles lose energy in proportion to their own, each by itself.
///
///     pt ← pt + loss·length·(1/β − pt)
///
/// It is only its formula; derivatives come by themselves.
public struct EnergyLoss: LocalEffect, CatalogEffect {
  public var loss = 1e-3

  public static let kind = "EnergyLoss"
  public static let summary = "Every particle loses a share of its energy."
  public static let parameters = ParameterTable<Self>([
    .real("loss", \.loss, unit: "1/m", "The share of the energy per length.")
  ])
  public static let variableParameters = ["loss"]
  public init() {}

  public func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] {
    [slice.lifted(self).loss * slice.length, 1.0 / slice.reference.beta]
  }

  public func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
    z.pt = z.pt + q[0] * (q[1] - z.pt)
  }
}
