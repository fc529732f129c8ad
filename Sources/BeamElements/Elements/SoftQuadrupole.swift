import AutoDiff
import BeamMaps
import ParameterTables

/// A quadrupole whose gradient changes along it, given by Fourier coefficients: k(z) = G·e(z).
///
/// Each slice has `steps` steps of free flight with a thin lens in the middle, so that more slices
/// change the result like more steps.
public struct SoftQuadrupole: SplitElement {
  /// Length of the field map Λ [m].
  public var length: Double
  /// G [m⁻²]: the focusing strength where e = 1; positive focuses the beam's own species in x.
  public var scale: Double
  /// Gradient [T/m] where e = 1; divided by the signed rigidity, it is added to `scale`.
  public var gradient: Double
  /// c₀, c₁, … of e(z) = c₀/2 + Σ[c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)], with z from the middle.
  public var cosine: [Double]
  /// s₀, s₁, … of e(z); s₀ is ignored.
  public var sine: [Double]
  /// Number of steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A quadrupole of `length` [m] with `scale` [m⁻²] or `gradient` [T/m] and these Fourier
  /// coefficients.
  public init(
    length: Double, scale: Double = 0, gradient: Double = 0, cosine: [Double] = [],
    sine: [Double] = []
  ) {
    self.length = length
    self.scale = scale
    self.gradient = gradient
    self.cosine = cosine
    self.sine = sine
  }

  public static let splittingOrders = [2]
  public var isSplit: Bool { length != 0 }
  public var splitting: Splitting {
    get { Splitting(order: 2, steps: steps) }
    set { steps = newValue.steps }
  }

  public init() { self.init(length: 0) }

  public static let kind = "SoftQuadrupole"
  public static let summary = "A quadrupole with soft ends, by its gradient along the axis."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real(
        "length", \.length, unit: "m", in: .nonNegative, required: true,
        "Length of the field map."),
      .real(
        "scale", \.scale, unit: "1/m^2", "Focusing strength where the profile is 1; > 0 in x."),
      .real(
        "gradient", \.gradient, unit: "T/m", "Gradient where the profile is 1, instead of scale."),
      .vector(
        "cosine", \.cosine, "Fourier coefficients of cos(2 pi j z/length); the first counts half."),
      .vector("sine", \.sine, "Fourier coefficients of sin(2 pi j z/length), from j = 0."),
      .chosen("steps", \.steps, "Steps of the integration in each slice."),
    ], alternatives: [.exactlyOne(of: "scale", "gradient")])

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let steps = steps ?? 10
    let length = slice.length(of: q.length)
    let scale = q.scale + q.gradient / reference.rigidity
    let field = AxialField(cosine: q.cosine, sine: q.sine, length: q.length)
    let strengths = field.values(inStepsOf: slice, steps).map { scale * $0 }
    let step = length * (1 / Double(steps))
    return TransferMap(
      UncoupledMotion<S>(
        x: .steps(of: step, focusing: strengths),
        y: .steps(of: step, focusing: strengths.map { -$0 }), t: .slip(over: length, reference)))
  }
}
