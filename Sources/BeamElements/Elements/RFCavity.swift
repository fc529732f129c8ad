import AutoDiff
import BeamMaps
import ParameterTables

/// A cavity with a standing wave, given by the field on its axis. The reference particle is
/// integrated through the field, and particles are tracked by the linear map about it.
///
/// The field is E(z, t) = Ê·e(z)·cos(kt + φ), with e given by its Fourier coefficients over the
/// cavity's length. Each slice has `steps` steps, so that more slices change the result like more
/// steps.
public struct RFCavity: SplitElement, OscillatingElement {
  /// Length of the field map Λ [m], positive.
  public var length: Double
  /// E₀ = qÊ/(mc²) [1/m]: the largest gain of γ per length, where e = 1.
  public var scale: Double
  /// Frequency of the field [Hz], positive.
  public var frequency: Double
  /// The frequency over that of revolution in a ring, in its place; nil if the frequency is given.
  public var harmonic: Double?
  /// Phase φ of the field at the reference particle's time 0 [rad]; with `autophase`, from the phase of
  /// greatest gain.
  public var phase: Double
  /// Whether `phase` is measured from the phase of greatest gain in the whole cavity.
  public var autophase = false
  /// c₀, c₁, … of e(z) = c₀/2 + Σ[c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)], with z from the middle of the
  /// cavity.
  public var cosine: [Double]
  /// s₀, s₁, … of e(z); s₀ is ignored.
  public var sine: [Double]
  /// Number of integration steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A cavity of `length` [m], `scale` [1/m], `frequency` [Hz], `phase` [rad], and these Fourier
  /// coefficients.
  public init(
    length: Double, scale: Double, frequency: Double, phase: Double = 0, cosine: [Double] = [],
    sine: [Double] = []
  ) {
    self.length = length
    self.scale = scale
    self.frequency = frequency
    self.phase = phase
    self.cosine = cosine
    self.sine = sine
  }

  public static let splittingOrders = [2]
  public var isSplit: Bool { length != 0 }
  public var splitting: Splitting {
    get { Splitting(order: 2, steps: steps) }
    set { steps = newValue.steps }
  }

  public init() { self.init(length: 1, scale: 0, frequency: 1e9) }

  public static let kind = "RFCavity"
  public static let summary = "A cavity with a standing wave, by the field on its axis."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real(
        "length", \.length, unit: "m", in: .positive, required: true, "Length of the field map."),
      .real(
        "scale", \.scale, unit: "1/m", required: true,
        "Peak field times charge over rest energy: gain of gamma per length."),
      .real(
        "frequency", \.frequency, unit: "Hz", in: .positive,
        "Frequency of the field."),
      .optional(
        "harmonic", \.harmonic, in: .positive, fixed: true,
        "Frequency over that of revolution in a ring, instead of frequency."),
      .real(
        "phase", \.phase, unit: "rad", "Phase of the field at the reference particle's time 0."),
      .flag(
        "autophase", \.autophase,
        "The phase is measured from that of greatest gain in the whole cavity."),
      .vector(
        "cosine", \.cosine, "Fourier coefficients of cos(2 pi j z/length); the first counts half."),
      .vector("sine", \.sine, "Fourier coefficients of sin(2 pi j z/length), from j = 0."),
      .chosen("steps", \.steps, "Steps of the integration in each slice."),
    ], alternatives: [.exactlyOne(of: "frequency", "harmonic")])

  /// The integration through `slice`, from `reference`, which notes the phase of greatest gain at the
  /// cavity's entrance; nil for a length of zero, where there is no field.
  private func passage<C: RealScalar>(
    _ q: Lifted<Self, C>, _ slice: Slice, from reference: inout ReferenceParticle<C>
  ) -> CavityTransit<C>? {
    guard length != 0 else { return nil }
    let field = AxialField<C>(cosine: q.cosine, sine: q.sine, length: q.length)
    let steps = steps ?? 10
    var drive = CavityTransit<C>.Drive(
      scale: q.scale, wavenumber: q.frequency * (2 * .pi / PhysicalConstants.speedOfLight),
      phase: .zero)
    if autophase {
      drive.phase = reference.crestPhase(in: slice) {
        CavityTransit.gain(slice.count, of: field, steps: steps, drive, from: $0)
      }
    }
    drive.phase = drive.phase + q.phase
    return CavityTransit(slice, of: field, steps: steps, drive, from: reference)
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    guard let passage = passage(q, slice, from: &reference) else { return }
    reference.fly(over: slice.length(of: q.length))
    reference.timeSum = passage.timeSum
    reference.kineticEnergyOverMass = passage.kineticEnergyOverMass
  }

  /// `reference` is at the end of the slice. The integration from there back to the beginning also
  /// gives the particles' map.
  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    var origin = reference
    guard let passage = passage(q, slice.reversed, from: &origin) else {
      return TransferMap(Rest<S>())
    }
    let before = passage.betaGamma
    let after = reference.betaGamma
    let transverse = passage.transverseBack.rescaled(momentumUnit: before, to: after)
    return TransferMap(
      UncoupledMotion<S>(
        x: transverse, y: transverse,
        t: passage.longitudinalBack.rescaled(momentumUnit: before, to: after)))
  }
}
