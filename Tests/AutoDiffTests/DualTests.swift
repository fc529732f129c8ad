import AutoDiff
import DoubleDouble
import Testing

/// Derivatives by dual numbers against difference quotients with 32 digits, which do not know the
/// rules of differentiation.
@Suite struct DualTests {
  /// f′ by the central difference: with h = 1e-9 the truncation is h²f‴/6 ~ 1e-18, the rounding
  /// 1e-31/h = 1e-22.
  func difference<F: ScalarFunction>(_ function: F, at x: Double) -> Double {
    let h = 1e-9
    let x = DoubleDouble(x)
    let change: DoubleDouble = function(x + h) - function(x - h)
    return Double(change / (2 * h))
  }

  /// f″ by the second difference: with h = 1e-7 the truncation is h²f⁗/12 ~ 1e-15, the rounding
  /// 1e-31/h² = 1e-17.
  func secondDifference<F: ScalarFunction>(_ function: F, at x: Double) -> Double {
    let h = 1e-7
    let x = DoubleDouble(x)
    let sum: DoubleDouble = function(x + h) + function(x - h)
    let change: DoubleDouble = sum - 2.0 * function(x)
    return Double(change / (h * h))
  }

  func expectDerivatives<F: ScalarFunction>(
    of function: F, at points: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for x in points {
      let dual = function(Dual<1, Double>(x, variable: 0))
      let first = difference(function, at: x)
      // The chain rule rounds a handful of times: 1e-14 is 45 ulps.
      let scale = max(first.magnitude, 1e-3)
      #expect(
        (dual.tangent[0] - first).magnitude < 1e-14 * scale,
        "\(F.self)′(\(x)) = \(dual.tangent[0]), not \(first)", sourceLocation: sourceLocation)
      // Terms of a few units may cancel in a value.
      let value = Double(function(DoubleDouble(x)))
      #expect(
        (dual.value - value).magnitude <= 1e-14 * max(value.magnitude, 1),
        sourceLocation: sourceLocation)

