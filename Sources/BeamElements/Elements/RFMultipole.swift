import AutoDiff
import BeamMaps
import ParameterTables

/// Multipole kicks at one place that oscillate, each order with its own phase. The reference particle
/// is not touched.
public struct RFMultipole: OscillatingElement {
  /// Amplitudes of the integrated normal coefficients KnL_m [m^−m] from m = 0: dipole, quadrupole ….
  public var normal: [Double]
  /// Amplitudes of the integrated skew coefficients KsL_m [m^−m].
  public var skew: [Double]
  /// Phases of the normal coefficients when the reference particle passes [rad]; 0 where not given.
  public var normalPhase: [Double]
  /// Phases of the skew coefficients [rad].
  public var skewPhase: [Double]
  /// Frequency of the field [Hz].
  public var frequency: Double
  /// The frequency over that of revolution in a ring, in its place; nil if the frequency is given.
  public var harmonic: Double?

  /// Multipoles of amplitudes `normal` and `skew` [m^−m] with phase 0, and `frequency` [Hz].
  public init(normal: [Double] = [], skew: [Double] = [], frequency: Double) {
    self.normal = normal
    self.skew = skew
    self.frequency = frequency
    normalPhase = []
    skewPhase = []
  }

  public init() { self.init(frequency: 0) }

  public static let kind = "RFMultipole"
  public static let summary = "Multipole kicks at one place that oscillate."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .vector("normal", \.normal, unit: "1/m^m", "Integrated normal coefficients from m = 0."),
      .vector("skew", \.skew, unit: "1/m^m", "Integrated skew coefficients from m = 0."),
      .vector(
        "normal_phase", \.normalPhase, unit: "rad",
        "Phases of the normal coefficients for the reference particle; 0 if not given."),
      .vector(
        "skew_phase", \.skewPhase, unit: "rad",
        "Phases of the skew coefficients for the reference particle; 0 if not given."),
      .real(
        "frequency", \.frequency, unit: "Hz", in: .nonNegative,
        "Frequency of the field."),
      .optional(
        "harmonic", \.harmonic, in: .positive, fixed: true,
        "Frequency over that of revolution in a ring, instead of frequency."),
    ], alternatives: [.exactlyOne(of: "frequency", "harmonic")])

  public var equivalentSlices: EquivalentSlices { .all }

  public var warnings: [String] {
    var found: [String] = []
    if normalPhase.count > normal.count {
      found.append("normal_phase has more entries than normal, which do not count")
    }
    if skewPhase.count > skew.count {
      found.append("skew_phase has more entries than skew, which do not count")
    }
    return found
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      OscillatingMultipoleKick<S>(
        normal: (q.normal, q.normalPhase), skew: (q.skew, q.skewPhase),
        wavenumber: q.frequency * (2 * .pi / PhysicalConstants.speedOfLight),
        strength: slice.kick(.one)))
  }
}
