/// A number with its derivatives along two directions, in plain fields; see ``Tangent``.
///
/// A backward pass through an element evaluates the element's map once with such numbers: the first
/// direction gives the cotangent in front of the element, the second the derivative with respect to
/// a parameter.
@frozen
public struct TangentPair<Value: RealScalar>: Sendable {
  /// The number itself.
  public var value: Value
  /// Its derivative along the first direction.
  public var first: Value
  /// Its derivative along the second direction.
  public var second: Value

  /// `value` with its derivatives along both directions.
  @inlinable @inline(__always)
  public init(_ value: Value, _ first: Value, _ second: Value) {
    self.value = value
    self.first = first
    self.second = second
  }

  /// A number of the level below, constant at this one.
  @_disfavoredOverload
  @inlinable @inline(__always)
  public init(_ value: Value) { self.init(value, .zero, .zero) }

  @inlinable @inline(__always)
  public func mapped(to newValue: Value, derivative: Value) -> Self {
    Self(newValue, derivative * first, derivative * second)
  }

  @inlinable @inline(__always)
  public static func combined(
    _ a: Self, _ b: Self, to newValue: Value, derivatives: (Value, Value)
  ) -> Self {
    Self(
      newValue, derivatives.0 * a.first + derivatives.1 * b.first,
      derivatives.0 * a.second + derivatives.1 * b.second)
  }
}

extension TangentPair: ChainRuleScalar {
  public typealias Mask = Value.Mask
  public typealias Constant = TangentPair<Value.Constant>

  @inlinable @inline(__always) public init(_ value: Double) {
    self.init(Value(value), .zero, .zero)
  }
  @inlinable @inline(__always) public init(_ constant: TangentPair<Value.Constant>) {
    self.init(Value(constant.value), Value(constant.first), Value(constant.second))
  }

  @inlinable @inline(__always) public static var epsilon: Double { Value.epsilon }

  // MARK: Arithmetic

  @inlinable @inline(__always) public static prefix func - (x: Self) -> Self {
    Self(-x.value, -x.first, -x.second)
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.value + b.value, a.first + b.first, a.second + b.second)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.value - b.value, a.first - b.first, a.second - b.second)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(
      a.value * b.value, a.value * b.first + a.first * b.value,
      a.value * b.second + a.second * b.value)
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    let inverse = Value.reciprocal(b.value)
    let quotient = a.value * inverse
    return Self(
      quotient, (a.first - quotient * b.first) * inverse,
      (a.second - quotient * b.second) * inverse)
  }
  @inlinable @inline(__always) public static func + (a: Double, b: Self) -> Self {
    Self(a + b.value, b.first, b.second)
  }
  @inlinable @inline(__always) public static func - (a: Double, b: Self) -> Self {
    Self(a - b.value, -b.first, -b.second)
  }
  @inlinable @inline(__always) public static func * (a: Double, b: Self) -> Self {
    Self(a * b.value, a * b.first, a * b.second)
  }
  @inlinable @inline(__always) public static func / (a: Double, b: Self) -> Self {
    let inverse = Value.reciprocal(b.value)
    let quotient = a * inverse
    return b.mapped(to: quotient, derivative: -(quotient * inverse))
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Double) -> Self {
    Self(a.value + b, a.first, a.second)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Double) -> Self {
    Self(a.value - b, a.first, a.second)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Double) -> Self { b * a }
  @inlinable @inline(__always) public static func / (a: Self, b: Double) -> Self {
    Self(a.value / b, a.first / b, a.second / b)
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
      .select(mask, a.value, b.value), .select(mask, a.first, b.first),
      .select(mask, a.second, b.second))
  }
}
