import AutoDiff
import Testing

/// Zeros, infinities, NaN and the edges of the domain, as C99 (annex F) and IEEE 754 want them.
@Suite struct LaneFunctionSpecialValueTests {
  static let infinity = Double.infinity
  static let nan = Double.nan

  /// Equal bit by bit but for NaN, so that the zeros' signs count.
  func isSame<Scalar: BinaryFloatingPoint>(_ a: Scalar, _ b: Scalar) -> Bool {
    (a.isNaN && b.isNaN) || (a == b && a.sign == b.sign)
  }

  /// `function` has the value at the point in both precisions, whatever the other lanes hold.
  func expect<F: ElementaryFunction>(
    _ function: F, at x: Double, _ expected: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for lane in 0..<4 {
      var doubles = Lanes<DoubleX4>(0.25)
      doubles[lane] = x
      let double = function(doubles)
      #expect(
        isSame(double[lane], expected), "\(F.self)(\(x)) = \(double[lane]), not \(expected)",
        sourceLocation: sourceLocation)
      #expect(double[(lane + 1) % 4] == function(Lanes<DoubleX4>(0.25))[0])
      var floats = Lanes<FloatX8>(0.25)
      floats[2 * lane] = Float(x)
      let float = function(floats)[2 * lane]
      #expect(
        isSame(float, Float(expected)), "\(F.self)(\(x)) = \(float), not \(expected), in float",
        sourceLocation: sourceLocation)
    }
  }

  func expect<F: ElementaryFunctionOfTwo>(
    _ function: F, at x: Double, _ y: Double, _ expected: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let double = function(Lanes<DoubleX4>(x), Lanes<DoubleX4>(y))[1]
    #expect(
      isSame(double, expected), "\(F.self)(\(x), \(y)) = \(double), not \(expected)",
      sourceLocation: sourceLocation)
    let float = function(Lanes<FloatX8>(x), Lanes<FloatX8>(y))[5]
    #expect(
      isSame(float, Float(expected)),
      "\(F.self)(\(x), \(y)) = \(float), not \(expected), in float",
      sourceLocation: sourceLocation)
  }

  @Test func oddFunctionsKeepTheSignOfZeroAndPassNaN() {
    func check<F: ElementaryFunction>(_ function: F) {
      expect(function, at: 0, 0)
      expect(function, at: -0.0, -0.0)
      expect(function, at: Self.nan, Self.nan)
    }
    check(Sine())
    check(Tangent())
    check(Arcsine())
    check(Arctangent())
    check(ExponentialMinusOne())
    check(LogarithmOfOnePlus())
    check(HyperbolicSine())
    check(HyperbolicTangent())
    check(InverseHyperbolicSine())
    check(CubeRoot())
    check(SquareRoot())
  }

  @Test func otherFunctionsPassNaN() {
    expect(Cosine(), at: Self.nan, Self.nan)
    expect(Arccosine(), at: Self.nan, Self.nan)
    expect(Exponential(), at: Self.nan, Self.nan)
    expect(Logarithm(), at: Self.nan, Self.nan)
    expect(HyperbolicCosine(), at: Self.nan, Self.nan)
    expect(Reciprocal(), at: Self.nan, Self.nan)
  }

  @Test func anglesAtInfinityAreUndefined() {
    for x in [Self.infinity, -Self.infinity] {
      expect(Sine(), at: x, Self.nan)
      expect(Cosine(), at: x, Self.nan)
      expect(Tangent(), at: x, Self.nan)
    }
  }

  @Test func functionsHaveTheirLimitsAtInfinity() {
    expect(Arctangent(), at: Self.infinity, .pi / 2)
    expect(Arctangent(), at: -Self.infinity, -.pi / 2)
    expect(Exponential(), at: Self.infinity, Self.infinity)
    expect(Exponential(), at: -Self.infinity, 0)
    expect(ExponentialMinusOne(), at: Self.infinity, Self.infinity)
    expect(ExponentialMinusOne(), at: -Self.infinity, -1)
    expect(Logarithm(), at: Self.infinity, Self.infinity)
    expect(LogarithmOfOnePlus(), at: Self.infinity, Self.infinity)
    for sign in [1.0, -1.0] {
      let x = sign * Self.infinity
      expect(HyperbolicSine(), at: x, x)
      expect(HyperbolicCosine(), at: x, Self.infinity)
      expect(HyperbolicTangent(), at: x, sign)
      expect(InverseHyperbolicSine(), at: x, x)
      expect(CubeRoot(), at: x, x)
      expect(Reciprocal(), at: x, sign * 0)
    }
  }

  @Test func exactPointsAreExact() {
    expect(Cosine(), at: 0, 1)
    expect(Cosine(), at: -0.0, 1)
    expect(Exponential(), at: 0, 1)
    expect(Exponential(), at: -0.0, 1)
    expect(HyperbolicCosine(), at: 0, 1)
    expect(Logarithm(), at: 1, 0)
    expect(Logarithm(), at: 0, -Self.infinity)
    expect(Logarithm(), at: -0.0, -Self.infinity)
    expect(LogarithmOfOnePlus(), at: -1, -Self.infinity)
    expect(Arccosine(), at: 1, 0)
    expect(Arccosine(), at: -1, .pi)
    expect(Arccosine(), at: 0, .pi / 2)
    expect(Arcsine(), at: 1, .pi / 2)
    expect(Arcsine(), at: -1, -.pi / 2)
    for n in -10...10 {
      expect(CubeRoot(), at: Double(n * n * n), Double(n))
    }
  }

  @Test func argumentsOutsideTheDomainGiveNaN() {
    for x in [1.5, -1.5, 2, -1e300, Self.infinity, -Self.infinity] {
      expect(Arcsine(), at: x, Self.nan)
      expect(Arccosine(), at: x, Self.nan)
    }
    for x in [-1.0, -1e-30, -1e30, -Self.infinity] { expect(Logarithm(), at: x, Self.nan) }
    for x in [-1.5, -1e30, -Self.infinity] { expect(LogarithmOfOnePlus(), at: x, Self.nan) }
  }

  @Test func exponentialsOverflowToInfinityAndVanishAtZero() {
    // Just inside and just outside of the thresholds, log of the largest and of half the smallest
    // double.
    #expect(Lanes<DoubleX4>.exp(Lanes<DoubleX4>(709.782712893384))[0].isFinite)
    #expect(Lanes<DoubleX4>.exp(Lanes<DoubleX4>(709.7827128933841))[0] == .infinity)
    #expect(Lanes<DoubleX4>.exp(Lanes<DoubleX4>(-745.1332191019411))[0] == 0x1p-1074)
    #expect(Lanes<DoubleX4>.exp(Lanes<DoubleX4>(-745.1332191019412))[0] == 0)
    #expect(Lanes<DoubleX4>.sinh(Lanes<DoubleX4>(710.4758600739439))[0].isFinite)
    #expect(Lanes<DoubleX4>.sinh(Lanes<DoubleX4>(-710.475860073944))[0] == -.infinity)
    #expect(Lanes<DoubleX4>.cosh(Lanes<DoubleX4>(-710.4758600739439))[0].isFinite)
    #expect(Lanes<DoubleX4>.cosh(Lanes<DoubleX4>(710.475860073944))[0] == .infinity)
    #expect(Lanes<FloatX8>.exp(Lanes<FloatX8>(88.72283))[0].isFinite)
    #expect(Lanes<FloatX8>.exp(Lanes<FloatX8>(88.72284))[0] == .infinity)
    #expect(Lanes<FloatX8>.exp(Lanes<FloatX8>(-103.97))[0] == 0x1p-149)
    #expect(Lanes<FloatX8>.exp(Lanes<FloatX8>(-103.98))[0] == 0)
  }

  @Test func powersFollowTheStandard() {
    let power = Power()
    let infinity = Self.infinity
    let nan = Self.nan
    // Odd integers, even integers, others.
    for y in [1.0, 3, 7] {
      expect(power, at: 0, y, 0)
      expect(power, at: -0.0, y, -0.0)
      expect(power, at: 0, -y, infinity)
      expect(power, at: -0.0, -y, -infinity)
      expect(power, at: -infinity, y, -infinity)
      expect(power, at: -infinity, -y, -0.0)
      expect(power, at: -1, y, -1)
    }
    for y in [2.0, 4, 1e20, 0.5, 2.5, infinity] {
      expect(power, at: 0, y, 0)
      expect(power, at: -0.0, y, 0)
      expect(power, at: 0, -y, infinity)
      expect(power, at: -0.0, -y, infinity)
      expect(power, at: infinity, y, infinity)
      expect(power, at: infinity, -y, 0)
      expect(power, at: -infinity, y, infinity)
      expect(power, at: -infinity, -y, 0)
    }
    for x in [0.0, -0.0, 1, -1, 7, -7, infinity, -infinity, nan] {
      expect(power, at: x, 0, 1)
      expect(power, at: x, -0.0, 1)
      expect(power, at: 1, x, 1)
    }
    expect(power, at: -1, infinity, 1)
    expect(power, at: -1, -infinity, 1)
    for x in [0.5, -0.5, 0.999] {
      expect(power, at: x, infinity, 0)
      expect(power, at: x, -infinity, infinity)
    }
    for x in [2, -2, 1.001] {
      expect(power, at: x, infinity, infinity)
      expect(power, at: x, -infinity, 0)
    }
    for y in [0.5, -0.5, 1.25] { expect(power, at: -8, y, nan) }
    expect(power, at: nan, 1, nan)
    expect(power, at: 2, nan, nan)
    expect(power, at: 0, nan, nan)
    expect(power, at: -2, 3, -8)
    expect(power, at: -2, 2, 4)
    expect(power, at: -2, -1, -0.5)
    expect(power, at: 2, 10, 1024)
    expect(power, at: 10, 400, infinity)
    expect(power, at: -10, 401, -infinity)
    expect(power, at: -10, -401, -0.0)
    // The largest odd integer is 2⁵³ − 1 (2²⁴ − 1 for floats).
    #expect(Lanes<DoubleX4>.pow(Lanes<DoubleX4>(-1), Lanes<DoubleX4>(0x1p53 - 1))[0] == -1)
    #expect(Lanes<DoubleX4>.pow(Lanes<DoubleX4>(-1), Lanes<DoubleX4>(0x1p53))[0] == 1)
    #expect(Lanes<FloatX8>.pow(Lanes<FloatX8>(-1), Lanes<FloatX8>(0x1p24 - 1))[0] == -1)
  }

  @Test func anglesOfPointsOnTheAxesAndAtInfinityFollowTheStandard() {
    func expectAngle(_ y: Double, _ x: Double, _ angle: Double) {
      expect(AngleOfPoint(), at: x, y, angle)
      expect(AngleOfPoint(), at: x, -y, -angle)
    }
    let infinity = Self.infinity
    for x in [0.0, 1, 1e300, infinity] { expectAngle(0, x, 0) }
    for x in [-0.0, -1, -1e300, -infinity] { expectAngle(0, x, .pi) }
    for y in [1e-30, 1, 1e30, infinity] {
      expectAngle(y, 0, .pi / 2)
      expectAngle(y, -0.0, .pi / 2)
    }
    for y in [1e-30, 1, 1e30] {
      expectAngle(y, infinity, 0)
      expectAngle(y, -infinity, .pi)
      expectAngle(infinity, y, .pi / 2)
      expectAngle(infinity, -y, .pi / 2)
      expectAngle(y, y, .pi / 4)
    }
    expectAngle(infinity, infinity, .pi / 4)
    expectAngle(infinity, -infinity, 3 * .pi / 4)
    for x in [0.0, 1, infinity, Self.nan] {
      expect(AngleOfPoint(), at: x, Self.nan, Self.nan)
      expect(AngleOfPoint(), at: Self.nan, x, Self.nan)
    }
  }

  @Test func aHypotenuseIsInfiniteIfASideIs() {
    let infinity = Self.infinity
    for x in [infinity, -infinity] {
      for y in [0, 1, infinity, -infinity, Self.nan] {
        expect(Hypotenuse(), at: x, y, infinity)
        expect(Hypotenuse(), at: y, x, infinity)
      }
    }
    expect(Hypotenuse(), at: Self.nan, 1, Self.nan)
    expect(Hypotenuse(), at: 1, Self.nan, Self.nan)
    expect(Hypotenuse(), at: 0, -0.0, 0)
    expect(Hypotenuse(), at: 3, -4, 5)
    let huge = Lanes<DoubleX4>(0x1.8p1022)
    #expect(Lanes<DoubleX4>.hypot(huge, Lanes<DoubleX4>(0x1p1023))[0] == 0x1.4p1023)
    let tiny = Lanes<DoubleX4>(3 * 0x1p-1074)
    #expect(Lanes<DoubleX4>.hypot(tiny, Lanes<DoubleX4>(4 * 0x1p-1074))[0] == 5 * 0x1p-1074)
  }
}
