import AutoDiff
import DoubleDouble
import Testing

/// Every function of lanes is within two units in the last place, in both precisions and all
/// widths.
///
/// The judge has 32 digits, so that its own error is 10⁻¹⁴ of a unit; two units are what the
/// functions promise. The arguments are random but always the same.
@Suite struct LaneFunctionAccuracyTests {
  static let count = 20_000

  func expectTwoUnits<F: ElementaryFunction>(
    _ function: F, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let doubles: [Double] = arguments(
      around: function.criticalPoints, in: function.interval, count: Self.count, seed: 1)
    let exactDoubles = doubles.map { function(DoubleDouble($0)) }
    let floats: [Float] = arguments(
      around: function.criticalPoints, in: function.interval, count: Self.count, seed: 2)
    let exactFloats = floats.map { function(DoubleDouble(Double($0))) }
    let double = [
      worstCase(of: function, DoubleX2.self, at: doubles, exact: exactDoubles),
      worstCase(of: function, DoubleX4.self, at: doubles, exact: exactDoubles),
      worstCase(of: function, DoubleX8.self, at: doubles, exact: exactDoubles),
    ]
    let single = [
      worstCase(of: function, FloatX4.self, at: floats, exact: exactFloats),
      worstCase(of: function, FloatX8.self, at: floats, exact: exactFloats),
      worstCase(of: function, FloatX16.self, at: floats, exact: exactFloats),
    ]
    report("\(F.self)", double, single, sourceLocation)
  }

