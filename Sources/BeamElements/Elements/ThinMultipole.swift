import AutoDiff
import BeamMaps
import ParameterTables

/// A multipole kick at one position. It does not bend the design orbit.
public struct ThinMultipole: Element {
  /// Integrated normal coefficients KnL_m [m^−m] from m = 0: dipole, quadrupole, sextupole ….
  public var normal: [Double]
  /// Integrated skew coefficients KsL_m [m^−m].
  public var skew: [Double]

  /// A multipole with these integrated coefficients [m^−m].
  public init(normal: [Double] = [], skew: [Double] = []) {
    self.normal = normal
    self.skew = skew
  }

  public init() { self.init(normal: []) }

  public static let kind = "ThinMultipole"
  public static let summary = "A multipole kick at one place."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .vector("normal", \.normal, unit: "1/m^m", "Integrated normal coefficients from m = 0."),
    .vector("skew", \.skew, unit: "1/m^m", "Integrated skew coefficients from m = 0."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      MultipoleKick<S>(normal: q.normal, skew: q.skew, strength: slice.kick(.one)))
  }
}
