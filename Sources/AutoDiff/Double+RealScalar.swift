// Double as a RealScalar: the C library's functions under the field's names.
import CVectorMath

extension Double: RealScalar {
  public typealias Mask = Bool
  public typealias Constant = Double

  @inlinable @inline(__always) public static var epsilon: Double { 0x1p-52 }
}

/// a·b + c, by one instruction where the machine has one, as lanes have it everywhere; Swift itself never contracts.
@inlinable @inline(__always)
package func contracted(_ a: Double, _ b: Double, plus c: Double) -> Double {
  cvm_double_multiply_add(a, b, c)
}

// Members of the protocol and not of `Double`: where swift-numerics is imported too, its `Double.sin`
// goes first and neither is ambiguous; generic code calls these.
extension RealScalar where Self == Double {
  @inlinable @inline(__always) public static func select(_ mask: Bool, _ a: Double, _ b: Double)
    -> Double
  {
    mask ? a : b
  }
  @inlinable @inline(__always) public static func abs(_ x: Double) -> Double { x.magnitude }
  @inlinable @inline(__always) public static func minimum(_ a: Double, _ b: Double) -> Double {
    b < a ? b : a
  }
  @inlinable @inline(__always) public static func maximum(_ a: Double, _ b: Double) -> Double {
    a < b ? b : a
  }
  @inlinable @inline(__always) public static func sqrt(_ x: Double) -> Double { x.squareRoot() }
  @inlinable public static func sincos(_ x: Double) -> (sin: Double, cos: Double) {
    (sin(x), cos(x))
  }
  @inlinable public static func cbrt(_ x: Double) -> Double { cvm_double_cbrt(x) }
  @inlinable public static func sin(_ x: Double) -> Double { cvm_double_sin(x) }
  @inlinable public static func cos(_ x: Double) -> Double { cvm_double_cos(x) }
  @inlinable public static func tan(_ x: Double) -> Double { cvm_double_tan(x) }
  @inlinable public static func asin(_ x: Double) -> Double { cvm_double_asin(x) }
  @inlinable public static func acos(_ x: Double) -> Double { cvm_double_acos(x) }
  @inlinable public static func atan(_ x: Double) -> Double { cvm_double_atan(x) }
  @inlinable public static func exp(_ x: Double) -> Double { cvm_double_exp(x) }
  @inlinable public static func expMinusOne(_ x: Double) -> Double { cvm_double_expm1(x) }
  @inlinable public static func log(_ x: Double) -> Double { cvm_double_log(x) }
  @inlinable public static func sinh(_ x: Double) -> Double { cvm_double_sinh(x) }
  @inlinable public static func cosh(_ x: Double) -> Double { cvm_double_cosh(x) }
  @inlinable public static func tanh(_ x: Double) -> Double { cvm_double_tanh(x) }
  @inlinable public static func asinh(_ x: Double) -> Double { cvm_double_asinh(x) }
  @inlinable public static func log(onePlus x: Double) -> Double { cvm_double_log1p(x) }
  @inlinable public static func hypot(_ x: Double, _ y: Double) -> Double { cvm_double_hypot(x, y) }
  @inlinable public static func atan2(y: Double, x: Double) -> Double { cvm_double_atan2(y, x) }
  @inlinable public static func pow(_ x: Double, _ y: Double) -> Double { cvm_double_pow(x, y) }
}
