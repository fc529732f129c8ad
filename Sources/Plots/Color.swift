/// A colour of red, green and blue light, each from 0 to 1 (sRGB).
public struct Color: Hashable, Sendable {
  public var red: Double
  public var green: Double
  public var blue: Double

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
  // colour blindness tell apart.
  public static let black = Color(0x000000)
  public static let orange = Color(0xE69F00)
  public static let skyBlue = Color(0x56B4E9)
  public static let green = Color(0x009E73)
  public static let yellow = Color(0xF0E442)
  public static let blue = Color(0x0072B2)
  public static let vermilion = Color(0xD55E00)
  public static let purple = Color(0xCC79A7)
  public static let gray = Color(0x7F7F7F)
  public static let white = Color(0xFFFFFF)

  /// The colours that series get one after the other; yellow is last, since it is faint on white.
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
