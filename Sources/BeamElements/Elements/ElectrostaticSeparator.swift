import AutoDiff
import BeamMaps
import ParameterTables

/// A uniform transverse electric field between hard edges. It does not bend the design orbit.
///
/// The potential is zero on the axis, so that the energy of the reference particle stays: a particle
/// off the axis gains or loses energy at the edges, by the potential there.
public struct ElectrostaticSeparator: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// Field E_x [V/m].
  public var ex: Double
  /// Field E_y [V/m].
  public var ey: Double

  /// A separator of `length` [m] with the field `ex`, `ey` [V/m].
  public init(length: Double, ex: Double = 0, ey: Double = 0) {
    self.length = length
    self.ex = ex
    self.ey = ey
  }

  public init() { self.init(length: 0) }

  public static let kind = "ElectrostaticSeparator"
  public static let summary = "A uniform transverse electric field."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .real("ex", \.ex, unit: "V/m", "Electric field E_x."),
    .real("ey", \.ey, unit: "V/m", "Electric field E_y."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // p₀c/q [V], signed as the charge
    let momentum = reference.rigidity * PhysicalConstants.speedOfLight
    return TransferMap(
      TransverseElectricField<S>(
        length: slice.length(of: q.length), field: (q.ex / momentum, q.ey / momentum), reference))
  }
}
