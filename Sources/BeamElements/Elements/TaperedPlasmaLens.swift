import AutoDiff
import BeamMaps
import ParameterTables

/// A thin plasma lens whose focusing grows across the aperture, for achromatic transport where the
/// beam is dispersed.
///
/// C. Lindstrøm et al., arXiv:2604.17605.
public struct TaperedPlasmaLens: Element {
  /// Integrated strength [1/m]; positive focuses in both planes.
  public var k: Double
  /// Integrated gradient of the azimuthal field [T], divided by the signed rigidity and added to
  /// `k`.
  public var integratedGradient: Double
  /// Relative change of the horizontal focusing with x [1/m].
  public var taper: Double

  /// A lens with integrated strength `k` [1/m], or with `integratedGradient` [T], and `taper`
  /// [1/m].
  public init(k: Double = 0, integratedGradient: Double = 0, taper: Double = 0) {
    self.k = k
    self.integratedGradient = integratedGradient
    self.taper = taper
  }

  public init() { self.init(k: 0) }

  public static let kind = "TaperedPlasmaLens"
  public static let summary = "A thin plasma lens whose focusing changes with x."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .real("k", \.k, unit: "1/m", "Integrated strength; positive focuses in both planes."),
      .real(
        "integrated_gradient", \.integratedGradient, unit: "T", "Integrated gradient, instead of k."
      ),
      .real("taper", \.taper, unit: "1/m", "Relative change of the focusing with x."),
    ], alternatives: [.atMostOne(of: "k", "integrated_gradient")])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let k = q.k + q.integratedGradient / reference.rigidity
    return TransferMap(TaperedKick<S>(strength: slice.kick(k), taper: q.taper))
  }
}