  func expectTwoUnits<F: ElementaryFunctionOfTwo>(
    _ function: F, doubles: [(Double, Double)], floats: [(Float, Float)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let exactDoubles = doubles.map { function(DoubleDouble($0), DoubleDouble($1)) }
    let exactFloats = floats.map { function(DoubleDouble(Double($0)), DoubleDouble(Double($1))) }
    let double = [
      worstCase(of: function, DoubleX2.self, at: doubles, exact: exactDoubles),
      worstCase(of: function, DoubleX4.self, at: doubles, exact: exactDoubles),
      worstCase(of: function, DoubleX8.self, at: doubles, exact: exactDoubles),
    ]
    let single = [
      worstCase(of: function, FloatX4.self, at: floats, exact: exactFloats),
      worstCase(of: function, FloatX8.self, at: floats, exact: exactFloats),
      worstCase(of: function, FloatX16.self, at: floats, exact: exactFloats),
    ]
    report("\(F.self)", double, single, sourceLocation)
  }

  func report(
    _ name: String, _ double: [WorstCase], _ single: [WorstCase],
    _ sourceLocation: SourceLocation
  ) {
    for worst in double {
      #expect(worst.error <= 2, "\(name), double: \(worst)", sourceLocation: sourceLocation)
    }
    for worst in single {
      #expect(worst.error <= 2, "\(name), float: \(worst)", sourceLocation: sourceLocation)
    }
    let d = double.max { $0.error < $1.error } ?? WorstCase()
    let s = single.max { $0.error < $1.error } ?? WorstCase()
    print("\(name): double \(d), float \(s)")
  }

  @Test func sineIsWithinTwoUnits() { expectTwoUnits(Sine()) }
  @Test func cosineIsWithinTwoUnits() { expectTwoUnits(Cosine()) }
  @Test func sineOfBothIsWithinTwoUnits() { expectTwoUnits(SineOfBoth()) }
  @Test func cosineOfBothIsWithinTwoUnits() { expectTwoUnits(CosineOfBoth()) }
  @Test func tangentIsWithinTwoUnits() { expectTwoUnits(Tangent()) }
  @Test func arcsineIsWithinTwoUnits() { expectTwoUnits(Arcsine()) }
  @Test func arccosineIsWithinTwoUnits() { expectTwoUnits(Arccosine()) }
  @Test func arctangentIsWithinTwoUnits() { expectTwoUnits(Arctangent()) }
  @Test func exponentialIsWithinTwoUnits() { expectTwoUnits(Exponential()) }
  @Test func exponentialMinusOneIsWithinTwoUnits() { expectTwoUnits(ExponentialMinusOne()) }
  @Test func logarithmIsWithinTwoUnits() { expectTwoUnits(Logarithm()) }
  @Test func logarithmOfOnePlusIsWithinTwoUnits() { expectTwoUnits(LogarithmOfOnePlus()) }
  @Test func hyperbolicSineIsWithinTwoUnits() { expectTwoUnits(HyperbolicSine()) }
  @Test func hyperbolicCosineIsWithinTwoUnits() { expectTwoUnits(HyperbolicCosine()) }
  @Test func hyperbolicTangentIsWithinTwoUnits() { expectTwoUnits(HyperbolicTangent()) }
  @Test func inverseHyperbolicSineIsWithinTwoUnits() { expectTwoUnits(InverseHyperbolicSine()) }
  @Test func cubeRootIsWithinTwoUnits() { expectTwoUnits(CubeRoot()) }
  @Test func squareRootIsWithinTwoUnits() { expectTwoUnits(SquareRoot()) }
  @Test func reciprocalIsWithinTwoUnits() { expectTwoUnits(Reciprocal()) }

  @Test func powerIsWithinTwoUnits() {
    // Over all results: y is chosen such that y·log x is between the thresholds of zero and
    // overflow, and a little beyond.
    func pairs<Scalar: BinaryFloatingPoint>(
      _ limit: Double, seed: UInt64
    ) -> [(Scalar, Scalar)]
    where Scalar.RawSignificand: FixedWidthInteger, Scalar.RawExponent == UInt {
      var generator = SplitMix(seed: seed)
      return (0..<Self.count).flatMap { i -> [(Scalar, Scalar)] in
        let anywhere = Scalar.randomBits(using: &generator).magnitude
        let near = Scalar(1 + Double.random(in: -0.3...0.5, using: &generator))
        let nearer = 1 + Scalar(i % 64 - 32) * Scalar.ulpOfOne
        let integer = Scalar(i % 41 - 20)
        return [anywhere, near, nearer].flatMap { x -> [(Scalar, Scalar)] in
          let logarithm = Double.log(Double(x))
          let y = Scalar(Double.random(in: -limit...limit, using: &generator) / logarithm)
          return [(x, y.isFinite ? y : 1), (-x, integer)]
        }
      }
    }
    expectTwoUnits(Power(), doubles: pairs(750, seed: 3), floats: pairs(105, seed: 4))
  }

  @Test func angleOfAPointIsWithinTwoUnits() {
    expectTwoUnits(
      AngleOfPoint(), doubles: Self.points(seed: 5), floats: Self.points(seed: 6))
  }

  @Test func hypotenuseIsWithinTwoUnits() {
    expectTwoUnits(
      Hypotenuse(), doubles: Self.points(seed: 7), floats: Self.points(seed: 8))
  }

  /// Points anywhere, points with coordinates of similar size at any scale, and points near the
  /// diagonal and near the directions ±π/8, ±3π/8, where the arctangent's reduction changes.
  static func points<Scalar: BinaryFloatingPoint>(seed: UInt64) -> [(Scalar, Scalar)]
  where Scalar.RawSignificand: FixedWidthInteger, Scalar.RawExponent == UInt {
    var generator = SplitMix(seed: seed)
    return (0..<count).flatMap { i -> [(Scalar, Scalar)] in
      let x = Scalar.randomBits(using: &generator)
      let unit = Double.random(in: -3...3, using: &generator)
      let slope = [1, 0.41421356237309503, 2.414213562373095][i % 3]
      let close = Scalar(slope * (1 + unit * 1e-6))
      return [
        (x, .randomBits(using: &generator)), (x, x * Scalar(unit)), (x, x * close),
        (Scalar(unit), Scalar(Double.random(in: -3...3, using: &generator))),
      ].filter { $0.0.isFinite && $0.1.isFinite }
    }
  }
}
