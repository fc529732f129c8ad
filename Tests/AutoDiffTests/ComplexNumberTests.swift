import AutoDiff
import DoubleDouble
import Testing

@Suite struct ComplexNumberTests {
  typealias Complex = ComplexNumber<Double>

  static let numbers: [Complex] = {
    var generator = SplitMix(seed: 31)
    return (0..<100).map { _ in
      Complex(.random(in: -3...3, using: &generator), .random(in: -3...3, using: &generator))
    }
  }()

  /// |a − b| in units of ε·|b|.
  func distance(_ a: Complex, _ b: Complex) -> Double {
    (a - b).magnitude / (b.magnitude * 0x1p-52)
  }

  @Test func arithmeticIsThatOfAField() {
    for (a, b) in zip(Self.numbers, Self.numbers.reversed()) {
      let product = a * b
      // Each part of a product or quotient has three roundings relative to |a|·|b|.
      #expect(distance(product / b, a) < 8)
      #expect(distance((a / b) * b, a) < 8)
      #expect(distance(1.0 / (1.0 / a), a) < 8)
      #expect(a + b - b == b + a - b && -a + a == .zero)
      #expect(product == b * a)
      #expect(a.conjugate.conjugate == a)
      #expect(distance(a * a.conjugate, Complex(a.squaredMagnitude)) < 2)
      let square = a.squaredMagnitude
      #expect((a.magnitude * a.magnitude - square).magnitude < 4 * square.ulp)
    }
    #expect(Complex.i * Complex.i == -Complex.one)
    // (1 + 2i)(3 − i) = 5 + 5i, (5 + 5i)/(1 + 2i) = 3 − i
    #expect(Complex(1, 2) * Complex(3, -1) == Complex(5, 5))
    #expect(distance(Complex(5, 5) / Complex(1, 2), Complex(3, -1)) < 2)
  }

  @Test func realNumbersMixIn() {
    typealias Single = ComplexNumber<Float>
    let z = Single(3, 4)
    let s: Float = 2
    #expect(z + s == Single(5, 4) && s + z == Single(5, 4) && z + 2.0 == Single(5, 4))
    #expect(z - s == Single(1, 4) && s - z == Single(-1, -4) && 2.0 - z == Single(-1, -4))
    #expect(z * s == Single(6, 8) && s * z == Single(6, 8) && 2.0 * z == Single(6, 8))
    #expect(z / s == Single(1.5, 2) && z / 2.0 == Single(1.5, 2))
    #expect(s / Single(0, 2) == Single(0, -1) && 2.0 / Single(0, 2) == Single(0, -1))
    let w = Complex(3, 4)
    #expect(w * 2.0 == Complex(6, 8) && 2.0 + w == Complex(5, 4) && w - 1.0 == Complex(2, 4))
    var sum = w
    sum += w
    sum *= Complex.i
    sum -= Complex(1, 0)
    #expect(sum == Complex(-9, 6))
    sum /= Complex(0, 1)
    #expect(sum == Complex(6, 9))
  }

  @Test func polarFormIsMagnitudeAndPhase() {
    for z in Self.numbers {
      // Angle and length are within an ulp each, and |φ| ≤ π moves the point by 4 ε.
      #expect(distance(Complex(magnitude: z.magnitude, phase: z.phase), z) < 6)
    }
    #expect(Complex(3, 4).magnitude == 5)
    #expect(Complex(1e200, 1e200).magnitude.isFinite)
    #expect(Complex(0, 1).phase == .pi / 2 && Complex(-1, 0).phase == .pi)
  }

  @Test func exponentialAndLogarithmAreInverse() {
    for z in Self.numbers {
      // log's parts are within an ulp of up to π; exp turns that into a relative error.
      #expect(distance(.exp(.log(z)), z) < 8)
      // e^3 amplifies nothing here: the logarithm takes relative errors to absolute ones.
      #expect((Complex.log(.exp(z)) - z).magnitude < 8 * 0x1p-52 * max(1, z.magnitude))
    }
    // Euler: exp(iπ) = −1, but for the rounding of π, sin(π rounded) = 1.2e-16.
    let minusOne = Complex.exp(Complex(0, .pi))
    #expect(minusOne.real == -1 && minusOne.imaginary == Double.sin(.pi))
  }

