/// A colour of red, green and blue light, each from 0 to 1 (sRGB).
public struct Color: Hashable, Sendable {
  /// The part of red light, from 0 to 1.
  public var red: Double
  /// The part of green light, from 0 to 1.
  public var green: Double
  /// The part of blue light, from 0 to 1.
  public var blue: Double

  /// A colour from its parts, each from 0 to 1; a part beyond that is written as the nearest end.
  public init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from its six hexadecimal digits.
  public init(_ digits: UInt32) {
    self.init(
      red: Double(digits >> 16 & 0xFF) / 255, green: Double(digits >> 8 & 0xFF) / 255,
      blue: Double(digits & 0xFF) / 255)
  }

  // The colours of Okabe and Ito, "Color Universal Design" (2008), which people with any kind of
  // colour blindness tell apart; gray and white are added.

  /// Black: #000000.
  public static let black = Color(0x000000)
  /// Orange of Okabe and Ito: #e69f00.
  public static let orange = Color(0xE69F00)
  /// Sky blue of Okabe and Ito: #56b4e9.
  public static let skyBlue = Color(0x56B4E9)
  /// Bluish green of Okabe and Ito: #009e73.
  public static let green = Color(0x009E73)
  /// Yellow of Okabe and Ito: #f0e442.
  public static let yellow = Color(0xF0E442)
  /// Blue of Okabe and Ito: #0072b2.
  public static let blue = Color(0x0072B2)
  /// Vermilion of Okabe and Ito: #d55e00.
  public static let vermilion = Color(0xD55E00)
  /// Reddish purple of Okabe and Ito: #cc79a7.
  public static let purple = Color(0xCC79A7)
  /// Gray: #7f7f7f.
  public static let gray = Color(0x7F7F7F)
  /// White: #ffffff.
  public static let white = Color(0xFFFFFF)

  /// The colours of series without one, in this order; yellow is last, since it is faint on white.
  public static let palette: [Color] = [
    .blue, .vermilion, .green, .purple, .orange, .skyBlue, .gray, .yellow,
  ]

  /// The colour as SVG writes it: `#0072b2`.
  var code: String {
    let parts = [red, green, blue].map { part in
      let level = part.isFinite ? Int((min(1, max(0, part)) * 255).rounded()) : 0
      return (level < 16 ? "0" : "") + String(level, radix: 16)
    }
    return "#" + parts.joined()
  }

  /// The mixture with another colour.
  func mixed(with other: Color, _ fraction: Double) -> Color {
    Color(
      red: red + fraction * (other.red - red), green: green + fraction * (other.green - green),
      blue: blue + fraction * (other.blue - blue))
  }
}
