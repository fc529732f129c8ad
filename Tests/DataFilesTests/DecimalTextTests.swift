import Support
import Testing

@testable import DataFiles

/// Numbers in digits, against `description`, which is another algorithm (SwiftDtoa, after Errol and Grisu).
@Suite struct DecimalTextTests {
  private func text(_ value: Double) -> String {
    var text = TextBuffer()
    text.append(value)
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func text(_ value: Int) -> String {
    var text = TextBuffer()
    text.append(value)
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The first values whose texts differ. One comparison for many numbers: an expectation for each would
  /// take longer than the numbers.
  private func differences(_ values: some Sequence<Double>) -> [Double] {
    Array(values.lazy.filter { text($0) != $0.description }.prefix(5))
  }

  @Test func numbersOfAllBitPatternsHaveTheirDescription() {
    var generator = SeededGenerator(seed: 41)
    var values: [Double] = []
    for _ in 0..<400_000 {
      let bits = Double(bitPattern: generator.next())
      if bits.isFinite { values.append(bits) }
      values.append(Double(bitPattern: generator.next() >> 12))  // subnormal
      values.append(Double.random(in: -1e-3...1e-3, using: &generator))
      // Single precision: short in binary, long in decimal digits.
      values.append(Double(Float.random(in: -1...1, using: &generator)))
      values.append(Double(Int64(bitPattern: generator.next() >> (generator.next() % 60))))
      // Few digits, so that zeros are cut off.
      let digits = Double(Int.random(in: 0...99_999, using: &generator))
      values.append(digits / [1e1, 1e3, 1e6, 1e9, 1e20].randomElement(using: &generator)!)
    }
    #expect(differences(values) == [])
  }

  /// Below a power of two, doubles lie half as far apart as above.
  @Test func neighboursOfPowersOfTwoAndOfTenHaveTheirDescription() {
    var values: [Double] = []
    for exponent in -1074...1023 {
      values.append(Double(sign: .plus, exponent: exponent, significand: 1))
    }
    for exponent in -323...308 { values.append(Double("1e\(exponent)")!) }
    let neighbours = values.flatMap { [$0.nextDown, $0.nextDown.nextDown, $0, $0.nextUp] }
      .filter { $0.isFinite }
    #expect(differences(neighbours) == [])
    #expect(differences(neighbours.map { -$0 }) == [])
  }

  @Test func theFirstSubnormalNumbersHaveTheirDescription() {
    #expect(differences((0...100_000).lazy.map { Double(bitPattern: $0) }) == [])
  }

  @Test func theFormChangesWhereThatOfSwiftDoes() {
    for (value, expected) in [
      (0.0, "0.0"), (-0.0, "-0.0"), (5, "5.0"), (-5, "-5.0"), (1e-4, "0.0001"), (1e-5, "1e-05"),
      (0x1p53, "9007199254740992.0"), (0x1p53 + 2, "9.007199254740994e+15"),
      (1e15, "1000000000000000.0"),
      (1e16, "1e+16"), (1e22, "1e+22"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
      (-2.2250738585072014e-308, "-2.2250738585072014e-308"), (1.5e-10, "1.5e-10"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ] as [(Double, String)] {
      #expect(text(value) == expected && value.description == expected)
    }
    // Both sides of each boundary.
    let boundaries = [1e-4, 0x1p53, 1, 10, 1e15, 1e16] as [Double]
    #expect(
      differences(
        boundaries.flatMap { boundary in (-500...500).map { boundary + Double($0) * boundary.ulp } }
      )
        == [])
  }

  @Test func integersHaveTheirDescription() {
    var generator = SeededGenerator(seed: 42)
    var values = [0, .min, .max, -1, 99_999_999, 100_000_000, 9_999_999_999_999_999]
    var power = 1
    for _ in 0..<19 {
      values += [power - 1, power, -power, power + 1]
      power &*= 10
    }
    for _ in 0..<200_000 {
      values.append(Int(truncatingIfNeeded: generator.next()) >> Int(generator.next() % 63))
    }
    #expect(values.filter { text($0) != $0.description } == [])
  }

  /// The table against 10ᵏ = 10ᵏ⁻¹·10 and against powers that doubles have exactly.
  @Test func powersOfTenAreLargeEnoughAndNotTooLarge() {
    for k in PowerOfTen.exponents.dropFirst() {
      let (a, b) = (PowerOfTen.of(k - 1), PowerOfTen.of(k))
      // Both are too large by less than a unit: b − 1 < 10·a·2⁻ˢ and 10·(a − 1)·2⁻ˢ < b, where s is 3 or 4.
      let shift = UInt64(PowerOfTen.binaryExponent(of: k) - PowerOfTen.binaryExponent(of: k - 1))
      let ten = UInt128(10)
      let before = UInt128(a.high) << 64 | UInt128(a.low)
      let after = UInt128(b.high) << 64 | UInt128(b.low)
      let upper = before.multipliedFullWidth(by: ten)
      let lower = (before - 1).multipliedFullWidth(by: ten)
      func shifted(_ product: (high: UInt128, low: UInt128)) -> UInt128 {
        product.high << (128 - UInt128(shift)) | product.low >> UInt128(shift)
      }
      #expect(shifted(lower) <= after && after - 1 <= shifted(upper), "10^\(k)")
      #expect(b.high >> 63 == 1)
    }
    #expect(PowerOfTen.of(0).high == 1 << 63 && PowerOfTen.of(0).low == 0)
    // 10²² = 5²²·2²², and 5²² has 52 bits.
    #expect(Double(PowerOfTen.of(22).high) * 0x1p10 == 1e22 && PowerOfTen.of(22).low == 0)
    // 10⁵⁵ = 5⁵⁵·2⁵⁵ is the first that has more than 128 bits without the zeros.
    #expect(PowerOfTen.of(55).low & 1 == 1 || PowerOfTen.of(55).low != 0)
  }
}
