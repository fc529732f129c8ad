import AutoDiff
import BeamMaps
import ParameterTables

/// A solenoid whose field changes along it, given by Fourier coefficients: Bz(z)/Bρ = B₀·e(z).
///
///     H = [(px + αy)² + (py − αx)²]/2 + (pt/βγ)²/2,  α = B₀·e/2
///
/// Each slice has `steps` steps of free flight, with the focusing and the turn of its middle
/// between: more slices change the result like more steps. px and py are canonical, so that what
/// the field does where it rises and falls is part of it.
public struct SoftSolenoid: SplitElement {
  /// Length of the field map Λ [m].
  public var length: Double
  /// B₀ = Bz/Bρ [1/m] where e = 1.
  public var scale: Double
  /// Bz [T] where e = 1; divided by the signed rigidity, it is added to `scale`.
  public var field: Double
  /// c₀, c₁, … of e(z) = c₀/2 + Σ[c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)], with z from the middle.
  public var cosine: [Double]
  /// s₀, s₁, … of e(z); s₀ is ignored.
  public var sine: [Double]
  /// Number of steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A solenoid of `length` [m] with `scale` [1/m] or `field` [T] and these Fourier coefficients.
  public init(
    length: Double, scale: Double = 0, field: Double = 0, cosine: [Double] = [],
    sine: [Double] = []
  ) {
    self.length = length
    self.scale = scale
    self.field = field
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

  public static let kind = "SoftSolenoid"
  public static let summary = "A solenoid with soft ends, by its field along the axis."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real(
        "length", \.length, unit: "m", in: .nonNegative, required: true,
        "Length of the field map."),
      .real(
        "scale", \.scale, unit: "1/m", "Field over rigidity where the profile is 1."),
      .real("field", \.field, unit: "T", "Field where the profile is 1, instead of scale."),
      .vector(
        "cosine", \.cosine, "Fourier coefficients of cos(2 pi j z/length); the first counts half."),
      .vector("sine", \.sine, "Fourier coefficients of sin(2 pi j z/length), from j = 0."),
      .chosen("steps", \.steps, "Steps of the integration in each slice."),
    ], alternatives: [.exactlyOne(of: "scale", "field")])

  /// The turn of a step commutes with its focusing and with free flight, which are alike in x and
  /// y: all turns are one, by the sum of their angles, and what is left is one plane.
  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let steps = steps ?? 10
    let length = slice.length(of: q.length)
    let halfScale = (q.scale + q.field / reference.rigidity) * 0.5
    let profile = AxialField(cosine: q.cosine, sine: q.sine, length: q.length)
    let alphas = profile.values(inStepsOf: slice, steps).map { halfScale * $0 }
    let step = length * (1 / Double(steps))
    return TransferMap(
      TurnedMotion<S>(
        plane: .steps(of: step, focusing: alphas.map(\.squared)),
        angle: step * alphas.reduce(.zero, +),
        slip: PlaneMatrix.slip(over: length, reference).qp))
  }
}
