import AutoDiff
import BeamMaps
import ParameterTables

/// A beam in thermal equilibrium in isotropic constant focusing, with its own space charge: normal
/// in all momenta, with a density between a normal one (zero charge) and a uniform ball (high
/// charge).
///
///     f ∝ e^(−H/kT),  H = p²/2 + k²r²/2 + Cφ,  ∇²φ = −n,  ∫n = 1,  C = |q|Q/(ε₀(βγ)²mc²)
///
/// in the coordinates of the rest frame, r = (x, y, −βγt) and p = (px, py, −pt/βγ), in which the
/// beam is isotropic. The central density follows from ∫n = 1. R. Ryne et al., "A test suite of
/// space-charge problems for code benchmarking", EPAC (2004), WEPLT047.
public struct ThermalDistribution: SizedDistribution {
  /// External focusing in all planes, k of `ConstantFocusing` [1/m].
  public var k = 1.0
  /// Temperature ⟨px²⟩.
  public var kT = 1e-6
  /// Start value of the search for the central density, in ImpactX's units; 0 for none.
  public var normalize = 0.0
  private var sample: ThermalSample?

  public static let kind = "thermal"
  public static let summary = "Stationary in isotropic focusing with its own space charge."
  public static let parameters = ParameterTable<Self>([
    .real(
      "k", \.k, unit: "1/m", in: .positive, required: true, "External focusing, in all planes."),
    .real("kT", \.kT, in: .positive, required: true, "Temperature: the variance of px."),
    .real(
      "normalize", \.normalize, in: .nonNegative,
      "Start value of the normalised density for the search; 0 for none."),
  ])
  public static let uniformCount = ThermalSample.uniformCount
  public static let followsBeam = true

  public init() {}

  /// A beam with focusing `k` [1/m] and temperature ⟨px²⟩.
  public init(k: Double, kT: Double) {
    self.k = k
    self.kT = kT
  }

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    guard let sample else {
      fatalError("a thermal distribution is sized for a beam first")
    }
    return sample.point(uniforms, ofHalo: false)
  }

  public func sized(
    for reference: ReferenceParticle<Double>, charge: Double
  ) throws(InvalidBeamShape) -> (distribution: any Distribution, shape: BeamShape<Double>) {
    let sample = try ThermalSample(
      k: k, temperatures: (kT, kT), haloFraction: 0, startingAt: (normalize, 0), reference, charge)
    var distribution = self
    distribution.sample = sample
    return (distribution, try sample.shape)
  }
}
