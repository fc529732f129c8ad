// PLACEHOLDER until the vector code lands.
extension Lanes {
  @inlinable static func each(_ x: Self, _ f: (Double) -> Double) -> Self {
    var r = x
    for i in 0..<Shape.Storage.scalarCount { r.vector[i] = Shape.Storage.Scalar(f(Double(x.vector[i]))) }
    return r
  }
  @inlinable static func each2(_ x: Self, _ y: Self, _ f: (Double, Double) -> Double) -> Self {
    var r = x
    for i in 0..<Shape.Storage.scalarCount { r.vector[i] = Shape.Storage.Scalar(f(Double(x.vector[i]), Double(y.vector[i]))) }
    return r
  }
  @inlinable public static func cbrt(_ x: Self) -> Self { each(x) { Double.cbrt($0) } }
  @inlinable public static func sin(_ x: Self) -> Self { each(x) { Double.sin($0) } }
  @inlinable public static func cos(_ x: Self) -> Self { each(x) { Double.cos($0) } }
  @inlinable public static func tan(_ x: Self) -> Self { each(x) { Double.tan($0) } }
  @inlinable public static func asin(_ x: Self) -> Self { each(x) { Double.asin($0) } }
  @inlinable public static func acos(_ x: Self) -> Self { each(x) { Double.acos($0) } }
  @inlinable public static func atan(_ x: Self) -> Self { each(x) { Double.atan($0) } }
  @inlinable public static func exp(_ x: Self) -> Self { each(x) { Double.exp($0) } }
  @inlinable public static func expMinusOne(_ x: Self) -> Self { each(x) { Double.expMinusOne($0) } }
  @inlinable public static func log(_ x: Self) -> Self { each(x) { Double.log($0) } }
  @inlinable public static func sinh(_ x: Self) -> Self { each(x) { Double.sinh($0) } }
  @inlinable public static func cosh(_ x: Self) -> Self { each(x) { Double.cosh($0) } }
  @inlinable public static func tanh(_ x: Self) -> Self { each(x) { Double.tanh($0) } }
  @inlinable public static func asinh(_ x: Self) -> Self { each(x) { Double.asinh($0) } }
  @inlinable public static func log(onePlus x: Self) -> Self { each(x) { Double.log(onePlus: $0) } }
  @inlinable public static func sincos(_ x: Self) -> (sin: Self, cos: Self) { (sin(x), cos(x)) }
  @inlinable public static func hypot(_ x: Self, _ y: Self) -> Self { each2(x, y) { Double.hypot($0, $1) } }
  @inlinable public static func atan2(y: Self, x: Self) -> Self { each2(x, y) { Double.atan2(y: $1, x: $0) } }
  @inlinable public static func pow(_ x: Self, _ y: Self) -> Self { each2(x, y) { Double.pow($0, $1) } }
}
