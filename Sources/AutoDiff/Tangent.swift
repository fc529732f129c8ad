/// A number with its derivative along one direction. Nested, it carries second derivatives.
///
/// It is ``Dual`` with n = 1 in two plain fields. A formula over nested dual numbers becomes code
/// with many hundred numbers. The compiler needs minutes for it where each carries its tangents in
/// an array, and seconds over nested tangents. Gradients of particle tracking use these.
@frozen
public struct Tangent<Value: RealScalar>: Sendable {
  /// The number itself.
  public var value: Value
  /// Its derivative.
  public var tangent: Value

  /// `value` with its derivative.
  @inlinable @inline(__always)
  public init(_ value: Value, tangent: Value) {
    self.value = value
    self.tangent = tangent
  }

  /// A number of the level below, constant at this one.
  @_disfavoredOverload
  @inlinable @inline(__always)
  public init(_ value: Value) { self.init(value, tangent: .zero) }

  @inlinable @inline(__always)
  public func mapped(to newValue: Value, derivative: Value) -> Self {
    Self(newValue, tangent: derivative * tangent)
  }

  @inlinable @inline(__always)
  public static func combined(
    _ a: Self, _ b: Self, to newValue: Value, derivatives: (Value, Value)
  ) -> Self {
    Self(newValue, tangent: derivatives.0 * a.tangent + derivatives.1 * b.tangent)
  }
}

extension Tangent: ChainRuleScalar {
  public typealias Mask = Value.Mask
  public typealias Constant = Tangent<Value.Constant>

  @inlinable @inline(__always) public init(_ value: Double) {
    self.init(Value(value), tangent: .zero)
  }
  @inlinable @inline(__always) public init(_ constant: Tangent<Value.Constant>) {
    self.init(Value(constant.value), tangent: Value(constant.tangent))
  }

  @inlinable @inline(__always) public static var epsilon: Double { Value.epsilon }

  // MARK: Arithmetic

  @inlinable @inline(__always) public static prefix func - (x: Self) -> Self {
    Self(-x.value, tangent: -x.tangent)
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.value + b.value, tangent: a.tangent + b.tangent)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.value - b.value, tangent: a.tangent - b.tangent)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, tangent: a.value * b.tangent + a.tangent * b.value)
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    let inverse = Value.reciprocal(b.value)
    let quotient = a.value * inverse
    return Self(quotient, tangent: (a.tangent - quotient * b.tangent) * inverse)
  }
  @inlinable @inline(__always) public static func + (a: Double, b: Self) -> Self {
    Self(a + b.value, tangent: b.tangent)
  }
  @inlinable @inline(__always) public static func - (a: Double, b: Self) -> Self {
    Self(a - b.value, tangent: -b.tangent)
  }
  @inlinable @inline(__always) public static func * (a: Double, b: Self) -> Self {
    Self(a * b.value, tangent: a * b.tangent)
  }
  @inlinable @inline(__always) public static func / (a: Double, b: Self) -> Self {
    let inverse = Value.reciprocal(b.value)
    let quotient = a * inverse
    return b.mapped(to: quotient, derivative: -(quotient * inverse))
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Double) -> Self {
    Self(a.value + b, tangent: a.tangent)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Double) -> Self {
    Self(a.value - b, tangent: a.tangent)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Double) -> Self { b * a }
  @inlinable @inline(__always) public static func / (a: Self, b: Double) -> Self {
    Self(a.value / b, tangent: a.tangent / b)
  }

  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Mask {
    a.value < b.value
  }
  @inlinable @inline(__always) public static func <= (a: Self, b: Self) -> Mask {
    a.value <= b.value
  }
  @inlinable @inline(__always)
  public static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    Self(
      .select(mask, a.value, b.value), tangent: .select(mask, a.tangent, b.tangent))
  }
}

extension Tangent: Equatable where Value: Equatable {}
