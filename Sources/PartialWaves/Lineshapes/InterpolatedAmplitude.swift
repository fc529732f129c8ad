import AutoDiff
import Documents
import SystemLibrary

/// An amplitude without a model: complex values at some squared masses, joined by natural cubic
/// splines of the real and the imaginary part.
///
/// It is twice continuously differentiable between the first and the last knot, and constant
/// outside. The method is that of E. M. Aitala et al. (E791), Phys. Rev. D 73, 032004 (2006), who
/// interpolate magnitude and phase instead. The knots are ascending, two at least, and should stay
/// fixed in a fit; each has an entry in both lists of values.
public struct InterpolatedAmplitude: Lineshape {
  /// Squared masses of the knots, ascending [GeV²].
  public var knots: [Double]
  /// Real parts of the amplitude at the knots.
  public var real: [Double]
  /// Imaginary parts of the amplitude at the knots.
  public var imaginary: [Double]

  /// - Parameters:
  ///   - knots: Squared masses, ascending, two at least [GeV²].
  ///   - real: Real parts of the amplitude, one for each knot.
  ///   - imaginary: Imaginary parts of the amplitude, one for each knot.
  public init(knots: [Double], real: [Double], imaginary: [Double]) {
    self.knots = knots
    self.real = real
    self.imaginary = imaginary
  }

  /// About half of the Argand circle of an elastic amplitude, at knots up to 4 GeV² above the
  /// squared threshold.
  public init(of decay: TwoBodyDecay) {
    let threshold = (decay.masses.0 + decay.masses.1) * (decay.masses.0 + decay.masses.1)
    self.init(
      knots: (0..<6).map { threshold + 0.8 * Double($0) },
      real: [0, 0.45, 0.4, -0.2, -0.5, -0.3], imaginary: [0, 0.25, 0.8, 0.95, 0.5, 0.1])
  }

  public static let name = "interpolated"
  public static let summary =
    "Complex values at given squared masses, joined by natural cubic splines."
  public static let parameters = ParameterTable<Self>([
    .vector(
      "knots", \.knots, unit: "GeV²", required: true,
      "Squared masses of the knots, ascending; keep them fixed."),
    .vector("re", \.real, required: true, "Real parts at the knots."),
    .vector("im", \.imaginary, required: true, "Imaginary parts at the knots."),
  ])

  public func mistake(in decay: TwoBodyDecay) -> String? {
    if knots.count < 2 { return "\"knots\" has \(knots.count) entries; it takes 2 or more" }
    for (name, list) in [("re", real), ("im", imaginary)] where list.count != knots.count {
      return "\"\(name)\" has \(list.count) entries for \(knots.count) knots; it takes one for each"
    }
    for (a, b) in zip(knots, knots.dropFirst()) where !(a < b) {
      return "\"knots\" are to be ascending; \(b) follows \(a)"
    }
    return nil
  }

  /// Each knot moves by less than half of the distance to its neighbours, so that knots remain
  /// ascending.
  public func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] {
    var limits: [String: ClosedRange<Double>] = [:]
    for k in knots.indices {
      let low = k > 0 ? knots[k] - 0.49 * (knots[k] - knots[k - 1]) : -.infinity
      let high = k + 1 < knots.count ? knots[k] + 0.49 * (knots[k + 1] - knots[k]) : .infinity
      limits["knots[\(k)]"] = low...high
    }
    return limits
  }

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    require(
      mistake(in: decay) == nil, "an interpolated amplitude takes ascending knots with values")
    let knots = p.knots
    let real = CubicSpline(knots: knots, values: p.real)
    let imaginary = CubicSpline(knots: knots, values: p.imaginary)
    let segments = knots.indices.dropLast().map { k in
      Spline<S>.Segment(
        start: S(knots[k]), length: S(knots[k + 1] - knots[k]),
        linear: ComplexNumber(S(real.linear[k]), S(imaginary.linear[k])),
        quadratic: ComplexNumber(S(real.quadratic[k]), S(imaginary.quadratic[k])),
        cubic: ComplexNumber(S(real.cubic[k]), S(imaginary.cubic[k])))
    }
    return Curve(
      Spline<S>(start: ComplexNumber(S(p.real[0]), S(p.imaginary[0])), segments: segments))
  }

  /// The value at the first knot, plus the change over each segment up to s: all of it if s is
  /// above the segment, zero if s is below. So no lane has to search for its segment.
  struct Spline<S: EventScalar>: CurveFormula {
    struct Segment: Sendable {
      let start: S
      let length: S
      let linear: ComplexNumber<S>
      let quadratic: ComplexNumber<S>
      let cubic: ComplexNumber<S>
    }

    let start: ComplexNumber<S>
    let segments: [Segment]

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      var sum = start
      for segment in segments {
        // At a knot the segment to its left contributes the slope, the one to its right does not.
        let t = S.maximum(.zero, .minimum(s - segment.start, segment.length))
        sum += ((segment.cubic * t + segment.quadratic) * t + segment.linear) * t
      }
      return sum
    }
  }
}
