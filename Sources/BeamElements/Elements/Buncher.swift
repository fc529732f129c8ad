import AutoDiff
import BeamMaps
import ParameterTables

/// A cavity at its zero crossing, to first order: it changes the energy in proportion to the delay,
/// and focuses or defocuses transversely.
///
///     px ← px + kV/(2(βγ)²)·x,  py alike,  pt ← pt − kV·t
public struct Buncher: Element {
  /// V = qV̂/(p₀c): the amplitude of the energy change over the reference momentum times c. If it
  /// is positive, late particles gain energy, and the bunch becomes shorter.
  public var normalizedVoltage: Double
  /// Wavenumber of the field, k = 2πf/c [1/m].
  public var wavenumber: Double

  /// A buncher with this voltage over p₀c/q and `wavenumber` [1/m].
  public init(normalizedVoltage: Double, wavenumber: Double) {
    self.normalizedVoltage = normalizedVoltage
    self.wavenumber = wavenumber
  }

  public init() { self.init(normalizedVoltage: 0, wavenumber: 0) }

  public static let kind = "Buncher"
  public static let summary = "A cavity at its zero crossing, to first order; no energy gain."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real(
      "normalized_voltage", \.normalizedVoltage, required: true,
      "Voltage times charge over reference momentum times c; positive bunches."),
    .real(
      "wavenumber", \.wavenumber, unit: "1/m", required: true, "Wavenumber of the field, 2 pi f/c."),
  ])

  public var isLinear: Bool { true }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let strength = slice.kick(q.wavenumber * q.normalizedVoltage)
    let betaGamma = reference.betaGamma
    return TransferMap(
      BunchingKick<S>(
        bunching: S(strength), defocusing: S(strength / (2.0 * betaGamma * betaGamma))))
  }
}
