import AutoDiff
import Recording

/// A plain number in a group of which other members differ: no condition holds for all, and each
/// holds for some. What a general program must give, by the formula itself.
struct MixedNumber: RealScalar {
  struct Mask: ScalarMask {
    let value: Bool
    init(_ value: Bool) { self.value = value }
    init(repeating value: Bool) { self.value = value }
    var all: Bool { false }
    var any: Bool { true }
    static func .& (a: Self, b: Self) -> Self { Self(a.value && b.value) }
    static func .| (a: Self, b: Self) -> Self { Self(a.value || b.value) }
    static prefix func .! (a: Self) -> Self { Self(!a.value) }
  }
  typealias Constant = Double

  let value: Double
  init(_ value: Double) { self.value = value }

  static var epsilon: Double { Double.epsilon }

  static prefix func - (x: Self) -> Self { Self(-x.value) }
  static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  static func * (a: Self, b: Self) -> Self { Self(a.value * b.value) }
  static func / (a: Self, b: Self) -> Self { Self(a.value / b.value) }
  static func < (a: Self, b: Self) -> Mask { Mask(a.value < b.value) }
  static func <= (a: Self, b: Self) -> Mask { Mask(a.value <= b.value) }
  static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self { mask.value ? a : b }

  static func abs(_ x: Self) -> Self { Self(.abs(x.value)) }
  static func minimum(_ a: Self, _ b: Self) -> Self { Self(.minimum(a.value, b.value)) }
  static func maximum(_ a: Self, _ b: Self) -> Self { Self(.maximum(a.value, b.value)) }
  static func sqrt(_ x: Self) -> Self { Self(.sqrt(x.value)) }
  static func cbrt(_ x: Self) -> Self { Self(.cbrt(x.value)) }
  static func hypot(_ x: Self, _ y: Self) -> Self { Self(.hypot(x.value, y.value)) }
  static func sin(_ x: Self) -> Self { Self(.sin(x.value)) }
  static func cos(_ x: Self) -> Self { Self(.cos(x.value)) }
  static func tan(_ x: Self) -> Self { Self(.tan(x.value)) }
  static func sincos(_ x: Self) -> (sin: Self, cos: Self) { (sin(x), cos(x)) }
  static func asin(_ x: Self) -> Self { Self(.asin(x.value)) }
  static func acos(_ x: Self) -> Self { Self(.acos(x.value)) }
  static func atan(_ x: Self) -> Self { Self(.atan(x.value)) }
  static func atan2(y: Self, x: Self) -> Self { Self(.atan2(y: y.value, x: x.value)) }
  static func exp(_ x: Self) -> Self { Self(.exp(x.value)) }
  static func expMinusOne(_ x: Self) -> Self { Self(.expMinusOne(x.value)) }
  static func log(_ x: Self) -> Self { Self(.log(x.value)) }
  static func log(onePlus x: Self) -> Self { Self(.log(onePlus: x.value)) }
  static func pow(_ x: Self, _ y: Self) -> Self { Self(.pow(x.value, y.value)) }
  static func sinh(_ x: Self) -> Self { Self(.sinh(x.value)) }
  static func cosh(_ x: Self) -> Self { Self(.cosh(x.value)) }
  static func tanh(_ x: Self) -> Self { Self(.tanh(x.value)) }
  static func asinh(_ x: Self) -> Self { Self(.asinh(x.value)) }
}