  @Test func squareRootIsPrincipal() {
    for z in Self.numbers {
      let root = Complex.sqrt(z)
      #expect(root.real >= 0)
      #expect(distance(root * root, z) < 8)
    }
    #expect(Complex.sqrt(.zero) == .zero)
    #expect(Complex.sqrt(Complex(4, 0)) == Complex(2, 0))
    #expect(Complex.sqrt(Complex(-4, 0)) == Complex(0, 2))
    #expect(Complex.sqrt(Complex(0, 2)) == Complex(1, 1))
    #expect(Complex.sqrt(Complex(0, -2)) == Complex(1, -1))
    // Next to the cut the two sides are conjugate, without cancellation.
    let above = Complex.sqrt(Complex(-1, 1e-20))
    #expect(above == Complex(0.5e-20, 1))
    #expect(Complex.sqrt(Complex(-1, -1e-20)) == above.conjugate)
  }

  @Test func integerPowersAreRepeatedProducts() {
    let z = Complex(0.8, -0.7)
    var product = Complex.one
    for n in 0...12 {
      // As many products of three roundings as there are factors.
      #expect(distance(Complex.pow(z, n), product) < 4 * Double(n + 1))
      #expect(distance(Complex.pow(z, -n) * product, .one) < 4 * Double(n + 2))
      product *= z
    }
    #expect(Complex.pow(.zero, 0) == .one)
  }

  /// An analytic function's derivative is the same along both axes, up to a factor i.
  @Test func dualsGiveAnalyticDerivatives() {
    typealias D = Dual<2, Double>
    func check(
      _ function: (ComplexNumber<D>) -> ComplexNumber<D>, _ derivative: (Complex) -> Complex
    ) {
      for z in Self.numbers {
        let w = function(
          ComplexNumber(D(z.real, variable: 0), D(z.imaginary, variable: 1)))
        let alongX = Complex(w.real.tangent[0], w.imaginary.tangent[0])
        let alongY = Complex(w.real.tangent[1], w.imaginary.tangent[1])
        let expected = derivative(z)
        // Some ten roundings, of terms that cancel by little: 64 ε.
        #expect(distance(alongX, expected) < 64)
        #expect(distance(alongY, Complex.i * expected) < 64)
      }
    }
    check({ $0 * $0 * $0 }, { 3.0 * $0 * $0 })
    check({ 1.0 / $0 }, { -1.0 / ($0 * $0) })
    check({ .exp($0) }, { .exp($0) })
    check({ .log($0) }, { 1.0 / $0 })
    check({ .sqrt($0) }, { 0.5 / Complex.sqrt($0) })
    check({ .pow($0, 5) }, { 5.0 * Complex.pow($0, 4) })
  }

  @Test func lanesHoldOneComplexNumberEach() {
    typealias L = Lanes<DoubleX4>
    var real = L(0)
    var imaginary = L(0)
    for i in 0..<4 {
      real[i] = Self.numbers[i].real
      imaginary[i] = Self.numbers[i].imaginary
    }
    let z = ComplexNumber<L>(real, imaginary)
    let root = ComplexNumber<L>.sqrt(z)
    let exponential = ComplexNumber<L>.exp(z)
    for i in 0..<4 {
      // The lanes' functions and the C library's differ by two ulps at most.
      #expect(distance(Complex(root.real[i], root.imaginary[i]), .sqrt(Self.numbers[i])) < 6)
      #expect(
        distance(Complex(exponential.real[i], exponential.imaginary[i]), .exp(Self.numbers[i]))
          < 6)
    }
  }
}
