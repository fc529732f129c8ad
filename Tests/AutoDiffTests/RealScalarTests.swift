import AutoDiff
import DoubleDouble
import Testing

@Suite struct RealScalarTests {
  @Test func integerPowersAreRepeatedProducts() {
    for n in -12...12 {
      for x in [-1.7, -1, 0.3, 1, 2.5] {
        let power = Double.pow(x, n)
        let exact = DoubleDouble.pow(DoubleDouble(x), n)
        // Squaring doubles a relative error and multiplying adds one: at most n roundings, each
        // half an ulp of a number whose ulp may, relatively, be twice the result's.
        let tolerance = Double(max(n.magnitude, 1)) * power.ulp
        #expect(Double(DoubleDouble(power) - exact).magnitude <= tolerance)
        let float = Lanes<FloatX8>.pow(Lanes<FloatX8>(x), n)[3]
        let exactFloat = DoubleDouble.pow(DoubleDouble(Double(Float(x))), n)
        let floatTolerance = Double(max(n.magnitude, 1)) * Double(float.ulp)
        #expect(Double(DoubleDouble(Double(float)) - exactFloat).magnitude <= floatTolerance)
      }
    }
  }

  @Test func powersOfZeroAreThoseOfAProduct() {
    #expect(Double.pow(0, 0) == 1)
    #expect(Double.pow(0, 3) == 0)
    #expect(Double.pow(0, -1) == .infinity)
    #expect(Lanes<DoubleX4>.pow(Lanes<DoubleX4>(0.0), 0)[0] == 1)
  }

  @Test func polynomialsAreSumsOfPowers() {
    func value<S: RealScalar>(_ x: S) -> S { .polynomial(x, [1.5, -2.0, 0.25, 3.0]) }
    for x in [-2.5, -0.1, 0, 0.7, 3] {
      let expected = 1.5 - 2 * x + 0.25 * x * x + 3 * x * x * x
      // Three steps of Horner's rule, each an ulp of the largest term.
      let scale = 1.5 + 2 * x.magnitude + 0.25 * x * x + 3 * (x * x * x).magnitude
      #expect((value(x) - expected).magnitude <= 6 * scale.ulp)
      #expect((value(Lanes<DoubleX4>(x))[1] - expected).magnitude <= 6 * scale.ulp)
    }
    #expect(Double.polynomial(3, [7.0]) == 7)
  }

  @Test func masksCombineLaneByLane() {
    var x = Lanes<DoubleX4>(0)
    for i in 0..<4 { x[i] = Double(i) }
    let isSmall = x < Lanes<DoubleX4>(2)
    let isLarge = Lanes<DoubleX4>(1) <= x
    #expect((0..<4).map { isSmall[$0] } == [true, true, false, false])
    #expect((0..<4).map { (isSmall .& isLarge)[$0] } == [false, true, false, false])
    #expect((isSmall .| isLarge).all && !(isSmall .& (.!isSmall)).any)
    #expect(LaneMask<FloatX8>(repeating: true).all && !LaneMask<FloatX8>(repeating: false).any)
  }

  @Test func minimumMaximumAndMagnitudeAgreeWithPlainNumbers() {
    for (a, b) in [(1.0, 2.0), (-1, -3), (0, 0)] {
      let (x, y) = (Lanes<DoubleX4>(a), Lanes<DoubleX4>(b))
      #expect(Lanes<DoubleX4>.minimum(x, y)[0] == min(a, b))
      #expect(Lanes<DoubleX4>.maximum(x, y)[0] == max(a, b))
      #expect(Lanes<DoubleX4>.abs(x)[0] == a.magnitude)
      #expect(Double.minimum(a, b) == min(a, b) && Double.maximum(a, b) == max(a, b))
      #expect(Float.minimum(Float(a), Float(b)) == Float(min(a, b)))
    }
  }

  /// The C library promises an ulp or two, which is what the functions of plain numbers then have.
  @Test func functionsOfPlainNumbersAreThoseOfTheirNames() {
    func check<F: ElementaryFunction>(_ function: F, _ x: Double) {
      let exact = function(DoubleDouble(x))
      #expect(unitsInTheLastPlace(function(x), from: exact) <= 2, "\(F.self)(\(x))")
      let exactFloat = function(DoubleDouble(Double(Float(x))))
      #expect(
        unitsInTheLastPlace(function(Float(x)), from: exactFloat) <= 2, "\(F.self)(\(x)), float")
    }
    for x in [0.1, 0.3, 0.7, 0.95] {
      check(Sine(), x)
      check(Cosine(), x)
      check(SineOfBoth(), x)
      check(CosineOfBoth(), x)
      check(Tangent(), x)
      check(Arcsine(), x)
      check(Arccosine(), x)
      check(Arctangent(), x)
      check(Exponential(), x)
      check(ExponentialMinusOne(), x)
      check(Logarithm(), x)
      check(LogarithmOfOnePlus(), x)
      check(HyperbolicSine(), x)
      check(HyperbolicCosine(), x)
      check(HyperbolicTangent(), x)
      check(InverseHyperbolicSine(), x)
      check(CubeRoot(), x)
      check(SquareRoot(), x)
      check(Reciprocal(), x)
    }
  }
}
