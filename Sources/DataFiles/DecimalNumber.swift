/// A decimal number in a text, found without rounding and then rounded once.
///
/// Grammar: sign? digits? ("." digits?)? (("e" | "E" | "d" | "D") sign? digits)?, with at least
/// one digit before the exponent; "d" is how Fortran writes double precision.
struct DecimalNumber {
  /// The digits as an integer, as long as they fit.
  private var digits: UInt64 = 0
  /// The power of ten to multiply them with.
  private var exponent = 0
  private var isNegative = false
  /// Whether `digits` and `exponent` hold the number completely.
  private var isExact = true
  /// The offset behind the number.
  private(set) var end = 0

  /// Reads the longest number that begins at an offset; `nil` if none begins there.
  ///
  /// - Precondition: The last byte of the text is none that a number can contain.
  @inline(__always)
  init?(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    var offset = start
    let sign = text[offset]
    if sign == 0x2D || sign == 0x2B {
      isNegative = sign == 0x2D
      offset += 1
    }
    let first = offset
    accumulateDigits(text, &offset)
    var count = offset - first  // of digits, including leading zeros
    if text[offset] == 0x2E {
      offset += 1
      let fraction = offset
      accumulateDigits(text, &offset)
      exponent = fraction - offset
      count -= exponent
    }
    if count == 0 { return nil }
    end = offset
    let letter = text[offset] | 0x20
    if letter == 0x65 || letter == 0x64 { readExponent(text, from: offset + 1) }
  }

  /// Takes all digits that follow.
  @inline(__always)
  private mutating func accumulateDigits(
    _ text: UnsafeBufferPointer<UInt8>, _ offset: inout Int
  ) {
    // Eight at once, as long as 19 digits are enough for all: (10¹¹ − 1)·10⁸ + 10⁸ − 1 < 10¹⁹ < 2⁶⁴.
    while digits < 100_000_000_000, let eight = Self.eightDigits(text, offset) {
      digits = digits &* 100_000_000 &+ eight
      offset += 8
    }
    var digit = text[offset] &- 0x30
    while digit < 10 {
      // 19 digits always fit into 64 bits: (10¹⁸ − 1)·10 + 9 < 2⁶⁴.
      if digits < 1_000_000_000_000_000_000 {
        digits = digits &* 10 &+ UInt64(digit)
      } else {
        isExact = false
      }
      offset += 1
      digit = text[offset] &- 0x30
    }
  }

  /// The number of which the next eight bytes are the digits; nil if they are not all digits.
  @inline(__always)
  private static func eightDigits(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int) -> UInt64? {
    guard text.count - offset >= 8 else { return nil }
    // The first digit is in the lowest byte.
    let bytes = UInt64(
      littleEndian: UnsafeRawBufferPointer(text).loadUnaligned(
        fromByteOffset: offset, as: UInt64.self))
    // A byte below "0" sets its highest bit in the difference, one above "9" in the sum.
    let digits = bytes &- 0x3030_3030_3030_3030
    guard (digits | (bytes &+ 0x4646_4646_4646_4646)) & 0x8080_8080_8080_8080 == 0 else {
      return nil
    }
    // Neighbours are put together, to numbers of two, four and eight digits.
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
  }

