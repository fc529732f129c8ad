import SystemLibrary

/// Numbers and powers of ten in decimal notation.
enum Decimal {
  /// Ten to a power, rounded once.
  ///
  /// - Precondition: The power is from −323 to 308.
  static func power(_ exponent: Int) -> Double {
    guard let value = Double("1e\(exponent)") else { preconditionFailure("1e\(exponent)") }
    return value
  }

  /// The logarithm to base 10 of a positive number.
  static func logarithm(_ value: Double) -> Double { log10(value) }

  /// The exponent of the largest whole power of ten that is not larger than a positive number.
  static func exponent(of value: Double) -> Int {
    let guess = Int(log10(value).rounded(.down))
    // The logarithm of 1000 may be rounded to just below 3.
    if guess < 308, power(guess + 1) <= value { return guess + 1 }
    return guess
  }

  /// An integer times a power of ten in digits, with a proper minus sign: −0.25.
  static func text(_ digits: Int, exponent: Int) -> String {
    var text = String(digits.magnitude)
    if exponent > 0, digits != 0 { text += String(repeating: "0", count: exponent) }
    if exponent < 0 {
      let places = -exponent
      text = String(repeating: "0", count: max(0, places + 1 - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: -places))
    }
    return (digits < 0 ? "\u{2212}" : "") + text
  }

  /// A length or place in a drawing, to a hundredth: enough for any screen, and short.
  static func coordinate(_ value: Double) -> String {
    precondition(value.isFinite && abs(value) < 1e9, "\(value) is no place in a drawing")
    let hundredths = Int((value * 100).rounded())
    let whole = hundredths.magnitude / 100
    let rest = hundredths.magnitude % 100
    var text = (hundredths < 0 ? "-" : "") + String(whole)
    if rest > 0 {
      text += rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    }
    return text
  }
}
