import AutoDiff
import DoubleDouble
import Testing

/// Functions that are smooth where their textbook forms are not, against their definitions in 32
/// digits.
@Suite struct EntireFunctionTests {
  /// c₀ … c₃ and the size on which their errors are measured: the functions themselves where they
  /// grow or are near z = 0, the amplitude of their oscillation beyond.
  struct ExactStumpff {
    var values: [DoubleDouble]
    var scales: [Double]

    init(_ z: Double) { self.init(DoubleDouble(z)) }

    init(_ z: DoubleDouble) {
      if Double(z).magnitude < 1.5 {
        // Σ (−z)^j/(2j+k)!: the first term left out is 1.5¹⁷/34! = 3e-36.
        values = (0...3).map { k in
          var term = DoubleDouble(1.0)
          for i in 1..<max(k + 1, 2) { term = term / Double(i) }
          var sum = term
          for j in 1...16 {
            term = -(term * z) / Double((2 * j + k) * (2 * j + k - 1))
            sum += term
          }
          return sum
        }
      } else {
        let root = DoubleDouble.sqrt(.abs(z))
        let isPositive = DoubleDouble.zero < z
        let c0 = isPositive ? DoubleDouble.cos(root) : .cosh(root)
        let c1 = (isPositive ? DoubleDouble.sin(root) : .sinh(root)) / root
        values = [c0, c1, (1.0 - c0) / z, (1.0 - c1) / z]
      }
      scales = values.map { Double($0).magnitude }
      if Double(z) > 1 {
        let argument = Double(z)
        scales = [1, 1 / argument.squareRoot(), 1 / argument, 1 / argument]
      }
    }
  }

  static let arguments: [Double] = {
    var generator = SplitMix(seed: 21)
    var result = [0, 0x1p-1074, 1e-300, 1e-20, 1, 1.0.nextUp, 1.0.nextDown, 1e4]
    for _ in 0..<1000 {
      let exponent = Double.random(in: -12...4, using: &generator)
      result.append(Double.pow(10, exponent))
      result.append(Double.random(in: 0...4, using: &generator))
    }
    return result + result.map { -$0 }
  }()

  /// The worst error in units of ε times the scale, divided by what is allowed: rounding √z moves
  /// the angle by √z·ε/2, so 4 + 2√|z|; (c₁ − 1)/z at |z| = 1 amplifies c₁'s error seven times, so
  /// ten for c₃.
  func worstStumpff<S: RealScalar>(
    _ stumpff: (S) -> Stumpff<S>, sign: Double, round: (Double) -> Double,
    read: (S) -> Double
  ) -> [Double] {
    var worst = [0.0, 0, 0, 0]
    for argument in Self.arguments {
      let z = round(argument)
      if S.epsilon > 1e-10 && z < -7000 { continue }  // cosh 84 is the largest float's neighbour
      let exact = ExactStumpff(sign * z)
      let result = stumpff(S(z))
      let values = [result.c0, result.c1, result.c2, result.c3].map(read)
      for k in 0...3 {
        let allowed = (k == 3 ? 10 : 4) + 2 * (sign * z).magnitude.squareRoot()
        let error = Double(DoubleDouble(values[k]) - exact.values[k]).magnitude
        let units = error / (exact.scales[k] * S.epsilon) / allowed
        if !(units <= worst[k]) { worst[k] = units }
      }
    }
    return worst
  }

  func expectWithinAllowance(
    _ worst: [Double], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    print("Stumpff \(name): \(worst) of the allowance")
    for (k, error) in worst.enumerated() {
      #expect(error <= 1, "c\(k), \(name)", sourceLocation: sourceLocation)
    }
  }

  @Test func stumpffFunctionsAreAccurateInDoublePrecision() {
    let identity: (Double) -> Double = { $0 }
    expectWithinAllowance(
      worstStumpff({ Stumpff<Double>($0) }, sign: 1, round: identity, read: { $0 }), "double")
    expectWithinAllowance(
      worstStumpff(
        { Stumpff<Lanes<DoubleX4>>($0) }, sign: 1, round: identity, read: { $0[0] }), "lanes")
  }

  @Test func stumpffFunctionsAreAccurateInSinglePrecision() {
    let rounded: (Double) -> Double = { Double(Float($0)) }
    expectWithinAllowance(
      worstStumpff({ Stumpff<Float>($0) }, sign: 1, round: rounded, read: { Double($0) }),
      "float")
    expectWithinAllowance(
      worstStumpff(
        { Stumpff<Lanes<FloatX8>>($0) }, sign: 1, round: rounded, read: { Double($0[0]) }),
      "float lanes")
  }

