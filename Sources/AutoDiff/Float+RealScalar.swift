// Float as a RealScalar: the C library's functions under the field's names.
import CVectorMath

extension Float: RealScalar {
  public typealias Mask = Bool
  public typealias Constant = Double

  @inlinable @inline(__always) public static var epsilon: Double { 0x1p-23 }
}

// Members of the protocol and not of `Float`: where swift-numerics is imported too, its `Float.sin`
// goes first and neither is ambiguous; generic code calls these.
extension RealScalar where Self == Float {
  @inlinable @inline(__always) public static func select(_ mask: Bool, _ a: Float, _ b: Float)
    -> Float
  {
    mask ? a : b
  }
  @inlinable @inline(__always) public static func abs(_ x: Float) -> Float { x.magnitude }
  @inlinable @inline(__always) public static func minimum(_ a: Float, _ b: Float) -> Float {
    b < a ? b : a
  }
  @inlinable @inline(__always) public static func maximum(_ a: Float, _ b: Float) -> Float {
    a < b ? b : a
  }
  @inlinable @inline(__always) public static func sqrt(_ x: Float) -> Float { x.squareRoot() }
  @inlinable public static func sincos(_ x: Float) -> (sin: Float, cos: Float) { (sin(x), cos(x)) }
  @inlinable public static func cbrt(_ x: Float) -> Float { cvm_float_cbrt(x) }
  @inlinable public static func sin(_ x: Float) -> Float { cvm_float_sin(x) }
  @inlinable public static func cos(_ x: Float) -> Float { cvm_float_cos(x) }
  @inlinable public static func tan(_ x: Float) -> Float { cvm_float_tan(x) }
  @inlinable public static func asin(_ x: Float) -> Float { cvm_float_asin(x) }
  @inlinable public static func acos(_ x: Float) -> Float { cvm_float_acos(x) }
  @inlinable public static func atan(_ x: Float) -> Float { cvm_float_atan(x) }
  @inlinable public static func exp(_ x: Float) -> Float { cvm_float_exp(x) }
  @inlinable public static func expMinusOne(_ x: Float) -> Float { cvm_float_expm1(x) }
  @inlinable public static func log(_ x: Float) -> Float { cvm_float_log(x) }
  @inlinable public static func sinh(_ x: Float) -> Float { cvm_float_sinh(x) }
  @inlinable public static func cosh(_ x: Float) -> Float { cvm_float_cosh(x) }
  @inlinable public static func tanh(_ x: Float) -> Float { cvm_float_tanh(x) }
  @inlinable public static func asinh(_ x: Float) -> Float { cvm_float_asinh(x) }
  @inlinable public static func log(onePlus x: Float) -> Float { cvm_float_log1p(x) }
  @inlinable public static func hypot(_ x: Float, _ y: Float) -> Float { cvm_float_hypot(x, y) }
  @inlinable public static func atan2(y: Float, x: Float) -> Float { cvm_float_atan2(y, x) }
  @inlinable public static func pow(_ x: Float, _ y: Float) -> Float { cvm_float_pow(x, y) }
}