  private mutating func readExponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    var offset = start
    let sign = text[offset]
    if sign == 0x2D || sign == 0x2B { offset += 1 }
    var power = 0
    let first = offset
    while text[offset] &- 0x30 < 10 {
      power = min(power * 10 + Int(text[offset] &- 0x30), 1_000_000)
      offset += 1
    }
    if offset == first { return }  // no exponent, so the number ended before the "e"
    exponent += sign == 0x2D ? -power : power
    end = offset
  }

  /// The double that is nearest to the number, ties to even; infinite if it is too large.
  ///
  /// - Parameter text: The text from which the number was read, and where it began.
  @inline(__always)
  func rounded(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Double {
    if let magnitude = digits == 0 ? 0 : scaled, isExact {
      return isNegative ? -magnitude : magnitude
    }
    // Swift reads any decimal correctly rounded, in every locale; only slower.
    let plain = text[start..<end].map { $0 | 0x20 == 0x64 ? 0x65 : $0 }
    return Double(String(decoding: plain, as: UTF8.self)) ?? .nan
  }

  /// digits·10^exponent, rounded; nil if it takes more than the integers here.
  @inline(__always)
  private var scaled: Double? {
    // A product is exact in no time; a quotient takes longer than the table, which is enough for nearly all.
    if (0...27).contains(exponent) { return scaledExactly }
    return scaledByTable ?? (exponent >= -27 && exponent < 0 ? scaledExactly : nil)
  }

  /// digits·10^exponent for exponents from −27 to 27, where 5^|exponent| fits into 64 bits.
  ///
  /// The product or quotient with the power of five is formed exactly in integers, to at least 63
  /// leading bits and one that says whether anything follows. Rounding these to 53 bits is then the
  /// only rounding; powers of two are exact here, since the result is a normal double:
  /// 10⁻²⁷ ≤ value < 2⁶⁴·10²⁷.
  private var scaledExactly: Double {
    let shift = digits.leadingZeroBitCount
    let leading = digits << UInt64(shift)
    let five = Self.powersOfFive[abs(exponent)]
    let fiveShift = five.leadingZeroBitCount
    let leadingFive = five << UInt64(fiveShift)
    // Both factors have their top bit set: the product's upper half and the quotient have it, too,
    // or the next one.
    if exponent >= 0 {
      let (high, low) = leading.multipliedFullWidth(by: leadingFive)
      return Self.nearest(high, sticky: low != 0, power: 64 + exponent - shift - fiveShift)
    }
    // Half of a 64-bit number is less than a divisor with its top bit set: no overflow.
    let (quotient, remainder) = leadingFive.dividingFullWidth((leading >> 1, leading << 63))
    return Self.nearest(
      quotient, sticky: remainder != 0, power: exponent - 63 - shift + fiveShift)
  }

  /// The same by a power of ten of 128 bits, which is too large by less than a unit of the last (D. Lemire,
  /// Number Parsing at a Gigabyte per Second, Softw. Pract. Exper. 51 (2021) 1700, section 5).
  ///
  /// The product of 192 bits is too large by less than 2⁶⁴. As long as the middle 64 bits are not all zero,
  /// the exact product has the same upper 64, and something follows them: they are rounded rightly.
  @inline(__always)
  private var scaledByTable: Double? {
    guard PowerOfTen.exponents.contains(exponent) else { return nil }
    let ten = PowerOfTen.of(exponent)
    let shift = digits.leadingZeroBitCount
    let leading = digits << UInt64(shift)
    let carried = leading.multipliedFullWidth(by: ten.low).high
    let (upper, lower) = leading.multipliedFullWidth(by: ten.high)
    let (middle, overflow) = lower.addingReportingOverflow(carried)
    if middle == 0 { return nil }
    let high = upper + (overflow ? 1 : 0)
    let power = PowerOfTen.binaryExponent(of: exponent) + 1 - shift
    // The factor 2^power is a normal double; with 63 bits or more, the result is normal, too, or too large.
    guard (-1022...1023).contains(power) else { return nil }
    return Self.nearest(high, sticky: true, power: power)
  }

  /// bits·2^power, rounded once; `sticky` says that the number is a little larger than `bits`.
  ///
  /// There are at least 63 bits, so that ten lie below the 53rd and the lowest may carry the sticky
  /// one: it can neither make nor break a tie wrongly.
  @inline(__always)
  private static func nearest(_ bits: UInt64, sticky: Bool, power: Int) -> Double {
    let factor = Double(bitPattern: UInt64(1023 + power) << 52)
    return Double(bits | (sticky ? 1 : 0)) * factor
  }

  /// 5ⁿ for n = 0 … 27.
  private static let powersOfFive: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 0..<27 { powers.append(powers[powers.count - 1] * 5) }
    return powers
  }()
}