  @Test func aPairIsTheFunctionsAtBothSigns() {
    let identity: (Double) -> Double = { $0 }
    expectWithinAllowance(
      worstStumpff({ Stumpff<Double>.pair($0).minus }, sign: -1, round: identity, read: { $0 }),
      "of −z")
    expectWithinAllowance(
      worstStumpff({ Stumpff<Double>.pair($0).plus }, sign: 1, round: identity, read: { $0 }),
      "of z")
  }

  @Test func lanesOnBothSidesOfTheSeriesAreIndependent() {
    var z = Lanes<DoubleX4>(0)
    let arguments = [0.3, -25.0, 1.0, 700]
    for i in 0..<4 { z[i] = arguments[i] }
    let lanes = Stumpff(z)
    for i in 0..<4 {
      let exact = ExactStumpff(arguments[i])
      for (k, value) in [lanes.c0, lanes.c1, lanes.c2, lanes.c3].enumerated() {
        // The allowance above at z = 700: 4 + 2·26, and ten for c₃.
        let error = Double(DoubleDouble(value[i]) - exact.values[k]).magnitude
        #expect(error <= 63 * exact.scales[k] * 0x1p-52)
      }
    }
  }

  @Test func stumpffFunctionsAtZeroAreThoseOfADrift() {
    let s = Stumpff(Dual<1, Double>(0, variable: 0))
    #expect(s.c0.value == 1 && s.c1.value == 1 && s.c2.value == 0.5 && s.c3.value == 1.0 / 6)
    // c_k′(0) = −1/(k + 2)!
    #expect(s.c0.tangent[0] == -0.5 && s.c1.tangent[0] == -1.0 / 6)
    #expect(s.c2.tangent[0] == -1.0 / 24)
    // The odd coefficient is rounded when it is divided by.
    #expect((s.c3.tangent[0] + 1.0 / 120).magnitude <= 1e-18)
  }

