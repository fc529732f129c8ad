import AutoDiff
import Testing

/// Reverse-mode derivatives against forward-mode ones, which the tests of dual numbers compare with
/// difference quotients.
@Suite struct TapeTests {
  static let functions: [any ElementaryFunction] = [
    Sine(), Cosine(), SineOfBoth(), CosineOfBoth(), Tangent(), Arcsine(), Arccosine(), Arctangent(),
    Exponential(), ExponentialMinusOne(), Logarithm(), LogarithmOfOnePlus(), HyperbolicSine(),
    HyperbolicCosine(), HyperbolicTangent(), InverseHyperbolicSine(), CubeRoot(), SquareRoot(),
    Reciprocal(),
  ]
  static let functionsOfTwo: [any ElementaryFunctionOfTwo] = [
    Power(), AngleOfPoint(), Hypotenuse(), Total(), Excess(), Multiple(), Fraction(), Least(),
    Greatest(),
  ]

  struct Total: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { x + y }
  }
  struct Excess: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { x - y }
  }
  struct Multiple: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { x * y }
  }
  struct Fraction: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { x / y }
  }
  struct Least: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { .minimum(x, y) }
  }
  struct Greatest: ElementaryFunctionOfTwo {
    func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { .maximum(x, y) }
  }

  /// Equal, or two units of the last place apart: a quotient is rounded once by the tape and twice
  /// by a dual number, whose derivative is the quotient's multiple. Where a derivative is infinite,
  /// a dual number with a tangent of 0 has NaN and the tape does not.
  func agree(_ derivative: Double, _ dual: Double) -> Bool {
    !dual.isFinite || (derivative - dual).magnitude <= 2 * dual.ulp
  }

  func sameBits(_ a: Double, _ b: Double) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }

  @Test func everyFunctionHasTheDerivativeOfDualNumbers() {
    func check<F: ElementaryFunction>(_ function: F) {
      let tape = Tape()
      let critical = function.criticalPoints.flatMap { [$0, -$0] }
      let ordinary = (0...200).map { i in
        function.interval.lowerBound
          + Double(i) / 200 * (function.interval.upperBound - function.interval.lowerBound)
      }
      for x in [0, -0.0] + critical + ordinary {
        tape.record {
          let variable = tape.variable(x)
          let y = function(variable)
          tape.runBackward(from: y)
          let dual = function(Dual<1, Double>(x, variable: 0))
          #expect(sameBits(y.value, function(x)), "\(F.self)(\(x))")
          let derivative = tape.adjoint(of: variable)
          #expect(agree(derivative, dual.tangent[0]), "\(F.self)′(\(x)): \(derivative)")
        }
      }
    }
    for function in Self.functions { check(function) }
  }

  @Test func everyFunctionOfTwoNumbersHasTheDerivativesOfDualNumbers() {
    let numbers = [-2.5, -1, -0.3, 0, 0.7, 1, 2, 3]
    func check<F: ElementaryFunctionOfTwo>(_ function: F) {
      let tape = Tape()
      for x in numbers {
        for y in numbers {
          tape.record {
            let (a, b) = (tape.variable(x), tape.variable(y))
            let result = function(a, b)
            tape.runBackward(from: result)
            let dual = function(Dual<2, Double>(x, variable: 0), Dual<2, Double>(y, variable: 1))
            let place = "\(F.self)(\(x), \(y))"
            #expect(sameBits(result.value, function(x, y)), "\(place)")
            #expect(agree(tape.adjoint(of: a), dual.tangent[0]), "\(place)")
            #expect(agree(tape.adjoint(of: b), dual.tangent[1]), "\(place)")
          }
          // One of them constant, either way round.
          tape.record {
            let a = tape.variable(x)
            let result = function(a, Adjoint(y))
            tape.runBackward(from: result)
            let dual = function(Dual<1, Double>(x, variable: 0), Dual(y))
            #expect(sameBits(result.value, function(x, y)))
            #expect(agree(tape.adjoint(of: a), dual.tangent[0]), "\(F.self)(\(x), constant \(y))")
          }
          tape.record {
            let b = tape.variable(y)
            let result = function(Adjoint(x), b)
            tape.runBackward(from: result)
            let dual = function(Dual<1, Double>(x), Dual(y, variable: 0))
            #expect(sameBits(result.value, function(x, y)))
            #expect(agree(tape.adjoint(of: b), dual.tangent[0]), "\(F.self)(constant \(x), \(y))")
          }
        }
      }
    }
    for function in Self.functionsOfTwo { check(function) }
  }

  /// Everything in the target that is generic over the scalar, in one formula.
  struct Everything: ScalarFunctionOfMany {
    func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
      let stumpff = Stumpff(x[0])
      let large = Stumpff.pair(20.0 * x[1])
      let z = ComplexNumber(x[0], x[1])
      let root = ComplexNumber.sqrt(z) / (z + 2.0) * ComplexNumber.exp(0.5 * z)
      let analytic = S.sinc(x[2]) * S.atanc(x[1].squared)
      let smooth = analytic + S.sqrtOnePlusMinusOne(x[2].squared)
      let series = S.polynomial(x[2], [0.5, -1.5, 0.25, 2.0])
      let chosen = S.select(x[0] < x[1], x[0] * x[2], S.abs(-x[1]))
      let powers: S = S.pow(x[1], 3) + S.pow(x[1], -2) + S.pow(S.abs(x[2]), x[1])
      let first: S = stumpff.c0 * stumpff.c3 - large.plus.c1 + 0.01 * large.minus.c2
      let second: S = root.squaredMagnitude + ComplexNumber.log(z).real - z.phase
      let third: S = smooth * series + chosen / (3.0 - powers)
      let fourth: S = (x[0] - 3.0) * (1.0 - x[2]) / 7.0
      return first + second * third + 2.0 / third - fourth
    }
  }

  static let points: [[Double]] = {
    var generator = SplitMix(seed: 41)
    return (0..<50).map { _ in (0..<3).map { _ in .random(in: 0.2...2, using: &generator) } }
  }()

  @Test func gradientsOfLongFormulasAreThoseOfDualNumbers() {
    let tape = Tape()
    for x in Self.points {
      let (value, gradient) = tape.gradient(of: Everything(), at: x)
      let dual = Everything()(x.indices.map { Dual<3, Double>(x[$0], variable: $0) })
      #expect(value == Everything()(x))
      // Some 200 roundings, added up in another order: errors of a hundred ulps of the largest
      // entry would need all of them on one side.
      let scale = gradient.map(\.magnitude).max() ?? 0
      for i in 0..<3 { #expect((gradient[i] - dual.tangent[i]).magnitude < 100 * scale.ulp) }
    }
  }

  @Test func forwardOverReverseGivesTheHessianTimesADirection() {
    let tape = Tape()
    let direction = [0.3, -1.2, 0.7]
    for x in Self.points {
      let (value, gradient, product) = tape.hessianVectorProduct(
        of: Everything(), at: x, direction: direction)
      let nested = Everything()(
        x.indices.map { i in
          Dual<1, Dual<3, Double>>(Dual(x[i], variable: i), tangent: [Dual(direction[i])])
        })
      #expect(value == Everything()(x.map { Dual<1, Double>($0) }).value)
      let scale = gradient.map(\.magnitude).max() ?? 0
      let productScale = product.map(\.magnitude).max() ?? 0
      for i in 0..<3 {
        // As above; a second derivative has several times as many terms.
        #expect((gradient[i] - nested.value.tangent[i]).magnitude < 100 * scale.ulp)
        #expect((product[i] - nested.tangent[0].tangent[i]).magnitude < 400 * productScale.ulp)
      }
    }
  }

  @Test func severalDirectionsGiveSeveralProducts() {
    let tape = Tape()
    let x = Self.points[0]
    tape.record {
      let variables = x.map { tape.variable($0) }
      let y = Everything()(
        variables.enumerated().map { i, v in
          Dual<3, Adjoint>(v) { j in Adjoint(i == j ? 1 : 0) }
        })
      for row in 0..<3 {
        tape.runBackward(from: y.tangent[row])
        let unit = (0..<3).map { $0 == row ? 1.0 : 0.0 }
        let expected = Tape().hessianVectorProduct(of: Everything(), at: x, direction: unit).product
        let scale = expected.map(\.magnitude).max() ?? 0
        for i in 0..<3 {
          // Zero tangents are left out here, and multiplied there: the sums' order differs.
          #expect((tape.adjoint(of: variables[i]) - expected[i]).magnitude < 400 * scale.ulp)
        }
      }
    }
  }

  struct Polar: VectorFunctionOfMany {
    func callAsFunction<S: RealScalar>(_ x: [S]) -> [S] {
      let (sine, cosine) = S.sincos(x[1])
      return [x[0] * cosine, x[0] * sine, S(4.0)]
    }
  }

  @Test func jacobiansHaveARowForEachValue() {
    let tape = Tape()
    let (values, jacobian) = tape.jacobian(of: Polar(), at: [2, 0.5])
    let (s, c) = (Double.sin(0.5), Double.cos(0.5))
    #expect(values == [2 * c, 2 * s, 4])
    let expected: [Double] = [c, -2 * s, s, 2 * c, 0, 0]
    #expect(jacobian == expected)

    var product: [Double] = []
    let again = tape.transposedJacobianProduct(
      of: Polar(), at: [2, 0.5], weights: { i, _ in [3.0, -1, 5][i] }, into: &product)
    #expect(again == values)
    let combined: [Double] = [3 * c - s, -6 * s - 2 * c]
    // Three roundings of numbers around 6.
    for i in 0..<2 { #expect((product[i] - combined[i]).magnitude < 3 * 6.0.ulp) }
  }

  @Test func resultsAreWeightedAndInputsReadByHand() {
    let tape = Tape()
    let (x, y) = (tape.variable(3), tape.variable(-2))
    let product = x * y
    let quotient = x / y
    tape.runBackward { seeds in
      seeds.add(2, to: product)
      seeds.add(10, to: quotient)
      seeds.add(7, to: Adjoint(1))
      seeds.add(0.5, to: x)
    }
    #expect(tape.adjoint(of: x) == -4 - 5 + 0.5)
    #expect(tape.adjoint(of: y) == 6 - 7.5)
    #expect(tape.adjoint(of: Adjoint(1)) == 0)
    // The tape may be continued, and each way back begins anew.
    let z = product * quotient
    tape.runBackward(from: z)
    #expect(tape.adjoint(of: x) == 6 && tape.adjoint(of: y) == 0)
    let late = tape.variable(1)
    #expect(tape.adjoint(of: late) == 0)
  }

  @Test func constantsAreNotRecorded() {
    let tape = Tape()
    let x = tape.variable(2)
    #expect(tape.count == 1)
    let constant = Adjoint.sin(Adjoint(1.5) * 2.0 + .exp(Adjoint(1)))
    #expect(constant.isConstant && tape.count == 1)
    // A constant that is added leaves the derivatives as they are.
    let shifted = 3.0 + x - Adjoint(1.0)
    #expect(shifted.value == 4 && !shifted.isConstant && tape.count == 1)
    #expect((0.0 * x).isConstant && (x * constant).isConstant == false)
    #expect(tape.count == 2)
    // A polynomial takes one place.
    _ = Adjoint.polynomial(x, [1.0, 2.0, 3.0, 4.0, 5.0])
    #expect(tape.count == 3)
  }

  @Test func derivativesKnownOtherwiseEnterATape() {
    let tape = Tape()
    for count in 0...5 {
      tape.record {
        let x = (0..<count).map { tape.variable(Double($0)) }
        let partials = (0..<count).map { Double($0) - 1.5 }
        let y = Adjoint.known(42, dependingOn: x.span, derivatives: partials.span)
        #expect(y.value == 42 && tape.count == count + (count < 2 ? count : count - 1))
        tape.runBackward { seeds in seeds.add(2, to: y) }
        for i in 0..<count { #expect(tape.adjoint(of: x[i]) == 2 * partials[i]) }
      }
    }
  }

  @Test func whatIsNotSelectedDoesNotMatter() {
    let tape = Tape()
    let x = tape.variable(0)
    let y = Adjoint.select(x <= .zero, 3.0 * x, Adjoint.sqrt(x) + 1.0 / x)
    tape.runBackward(from: y)
    #expect(tape.adjoint(of: x) == 3)
  }

  /// x_{n+1} = a·x_n·(1 − x_n): three operations a step, over many chunks of the tape.
  struct Logistic: ScalarFunctionOfMany {
    let steps: Int
    func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
      var value = x[0]
      for _ in 0..<steps { value = x[1] * (value * (1.0 - value)) }
      return value
    }
  }

  @Test func longTapesAreRecordedAndMemoryIsKept() {
    let tape = Tape()
    let x = [0.3, 2.8]
    var gradient = [0.0, 0.0]
    let value = tape.gradient(of: Logistic(steps: 300_000), at: x, into: &gradient)
    let dual = Logistic(steps: 300_000)(
      [Dual<2, Double>(0.3, variable: 0), Dual(2.8, variable: 1)])
    #expect(value == dual.value)
    // The steps contract: what rounds differently is forgotten after a few of them.
    #expect((gradient[1] - dual.tangent[1]).magnitude < 16 * dual.tangent[1].ulp)
    let growths = tape.growths
    #expect(growths > 10)
    for steps in [300_000, 7, 299_999] {
      _ = tape.gradient(of: Logistic(steps: steps), at: x, into: &gradient)
    }
    #expect(tape.growths == growths)
    #expect(tape.count == 0)
  }

  @Test func chunksMeetWithoutAGap() {
    // Every length around the end of a chunk of 65,536 places.
    let tape = Tape()
    for count in 65_530...65_540 {
      tape.record {
        let x = tape.variable(1)
        var sum = x
        for _ in 0..<count { sum += x }
        #expect(tape.count == count + 1)
        tape.runBackward(from: sum)
        #expect(tape.adjoint(of: x) == Double(count + 1))
      }
    }
  }

  /// A function that differentiates another one on a tape of its own.
  struct SteepestSlope: ScalarFunctionOfMany {
    func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
      let slope = Tape().gradient(of: Logistic(steps: 2), at: [0.1, 3]).gradient[0]
      return slope * x[0] * x[0]
    }
  }

  @Test func severalTapesAreWrittenAtOnce() {
    let (a, b) = (Tape(), Tape())
    let (x, y) = (a.variable(3), b.variable(5))
    let (p, q) = (x * x, y * y * y)
    b.runBackward(from: q)
    a.runBackward(from: p)
    #expect(a.adjoint(of: x) == 6 && b.adjoint(of: y) == 75)
    let slope = a.gradient(of: Logistic(steps: 2), at: [0.1, 3]).gradient[0]
    #expect(a.gradient(of: SteepestSlope(), at: [2]).gradient[0] == 4 * slope)
  }

  /// d/dx [x · d/dy (x + y)] = 1, with the inner derivative forward and the outer one on a tape.
  @Test func perturbationsAreNotConfusedOnATape() {
    struct Product: ScalarFunctionOfMany {
      func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
        let sum = Dual<1, S>(x[0]) + Dual<1, S>(.one, variable: 0)
        return x[0] * sum.tangent[0]
      }
    }
    let (_, gradient, product) = Tape().hessianVectorProduct(
      of: Product(), at: [1], direction: [1])
    #expect(gradient == [1] && product == [0])
  }
}
