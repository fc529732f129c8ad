import SystemLibrary

/// Numbers in decimal digits, as `description` has them, put straight into memory.
enum DecimalText {
  /// The bytes that a number may touch. A double has at most 24, such as -2.2250738585072014e-308, an
  /// integer 20; what is behind them is written over later.
  static let room = 40

  /// Writes the shortest decimal that reads back to the same bits, just as `Double.description` does.
  ///
  /// - Parameters:
  ///   - value: A finite number.
  ///   - memory: Where it goes.
  ///   - start: At which offset.
  /// - Precondition: From there on the memory has ``room`` bytes.
  /// - Returns: How many bytes the number has.
  @inline(__always)
  static func write(
    _ value: Double, to memory: UnsafeMutableRawBufferPointer, at start: Int
  ) -> Int {
    let target = place(memory, start)
    var text = target
    if value.sign == .minus {
      text.storeBytes(of: 0x2D, as: UInt8.self)
      text += 1
    }
    let magnitude = value.magnitude
    if magnitude == 0 {
      text.copyMemory(from: "0.0", byteCount: 3)
      return text + 3 - target
    }
    let decimal = ShortestDecimal(magnitude)
    let count = digitCount(decimal.digits)
    // d₁.d₂…d₁₇·10^power, filled up with zeros.
    let digits = decimal.digits * powersOfTen[17 - count]
    let power = decimal.exponent + count - 1
    let (lead, rest) = digits.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
    let (first, last) = rest.quotientAndRemainder(dividingBy: 100_000_000)
    let words = (eightDigits(first), eightDigits(last))
    let significant =
      words.1 != 0
      ? 17 - words.1.leadingZeroBitCount / 8 : 9 - words.0.leadingZeroBitCount / 8
    @inline(__always) func put(_ text: UnsafeMutableRawPointer) {
      text.storeBytes(of: 0x30 + UInt8(truncatingIfNeeded: lead), as: UInt8.self)
      (text + 1).storeBytes(of: (words.0 | zeros).littleEndian, as: UInt64.self)
      (text + 9).storeBytes(of: (words.1 | zeros).littleEndian, as: UInt64.self)
    }
    // Swift writes without an exponent what is at least 10⁻⁴ and at most 2⁵³.
    if power < -4 || magnitude > 0x1p53 {
      put(text + 1)
      text.copyMemory(from: text + 1, byteCount: 1)
      (text + 1).storeBytes(of: 0x2E, as: UInt8.self)
      text += significant > 1 ? significant + 1 : 1
      return writeExponent(power, to: text) - target
    }
    if power < 0 {
      text.copyMemory(from: "0.000", byteCount: 5)
      text += 1 - power
      put(text)
      return text + significant - target
    }
    put(text)
    (text + 17).storeBytes(of: 0x30, as: UInt8.self)
    // The point goes behind power + 1 digits, and at least one follows.
    let point = text + power + 1
    let behind = (point.loadUnaligned(as: UInt64.self), (point + 8).loadUnaligned(as: UInt64.self))
    point.storeBytes(of: 0x2E, as: UInt8.self)
    (point + 1).storeBytes(of: behind.0, as: UInt64.self)
    (point + 9).storeBytes(of: behind.1, as: UInt64.self)
    return text + max(significant, power + 2) + 1 - target
  }

  /// Writes an integer.
  ///
  /// - Parameters:
  ///   - memory: Where it goes.
  ///   - start: At which offset.
  /// - Precondition: From there on the memory has ``room`` bytes.
  /// - Returns: How many bytes the number has.
  @inline(__always)
  static func write(
    _ value: Int, to memory: UnsafeMutableRawBufferPointer, at start: Int
  ) -> Int {
    let target = place(memory, start)
    var text = target
    if value < 0 {
      text.storeBytes(of: 0x2D, as: UInt8.self)
      text += 1
    }
    let magnitude = UInt64(value.magnitude)
    if magnitude < 100_000_000 {
      let digits = eightDigits(magnitude)
      let passed = min(7, digits.trailingZeroBitCount / 8)
      let shifted = (digits | zeros) >> UInt64(8 * passed)
      text.storeBytes(of: shifted.littleEndian, as: UInt64.self)
      return text + 8 - passed - target
    }
    // 24 digits, of which the zeros in front are then passed over.
    let (upper, lower) = magnitude.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
    let (middle, last) = lower.quotientAndRemainder(dividingBy: 100_000_000)
    let words = (eightDigits(upper), eightDigits(middle), eightDigits(last))
    text.storeBytes(of: (words.0 | zeros).littleEndian, as: UInt64.self)
    (text + 8).storeBytes(of: (words.1 | zeros).littleEndian, as: UInt64.self)
    (text + 16).storeBytes(of: (words.2 | zeros).littleEndian, as: UInt64.self)
    let passed = upper > 0 ? words.0.trailingZeroBitCount / 8 : 8 + words.1.trailingZeroBitCount / 8
    memmove(text, text + passed, 24 - passed)
    return text + 24 - passed - target
  }

  @inline(__always)
  private static func place(
    _ memory: UnsafeMutableRawBufferPointer, _ start: Int
  ) -> UnsafeMutableRawPointer {
    guard let base = memory.baseAddress, start >= 0, memory.count - start >= room else {
      preconditionFailure("a number needs \(room) bytes")
    }
    return base + start
  }

  @inline(__always)
  private static func writeExponent(
    _ power: Int, to target: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    var text = target
    text.storeBytes(of: 0x65, as: UInt8.self)
    (text + 1).storeBytes(of: power < 0 ? 0x2D : 0x2B, as: UInt8.self)
    text += 2
    let (hundreds, rest) = power.magnitude.quotientAndRemainder(dividingBy: 100)
    if hundreds > 0 {
      text.storeBytes(of: 0x30 + UInt8(truncatingIfNeeded: hundreds), as: UInt8.self)
      text += 1
    }
    text.storeBytes(of: 0x30 + UInt8(truncatingIfNeeded: rest / 10), as: UInt8.self)
    (text + 1).storeBytes(of: 0x30 + UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self)
    return text + 2
  }

  // MARK: Digits

  /// Eight times the character "0".
  private static var zeros: UInt64 { 0x3030_3030_3030_3030 }

  /// 10ⁿ for n = 0 … 17.
  private static let powersOfTen: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 0..<17 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// The number of digits of a positive number below 10¹⁷.
  @inline(__always)
  private static func digitCount(_ number: UInt64) -> Int {
    // With b bits it is 2^(b−1) … 2^b − 1, which has ⌊b·log₁₀ 2⌋ digits or one more.
    let least = ((64 - number.leadingZeroBitCount) * 1233) >> 12
    return least + (number >= powersOfTen[least] ? 1 : 0)
  }

  /// The digits of a number below 10⁸, a byte each, the first in the lowest byte: the number is cut into
  /// halves, these into pairs of digits, and these into digits, all parts at once.
  @inline(__always)
  private static func eightDigits(_ number: UInt64) -> UInt64 {
    let halves = number / 10_000 | (number % 10_000) << 32
    // ⌊n·10486/2²⁰⌋ is ⌊n/100⌋ for n < 10⁴, ⌊n·103/2¹⁰⌋ is ⌊n/10⌋ for n < 100.
    let hundreds = (halves &* 10_486) >> 20 & 0x7F_0000_007F
    let pairs = hundreds | (halves &- hundreds &* 100) << 16
    let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (pairs &- tens &* 10) << 8
  }
}