  @Test func stumpffFunctionsHaveTheirDerivatives() {
    for z in [-2000.0, -30, -1.5, -1, -0.3, 0, 1e-9, 0.7, 1, 1.5, 30, 2000] {
      let result = Stumpff(Dual<1, Double>(z, variable: 0))
      // With |z| of order 1 the judge's own difference loses few digits: 1e-31/1e-9; beyond,
      // scaled.
      let h = 1e-9 * max(z.magnitude, 1)
      let up = ExactStumpff(DoubleDouble(sumOf: z, h)).values
      let down = ExactStumpff(DoubleDouble(sumOf: z, -h)).values
      let scales = ExactStumpff(z).scales
      for (k, value) in [result.c0, result.c1, result.c2, result.c3].enumerated() {
        let expected = Double((up[k] - down[k]) / (2 * h))
        // Rounding of √z and of the angle as above; derivatives of c₃ lose another factor at |z| =
        // 1, where (c₁ − 1)/z and its derivative cancel: 1e-14 of the function's own scale.
        let tolerance =
          1e-14 * max(scales[k], expected.magnitude) * max(1, z.magnitude.squareRoot())
        #expect(
          (value.tangent[0] - expected).magnitude <= tolerance,
          "c\(k)′(\(z)) = \(value.tangent[0]), not \(expected)")
      }
    }
  }

  @Test func sincIsSmoothAtZero() {
    for x in [0.0, 1e-200, 1e-9, 0.1, 0.99, 1.01, 3, 50] {
      let exact = x == 0 ? DoubleDouble(1.0) : DoubleDouble.sin(DoubleDouble(x)) / DoubleDouble(x)
      // x² and its root are rounded, which moves the angle by x·ε.
      let tolerance = (4 + 2 * x) * 0x1p-52 / max(1, x)
      #expect(Double(DoubleDouble(Double.sinc(x)) - exact).magnitude <= tolerance)
      #expect(Double.sinc(-x) == Double.sinc(x))
    }
    let atZero = Double.sinc(0)
    #expect(atZero == 1)
    #expect(Dual<1, Double>.sinc(Dual(0, variable: 0)).tangent[0] == 0)
    let second = Dual<1, Dual<1, Double>>.sinc(Dual(Dual(0, variable: 0), variable: 0))
    #expect((second.tangent[0].tangent[0] + 1.0 / 3).magnitude <= 1e-16)
  }

  @Test func arctangentOverItsArgumentIsSmoothAtZero() {
    for exponent in stride(from: -12.0, through: 6, by: 0.05) {
      let u = Double.pow(10, exponent)
      let root = DoubleDouble.sqrt(DoubleDouble(u))
      let exact = DoubleDouble.atan(root) / root
      let relative = Double((DoubleDouble(Double.atanc(u)) - exact) / exact).magnitude
      // Three halvings of four roundings each, and the series.
      #expect(relative <= 10 * 0x1p-52, "\(u)")
      let floatU = Float(u)
      let floatRoot = DoubleDouble.sqrt(DoubleDouble(Double(floatU)))
      let floatExact = DoubleDouble.atan(floatRoot) / floatRoot
      let float = DoubleDouble(Double(Lanes<FloatX8>.atanc(Lanes<FloatX8>(Double(floatU)))[0]))
      #expect(Double((float - floatExact) / floatExact).magnitude <= 10 * 0x1p-23, "\(u)")
    }
    let atZero = Dual<1, Double>.atanc(Dual(0, variable: 0))
    #expect(atZero.value == 1 && atZero.tangent[0] == -1.0 / 3)
  }

  @Test func arctangentOverItsArgumentHasItsDerivative() {
    for u in [0.001, 0.039, 0.04, 0.5, 2, 100] {
      let h = 1e-9 * u
      func exact(_ h: Double) -> DoubleDouble {
        let root = DoubleDouble.sqrt(DoubleDouble(sumOf: u, h))
        return .atan(root) / root
      }
      let expected = Double((exact(h) - exact(-h)) / (2 * h))
      let result = Dual<1, Double>.atanc(Dual(u, variable: 0))
      // As for the value; the derivative of three halvings has four times as many roundings.
      #expect((result.tangent[0] - expected).magnitude <= 40 * 0x1p-52 * expected.magnitude)
    }
  }

  @Test func inverseHyperbolicSineOverItsArgumentIsSmoothAtZero() {
    for exponent in stride(from: -12.0, through: 6, by: 0.05) {
      let u = Double.pow(10, exponent)
      let root = DoubleDouble.sqrt(DoubleDouble(u))
      let exact = DoubleDouble.asinh(root) / root
      let relative = Double((DoubleDouble(Double.asinhc(u)) - exact) / exact).magnitude
      // The series, or a root, a function right to two units and a quotient.
      #expect(relative <= 4 * 0x1p-52, "\(u)")
      let floatU = Float(u)
      let floatRoot = DoubleDouble.sqrt(DoubleDouble(Double(floatU)))
      let floatExact = DoubleDouble.asinh(floatRoot) / floatRoot
      let float = DoubleDouble(Double(Lanes<FloatX8>.asinhc(Lanes<FloatX8>(Double(floatU)))[0]))
      #expect(Double((float - floatExact) / floatExact).magnitude <= 4 * 0x1p-23, "\(u)")
    }
    let atZero = Dual<1, Double>.asinhc(Dual(0, variable: 0))
    #expect(atZero.value == 1 && atZero.tangent[0] == -1.0 / 6)
  }

  /// On both sides of the border of the series, 0.04.
  @Test func inverseHyperbolicSineOverItsArgumentHasItsDerivative() {
    for u in [0.001, 0.0399, 0.0401, 0.5, 2, 100] {
      let h = 1e-9 * u
      func exact(_ h: Double) -> DoubleDouble {
        let root = DoubleDouble.sqrt(DoubleDouble(sumOf: u, h))
        return .asinh(root) / root
      }
      let expected = Double((exact(h) - exact(-h)) / (2 * h))
      let result = Dual<1, Double>.asinhc(Dual(u, variable: 0))
      // The quotient rule cancels to −1/6 from terms of 1/(2u) ≤ 12.
      #expect((result.tangent[0] - expected).magnitude <= 400 * 0x1p-52 * expected.magnitude)
    }
    let lanes = Lanes<DoubleX2>.asinhc(
      {
        var pair = Lanes<DoubleX2>(0.01)
        pair[1] = 4
        return pair
      }())
    #expect(lanes[0] == Double.asinhc(0.01))
    #expect((lanes[1] - Double.asinhc(4)).magnitude <= 4 * 0x1p-52)
  }

  @Test func aRootNextToOneDoesNotCancel() {
    for x in [-1, -0.999, -0.5, -1e-3, -1e-20, 0, 1e-300, 1e-17, 1e-5, 0.5, 3, 1e10] {
      let result = Double.sqrtOnePlusMinusOne(x)
      let onePlus = DoubleDouble(sumOf: 1, x)
      let exact = DoubleDouble(x) / (1.0 + DoubleDouble.sqrt(onePlus))
      // Three roundings and the quotient's; 1 + x may lose half an ulp, which the root halves.
      #expect(Double(DoubleDouble(result) - exact).magnitude <= 3 * result.ulp, "\(x)")
      let float = Lanes<FloatX8>.sqrtOnePlusMinusOne(Lanes<FloatX8>(x))[0]
      let floatX = Double(Float(x))
      let exactFloat =
        DoubleDouble(floatX) / (1.0 + DoubleDouble.sqrt(DoubleDouble(sumOf: 1, floatX)))
      #expect(
        Double(DoubleDouble(Double(float)) - exactFloat).magnitude <= 3 * Double(float.ulp))
    }
    #expect(Dual<1, Double>.sqrtOnePlusMinusOne(Dual(0, variable: 0)).tangent[0] == 0.5)
  }
}
