// Decimal digits of double-double numbers.
import AutoDiff

extension DoubleDouble: LosslessStringConvertible {
  /// A decimal number such as `-1.25e-3`; digits beyond the 34th are counted but not used.
  public init?(_ description: String) {
    var text = Substring(description)
    var sign = 1.0
    if let first = text.first, first == "-" || first == "+" {
      sign = first == "-" ? -1 : 1
      text.removeFirst()
    }
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" })
    guard let mantissa = parts.first, mantissa.contains(where: \.isNumber) else { return nil }
    var exponent = 0
    if parts.count == 2 {
      guard let written = Int(parts[1]) else { return nil }
      exponent = written
    }
    var value = DoubleDouble.zero
    var used = 0
    var isBehindPoint = false
    for character in mantissa {
      if character == "." {
        if isBehindPoint { return nil }
        isBehindPoint = true
        continue
      }
      guard character.isASCII, let digit = character.wholeNumberValue else { return nil }
      if used < 34 {
        value = value * 10.0 + Double(digit)
        if value.high != 0 { used += 1 }
        if isBehindPoint { exponent -= 1 }
      } else if !isBehindPoint {
        exponent += 1
      }
    }
    // Two steps, so that no power of ten leaves the range of a double before the value does.
    let half = exponent / 2
    self = sign * (value * Self.pow(Self(10.0), half) * Self.pow(Self(10.0), exponent - half))
  }

  /// The number to 32 significant digits.
  public var description: String {
    guard high.isFinite, high != 0 else { return "\(high)" }
    var magnitude = DoubleDouble.abs(self)
    var exponent = Int((Double.log(magnitude.high) / Double.log(10)).rounded(.down))
    let half = exponent / 2
    magnitude =
      magnitude / Self.pow(Self(10.0), half) / Self.pow(Self(10.0), exponent - half)
    if magnitude < Self.one {
      magnitude *= Self(10.0)
      exponent -= 1
    } else if Self(10.0) <= magnitude {
      magnitude /= Self(10.0)
      exponent += 1
    }
    // One digit more than shown, to round by.
    var digits: [Int] = []
    for _ in 0..<33 {
      let floor = Int(magnitude.high.rounded(.down)) - (magnitude.isBelowFloor ? 1 : 0)
      let digit = max(0, min(9, floor))
      digits.append(digit)
      magnitude = (magnitude - Double(digit)) * 10.0
    }
    if let last = digits.popLast(), last >= 5 {
      var i = digits.count - 1
      while i >= 0, digits[i] == 9 {
        digits[i] = 0
        i -= 1
      }
      if i >= 0 {
        digits[i] += 1
      } else {
        digits = [1] + digits.dropLast()
        exponent += 1
      }
    }
    let rest = digits.dropFirst().map(String.init).joined()
    return "\(high < 0 ? "-" : "")\(digits[0]).\(rest)e\(exponent)"
  }

  /// True for a number a little below an integer that its double is.
  private var isBelowFloor: Bool { high == high.rounded(.down) && low < 0 }
}
