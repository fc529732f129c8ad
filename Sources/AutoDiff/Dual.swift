/// A number with its first derivatives along `n` directions: forward-mode differentiation.
///
/// `Dual` numbers nest: `Dual<1, Dual<6, Double>>` carries second derivatives, and
/// `Dual<1, Lanes<SIMD4<Double>>>` the derivatives of four particles at once.
///
/// Two perturbations cannot be confused, because they never share a type: differentiating a formula
/// whose numbers are `S` evaluates it at `Dual<n, S>`, one level deeper, and a value of the outer
/// level enters only through `Dual(value)`, with no inner derivative. See ``derivative(of:at:)``,
/// whose argument is generic over the scalar and therefore cannot mix levels even by intention.
@frozen
public struct Dual<let n: Int, Value: RealScalar>: Sendable {
  /// The number itself.
  public var value: Value
  /// Its derivatives, one for each direction.
  public var tangent: InlineArray<n, Value>

  /// `value` with one derivative for each direction.
  @inlinable @inline(__always)
  public init(_ value: Value, tangent: InlineArray<n, Value>) {
    self.value = value
    self.tangent = tangent
  }

  /// `value` with the derivative `tangent(i)` along direction i.
  @inlinable @inline(__always)
  public init(_ value: Value, tangent: (Int) -> Value) {
    self.value = value
    self.tangent = InlineArray<n, Value> { i in tangent(i) }
  }

  /// A number of the level below, constant at this one. (Where that level is `Double`, this is the
  /// same as the initialiser from a plain number.)
  @_disfavoredOverload
  @inlinable @inline(__always)
  public init(_ value: Value) {
    self.init(value) { _ in .zero }
  }

  /// A number that varies along direction `direction` alone, at rate 1: an independent variable.
  @inlinable
  public init(_ value: Value, variable direction: Int) {
    precondition(0 <= direction && direction < n, "a dual number has directions 0 ..< n")
    self.init(value) { i in i == direction ? .one : .zero }
  }

  /// The chain rule: f(self), given its value and f'(self.value).
  @inlinable @inline(__always)
  public func mapped(to newValue: Value, derivative: Value) -> Self {
    Self(newValue) { i in derivative * tangent[i] }
  }

  /// The chain rule for a function of two numbers, given its value and its two partial derivatives.
  @inlinable @inline(__always)
  public static func combined(
    _ a: Self, _ b: Self, to newValue: Value, derivatives: (Value, Value)
  ) -> Self {
    Self(newValue) { i in derivatives.0 * a.tangent[i] + derivatives.1 * b.tangent[i] }
  }
}

extension Dual: ChainRuleScalar {
  public typealias Mask = Value.Mask
  public typealias Constant = Dual<n, Value.Constant>

  @inlinable @inline(__always) public init(_ value: Double) {
    self.init(Value(value)) { _ in .zero }
  }
  @inlinable @inline(__always) public init(_ constant: Dual<n, Value.Constant>) {
    self.init(Value(constant.value)) { i in Value(constant.tangent[i]) }
  }
  @inlinable @inline(__always) public static var epsilon: Double { Value.epsilon }

  // MARK: Arithmetic

  @inlinable @inline(__always) public static prefix func - (x: Self) -> Self {
    Self(-x.value) { i in -x.tangent[i] }
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.value + b.value) { i in a.tangent[i] + b.tangent[i] }
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.value - b.value) { i in a.tangent[i] - b.tangent[i] }
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value) { i in a.value * b.tangent[i] + a.tangent[i] * b.value }
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    let inverse = Value.reciprocal(b.value)
    let quotient = a.value * inverse
    return Self(quotient) { i in (a.tangent[i] - quotient * b.tangent[i]) * inverse }
  }
  @inlinable @inline(__always) public static func + (a: Double, b: Self) -> Self {
    Self(a + b.value, tangent: b.tangent)
  }
  @inlinable @inline(__always) public static func - (a: Double, b: Self) -> Self {
    Self(a - b.value) { i in -b.tangent[i] }
  }
  @inlinable @inline(__always) public static func * (a: Double, b: Self) -> Self {
    Self(a * b.value) { i in a * b.tangent[i] }
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
    Self(a.value / b) { i in a.tangent[i] / b }
  }

  // MARK: Comparison of values

  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Mask {
    a.value < b.value
  }
  @inlinable @inline(__always) public static func <= (a: Self, b: Self) -> Mask {
    a.value <= b.value
  }
  @inlinable @inline(__always)
  public static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    Self(.select(mask, a.value, b.value)) { i in .select(mask, a.tangent[i], b.tangent[i]) }
  }
}
