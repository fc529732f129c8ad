import AutoDiff
import Testing

/// The square root of lanes is that of IEEE 754, rounded to nearest, whatever computes it.
@Suite struct LaneRootTests {
  /// The numbers from 1 to 4 whose roots lie nearest to the midpoint of two neighbouring numbers.
  ///
  /// With p bits the midpoints are m = M / 2^p, M odd, and |√a − m| is about |n| / (2^(2p) 2m), where
  /// n = (m² − a) 2^(2p) is an integer: M² ≡ n modulo 2^(p+1) where a is less than 2, modulo 2^(p+2) where it is not.
  /// Squares of odd numbers are 1 modulo 8, and each such n has four roots, found bit by bit.
  static func hardCases<Scalar: BinaryFloatingPoint>(_: Scalar.Type, upTo limit: Int) -> [Scalar] {
    let p = Scalar.significandBitCount + 1
    return [p + 1, p + 2].flatMap { bits in
      let modulus = Int128(1) << Int128(bits)
      return (-limit...limit).filter { ($0 & 7) == 1 }.flatMap { n -> [Scalar] in
        var root: Int128 = 1
        for bit in 3..<bits where (root * root - Int128(n)) >> Int128(bit) & 1 != 0 {
          root += 1 << Int128(bit - 1)
        }
        let roots = [root, modulus - root, root + modulus / 2, modulus - root + modulus / 2]
        let (half, one) = (Int128(1) << Int128(p - 1), Int128(1) << Int128(p))
        return roots.map { root -> Int128 in root & (modulus - 1) }
          .filter { root -> Bool in root >= one && root < 2 * one }
          .map { root -> Int128 in (root * root - Int128(n)) >> Int128(bits) }
          .filter { number -> Bool in number >= half && number < one }
          .map {
            Scalar(sign: .plus, exponent: Scalar.Exponent(bits - 2 * p), significand: Scalar($0))
          }
      }
    }
  }

  /// Numbers whose bits are random, but always the same, of any sign, size and kind.
  static func anyBits<Scalar: BinaryFloatingPoint, Bits: FixedWidthInteger>(
    count: Int, _ number: (Bits) -> Scalar
  ) -> [Scalar] {
    var generator = SplitMix(seed: 1)
    return (0..<count).map { _ in number(Bits.random(in: .min ... .max, using: &generator)) }
  }

  /// Powers of two and their neighbours, zeros, infinities and what is not a number.
  static func specialCases<Scalar: BinaryFloatingPoint>(_: Scalar.Type) -> [Scalar] {
    let greatest: Int = (1 << (Scalar.exponentBitCount - 1)) - 1
    let powers = (1 - greatest...greatest).flatMap { exponent -> [Scalar] in
      let power = Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
      return [power.nextDown, power, power.nextUp]
    }
    let small: [Scalar] = [
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity,
    ]
    return (powers + small).flatMap { [$0, -$0] } + [.nan]
  }

  /// Numbers side by side in lanes, some of which may need another way than the rest.
  func expectRoots<Shape: LaneShape>(_: Shape.Type, of numbers: [Shape.Storage.Scalar]) {
    let count = Lanes<Shape>.count
    var wrong: [Shape.Storage.Scalar] = []
    for start in stride(from: 0, to: numbers.count, by: count) {
      var lanes = Lanes<Shape>(2)
      for lane in 0..<min(count, numbers.count - start) { lanes[lane] = numbers[start + lane] }
      let roots = Lanes<Shape>.sqrt(lanes)
      for lane in 0..<count {
        let expected = lanes[lane].squareRoot()
        let isSame = roots[lane] == expected && roots[lane].sign == expected.sign
        if !isSame && !(roots[lane].isNaN && expected.isNaN) { wrong.append(lanes[lane]) }
      }
    }
    #expect(wrong.isEmpty, "\(Shape.self): the roots of \(wrong.prefix(5))")
  }

  @Test func rootsOfDoublesAreRoundedToNearest() {
    // Within 124 units of a midpoint the bound in CVectorMath.h does not decide.
    let nearest = Self.hardCases(Double.self, upTo: 127)
    #expect(nearest.count > 40)
    #expect(nearest.contains(1.0.nextUp) && nearest.contains(4.0.nextDown))
    let hard = Self.hardCases(Double.self, upTo: 2047)
    let scaled = [-500, -20, 2, 510].flatMap { exponent in
      nearest.map { $0 * Double(sign: .plus, exponent: exponent, significand: 1) }
    }
    let numbers =
      hard + scaled + Self.specialCases(Double.self)
      + Self.anyBits(count: 20_000) { Double(bitPattern: $0 as UInt64) }
    expectRoots(DoubleX2.self, of: numbers)
    expectRoots(DoubleX4.self, of: numbers)
    expectRoots(DoubleX8.self, of: numbers)
    // By itself among ordinary numbers, each in one lane after another.
    expectRoots(DoubleX8.self, of: hard.flatMap { [$0] + [Double](repeating: 3, count: 8) })
  }

  @Test func rootsOfFloatsAreRoundedToNearest() {
    let hard = Self.hardCases(Float.self, upTo: 2047)
    #expect(hard.contains(Float(1).nextUp) && hard.contains(Float(4).nextDown))
    let numbers =
      hard + Self.specialCases(Float.self)
      + Self.anyBits(count: 40_000) { Float(bitPattern: $0 as UInt32) }
    expectRoots(FloatX4.self, of: numbers)
    expectRoots(FloatX8.self, of: numbers)
    expectRoots(FloatX16.self, of: numbers)
  }
}