      let nested = function(Dual<1, Dual<1, Double>>(Dual(x, variable: 0), variable: 0))
      let second = secondDifference(function, at: x)
      // One more differentiation, and the second difference's own 1e-15·f⁗: 1e-12.
      #expect(
        (nested.tangent[0].tangent[0] - second).magnitude < 1e-12 * max(second.magnitude, 1),
        "\(F.self)″(\(x)) = \(nested.tangent[0].tangent[0]), not \(second)",
        sourceLocation: sourceLocation)
      // The inner level may round a quotient's parts in another order.
      #expect(
        (nested.value.tangent[0] - dual.tangent[0]).magnitude < 1e-14 * scale,
        sourceLocation: sourceLocation)

      expectSameInLanes(function, at: x, sourceLocation)
    }
  }

  /// A dual over lanes does lane by lane what a dual over `Double` does, but for the two ulps of
  /// the lanes' functions in each factor; in single precision likewise.
  func expectSameInLanes<F: ScalarFunction>(
    _ function: F, at x: Double, _ sourceLocation: SourceLocation
  ) {
    var lanes = Lanes<DoubleX4>(0.25)
    lanes[2] = x
    let result = function(Dual<1, Lanes<DoubleX4>>(lanes, variable: 0))
    let expected = function(Dual<1, Double>(x, variable: 0))
    let scale = max(expected.tangent[0].magnitude, 1e-3)
    #expect(
      (result.tangent[0][2] - expected.tangent[0]).magnitude < 1e-14 * scale,
      sourceLocation: sourceLocation)
    #expect(
      (result.value[2] - expected.value).magnitude <= 1e-14 * max(expected.value.magnitude, 1),
      sourceLocation: sourceLocation)
    let float = function(Dual<1, Lanes<FloatX8>>(Lanes(Double(Float(x))), variable: 0))
    let rounded = function(Dual<1, Double>(Double(Float(x)), variable: 0))
    // 45 units of 2⁻²³, as above.
    #expect(
      (Double(float.tangent[0][7]) - rounded.tangent[0]).magnitude
        < 5e-6 * max(rounded.tangent[0].magnitude, 1e-3),
      sourceLocation: sourceLocation)
  }

  @Test func elementaryFunctionsHaveTheirDerivatives() {
    let any = [-2.3, -0.7, 0.1, 0.9, 3.1]
    let positive = [0.1, 0.7, 1.0, 2.5, 30]
    expectDerivatives(of: Sine(), at: any)
    expectDerivatives(of: Cosine(), at: any)
    expectDerivatives(of: SineOfBoth(), at: any)
    expectDerivatives(of: CosineOfBoth(), at: any)
    expectDerivatives(of: Tangent(), at: [-0.7, 0.1, 1.1, 2.5])
    expectDerivatives(of: Arcsine(), at: [-0.8, -0.3, 0, 0.4, 0.7])
    expectDerivatives(of: Arccosine(), at: [-0.8, -0.3, 0, 0.4, 0.7])
    expectDerivatives(of: Arctangent(), at: any)
    expectDerivatives(of: Exponential(), at: any)
    expectDerivatives(of: ExponentialMinusOne(), at: any)
    expectDerivatives(of: Logarithm(), at: positive)
    expectDerivatives(of: LogarithmOfOnePlus(), at: positive + [-0.5])
    expectDerivatives(of: HyperbolicSine(), at: any)
    expectDerivatives(of: HyperbolicCosine(), at: any)
    expectDerivatives(of: HyperbolicTangent(), at: any)
    expectDerivatives(of: InverseHyperbolicSine(), at: any)
    expectDerivatives(of: CubeRoot(), at: positive + [-0.7])
    expectDerivatives(of: SquareRoot(), at: positive)
    expectDerivatives(of: Reciprocal(), at: positive + [-0.7])
  }

  @Test func operatorsHaveTheirDerivatives() {
    struct Negation: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { -x }
    }
    struct Sum: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { (x + x * x) + 2.0 + (3.0 + x) }
    }
    struct Difference: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { (x - x * x) - 2.0 - (3.0 - x) }
    }
    struct Product: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { (x * (x + 1.0)) * 2.5 + 0.3 * x }
    }
    struct Quotient: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { (x + 1.0) / (x * x + 2.0) }
    }
    struct QuotientsOfPlainNumbers: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { 2.0 / (x * x + 1.0) + x / 3.0 }
    }
    struct InPlace: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        var y = x
        y += x * x
        y *= x + 3.0
        y -= 0.5 * x
        y /= x * x + 1.0
        return y
      }
    }
    struct Magnitude: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { .abs(x) * x }
    }
    struct Extremes: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        S.minimum(x * x, x + 1.0) - S.maximum(x * x * x, 2.0 * x)
      }
    }
    struct Squared: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { x.squared }
    }
    struct Selection: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        S.select(x < S(0.5), x * x, S.select(x <= S(2.0), 3.0 * x, x * x * x))
      }
    }
    let points = [-2.3, -0.7, 0.1, 0.9, 3.1]
    expectDerivatives(of: Negation(), at: points)
    expectDerivatives(of: Sum(), at: points)
    expectDerivatives(of: Difference(), at: points)
    expectDerivatives(of: Product(), at: points)
    expectDerivatives(of: Quotient(), at: points)
    expectDerivatives(of: QuotientsOfPlainNumbers(), at: points)
    expectDerivatives(of: InPlace(), at: points)
    expectDerivatives(of: Magnitude(), at: points)
    expectDerivatives(of: Extremes(), at: points)
    expectDerivatives(of: Squared(), at: points)
    expectDerivatives(of: Selection(), at: points)
  }

  @Test func powersAndPolynomialsHaveTheirDerivatives() {
    struct IntegerPower: ScalarFunction {
      let n: Int
      func callAsFunction<S: RealScalar>(_ x: S) -> S { .pow(x, n) }
    }
    struct Quintic: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        .polynomial(x, [1.0, -0.5, 0.25, 3.0, -2.0, 0.125])
      }
    }
    struct PowerOfBoth: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { .pow(x, 1.0 + 0.5 * x) }
    }
    for n in -4...7 { expectDerivatives(of: IntegerPower(n: n), at: [-1.3, 0.6, 1.7]) }
    expectDerivatives(of: Quintic(), at: [-1.3, 0, 0.6, 1.7])
    expectDerivatives(of: PowerOfBoth(), at: [0.3, 1.0, 2.7])
  }

  @Test func partialDerivativesOfFunctionsOfTwoNumbersAreRight() {
    func check<F: ElementaryFunctionOfTwo>(_ function: F, _ points: [(Double, Double)]) {
      for (x, y) in points {
        let result = function(Dual<2, Double>(x, variable: 0), Dual<2, Double>(y, variable: 1))
        let h = 1e-9
        let (a, b) = (DoubleDouble(x), DoubleDouble(y))
        let alongX = Double((function(a + h, b) - function(a - h, b)) / (2 * h))
        let alongY = Double((function(a, b + h) - function(a, b - h)) / (2 * h))
        // As for one number: a handful of roundings.
        #expect((result.tangent[0] - alongX).magnitude < 1e-14 * max(alongX.magnitude, 1e-3))
        #expect((result.tangent[1] - alongY).magnitude < 1e-14 * max(alongY.magnitude, 1e-3))
      }
    }
    check(Power(), [(0.7, 2.3), (2.5, -1.2), (1, 3)])
    check(AngleOfPoint(), [(0.7, 2.3), (-2.5, 1.2), (-1, -3), (3, 0)])
    check(Hypotenuse(), [(0.7, 2.3), (-2.5, 1.2), (3, 4)])
  }

  @Test func derivativesOfPowersAtZeroAreFinite() {
    let x = Dual<2, Double>(0, variable: 0)
    let cube = Dual<2, Double>.pow(x, Dual(3, variable: 1))
    #expect(cube.value == 0 && cube.tangent[0] == 0 && cube.tangent[1] == 0)
    let first = Dual<2, Double>.pow(x, Dual(1, variable: 1))
    #expect(first.value == 0 && first.tangent[0] == 1 && first.tangent[1] == 0)
  }

  @Test func powersOfNegativeNumbersHaveDerivativesForConstantExponents() {
    let x = Dual<1, Double>(-2, variable: 0)
    let cube = Dual<1, Double>.pow(x, Dual(3.0))
    #expect(cube.value == -8 && cube.tangent[0] == 12)
    let inverse = Dual<1, Double>.pow(x, Dual(-1.0))
    #expect(inverse.value == -0.5 && inverse.tangent[0] == -0.25)
    for base in [-2.0, 0, 3] {
      let constant = Dual<1, Double>.pow(Dual(base, variable: 0), Dual(0.0))
      #expect(constant.value == 1 && constant.tangent[0] == 0)
    }
  }

  @Test func aDistanceHasNoDerivativeAtTheOriginButNoNaNEither() {
    let length = Dual<2, Double>.hypot(Dual(0, variable: 0), Dual(0, variable: 1))
    #expect(length.value == 0 && length.tangent[0] == 0 && length.tangent[1] == 0)
  }

  @Test func slopesOfTheHyperbolicTangentDoNotCancel() {
    // 1/cosh² 20, where 1 − tanh² is 2⁻⁵³ or 0.
    let slope = Dual<1, Double>.tanh(Dual(20, variable: 0)).tangent[0]
    let secant = 1.0 / DoubleDouble.cosh(DoubleDouble(20))
    let exact = Double(secant * secant)
    // cosh, reciprocal and square: four ulps.
    #expect((slope - exact).magnitude <= 4 * exact.ulp)
  }

  @Test func aConstantKeepsItsDerivativesWhenItMeetsTheLanes() {
    let tangent: InlineArray<2, Double> = [3, -4]
    let constant = Dual<2, Double>(0.1, tangent: tangent)
    let lanes = Dual<2, Lanes<FloatX8>>(constant)
    #expect(lanes.value[5] == Float(0.1) && lanes.tangent[0][5] == 3 && lanes.tangent[1][5] == -4)
    #expect(Dual<2, Lanes<FloatX8>>.epsilon == 0x1p-23)
  }

  @Test func derivativesOfDerivativesNest() {
    struct SineDerivative: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S { derivative(of: Sine(), at: x) }
    }
    #expect(derivative(of: SineDerivative(), at: 0.3) == -Double.sin(0.3))
  }

  /// d/dx [x · d/dy (x + y)] at x = 1 is 1; mixing the two perturbations up would give 2
  /// (J. Siskind, B. Pearlmutter, 2005).
  @Test func perturbationsAreNotConfused() {
    struct InnerDerivative: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        // Inside, x is a constant: it enters the deeper level without a derivative there.
        let y = Dual<1, S>(.one, variable: 0)
        let sum = Dual<1, S>(x) + y
        return x * sum.tangent[0]
      }
    }
    #expect(derivative(of: InnerDerivative(), at: 1.0) == 1)

    // A function that holds plain numbers only can be differentiated at any level.
    struct Shifted: ScalarFunction {
      let offset: Double
      func callAsFunction<S: RealScalar>(_ y: S) -> S { offset + y }
    }
    struct Product: ScalarFunction {
      func callAsFunction<S: RealScalar>(_ x: S) -> S {
        x * derivative(of: Shifted(offset: 1), at: x)
      }
    }
    #expect(derivative(of: Product(), at: 1.0) == 1)
  }
}
