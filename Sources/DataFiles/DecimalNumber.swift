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
    var count = 0  // of digits, including leading zeros
    var byte = text[offset] &- 0x30
    while byte < 10 {
      accumulate(byte)
      count += 1
      offset += 1
      byte = text[offset] &- 0x30
    }
    if text[offset] == 0x2E {
      offset += 1
      byte = text[offset] &- 0x30
      while byte < 10 {
        accumulate(byte)
        exponent -= 1
        count += 1
        offset += 1
        byte = text[offset] &- 0x30
      }
    }
    if count == 0 { return nil }
    end = offset
    let letter = text[offset] | 0x20
    if letter == 0x65 || letter == 0x64 { readExponent(text, from: offset + 1) }
  }

  @inline(__always)
  private mutating func accumulate(_ digit: UInt8) {
    // 19 digits always fit into 64 bits: (10¹⁸ − 1)·10 + 9 < 2⁶⁴.
    if digits < 1_000_000_000_000_000_000 {
      digits = digits &* 10 &+ UInt64(digit)
    } else {
      isExact = false
    }
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
    guard isExact, exponent >= -27, exponent <= 27 else {
      // Swift reads any decimal correctly rounded, in every locale; only slower.
      let plain = text[start..<end].map { $0 | 0x20 == 0x64 ? 0x65 : $0 }
      return Double(String(decoding: plain, as: UTF8.self)) ?? .nan
    }
    let magnitude = digits == 0 ? 0 : scaled
    return isNegative ? -magnitude : magnitude
  }

  /// digits·10^exponent for exponents from −27 to 27, where 5^|exponent| fits into 64 bits.
  ///
  /// The product or quotient with the power of five is formed exactly in integers, to at least 63
  /// leading bits and one that says whether anything follows. Rounding these to 53 bits is then the
  /// only rounding; powers of two are exact here, since the result is a normal double:
  /// 10⁻²⁷ ≤ value < 2⁶⁴·10²⁷.
  private var scaled: Double {
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
