import AutoDiff
import BeamMaps
import ParameterTables

/// A thermal core and a hotter halo in equilibrium, in isotropic constant focusing with the space
/// charge of both: a ``ThermalDistribution`` of two temperatures.
public struct BithermalDistribution: SizedDistribution {
  /// External focusing in all planes, k of `ConstantFocusing` [1/m].
  public var k = 1.0
  /// Temperature ⟨px²⟩ of the core.
  public var kT = 1e-6
  /// Temperature ⟨px²⟩ of the halo.
  public var kTHalo = 1e-6
  /// The halo's fraction of the particles.
  public var halo = 0.0
  /// Start value of the search for the core's central density, in ImpactX's units; 0 for none.
  public var normalize = 0.0
  /// The same for the halo.
  public var normalizeHalo = 0.0
  private var sample: ThermalSample?

  public static let kind = "bithermal"
  public static let summary = "A thermal core and a hotter halo, stationary with space charge."
  public static let parameters = ParameterTable<Self>([
    .real(
      "k", \.k, unit: "1/m", in: .positive, required: true, "External focusing, in all planes."),
    .real(
      "kT", \.kT, in: .positive, required: true, "Temperature of the core: the variance of px."),
    .real("kT_halo", \.kTHalo, in: .positive, required: true, "Temperature of the halo."),
    .real("halo", \.halo, in: 0...1, required: true, "The halo's fraction of the particles."),
    .real(
      "normalize", \.normalize, in: .nonNegative,
      "Start value of the core's normalised density for the search; 0 for none."),
    .real(
      "normalize_halo", \.normalizeHalo, in: .nonNegative,
      "Start value of the halo's normalised density for the search; 0 for none."),
  ])
  public static let uniformCount = ThermalSample.uniformCount + 1
  public static let followsBeam = true

  public init() {}

  /// A beam with focusing `k` [1/m], temperatures ⟨px²⟩ of core and halo, and the halo's fraction
  /// of the particles.
  public init(k: Double, kT: Double, kTHalo: Double, halo: Double) {
    self.k = k
    self.kT = kT
    self.kTHalo = kTHalo
    self.halo = halo
  }

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    guard let sample else {
      fatalError("a bithermal distribution is sized for a beam first")
    }
    return sample.point(uniforms, ofHalo: uniforms[ThermalSample.uniformCount] < halo)
  }

  public func sized(
    for reference: ReferenceParticle<Double>, charge: Double
  ) throws(InvalidBeamShape) -> (distribution: any Distribution, shape: BeamShape<Double>) {
    let sample = try ThermalSample(
      k: k, temperatures: (kT, kTHalo), haloFraction: halo,
      startingAt: (normalize, normalizeHalo), reference, charge)
    var distribution = self
    distribution.sample = sample
    return (distribution, try sample.shape)
  }
}
