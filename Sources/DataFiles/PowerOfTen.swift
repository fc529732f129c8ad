/// A power of ten by its 128 leading bits, rounded up: 10ᵏ ≤ bits·2^(⌊k·log₂10⌋ − 127) < 10ᵏ·(1 + 2⁻¹²⁷).
struct PowerOfTen {
  /// The upper half of the bits; the highest of them is set.
  let high: UInt64
  let low: UInt64

  /// The exponents k that doubles need to be written.
  static let exponents = -292...324

  /// Of all ``exponents``, in this order.
  private static let table: [PowerOfTen] = {
    // Exact integers, the least significant word first. 10³²⁴ < 2¹⁰⁷⁷; and of 2¹¹⁵² / 10²⁹² more than
    // 128 bits are left.
    var number: [UInt64] = [1] + Array(repeating: 0, count: 17)
    var powers: [PowerOfTen] = []
    for _ in 0...exponents.upperBound {
      powers.append(PowerOfTen(leading: number, isExact: true))
      var carry: UInt64 = 0
      for i in number.indices {
        let (high, low) = number[i].multipliedFullWidth(by: 10)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        number[i] = sum
        carry = high + (overflow ? 1 : 0)
      }
    }
    number = Array(repeating: 0, count: 18) + [1]
    for _ in 1...(-exponents.lowerBound) {
      // ⌊⌊a/10⌋/10⌋ = ⌊a/100⌋: rounding down at each step rounds down once.
      var remainder: UInt64 = 0
      for i in number.indices.reversed() {
        (number[i], remainder) = UInt64(10).dividingFullWidth((remainder, number[i]))
      }
      powers.insert(PowerOfTen(leading: number, isExact: false), at: 0)
    }
    return powers
  }()

  /// 10ᵏ.
  @inline(__always)
  static func of(_ exponent: Int) -> PowerOfTen { table[exponent - exponents.lowerBound] }

  /// ⌊log₂ 10ᵏ⌋ (1741647·2⁻¹⁹ is log₂ 10, exact for all ``exponents``).
  @inline(__always)
  static func binaryExponent(of exponent: Int) -> Int { (1_741_647 * exponent) >> 19 }

  /// The leading bits of an integer, which was rounded down if it is not exact.
  private init(leading number: [UInt64], isExact: Bool) {
    let top = number.lastIndex { $0 != 0 } ?? 0
    let shift = UInt64(number[top].leadingZeroBitCount)
    func word(_ i: Int) -> UInt64 { i < 0 ? 0 : number[i] }
    /// A word with the highest bits of the one below it.
    func shifted(_ i: Int) -> UInt64 {
      word(i) << shift | (shift == 0 ? 0 : word(i - 1) >> (64 - shift))
    }
    let isWhole =
      word(top - 2) << shift == 0 && number.prefix(max(0, top - 2)).allSatisfy { $0 == 0 }
    let isRoundedUp = !(isExact && isWhole)
    let (low, carry) = shifted(top - 1).addingReportingOverflow(isRoundedUp ? 1 : 0)
    self.low = low
    high = shifted(top) + (carry ? 1 : 0)
  }
}
