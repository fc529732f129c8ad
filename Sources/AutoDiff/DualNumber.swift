/// A number with derivatives, whatever it keeps them in: what ``Dual`` and ``Tangent`` have in
/// common. Every rule of differentiation stands once, here and in `DualNumber+Functions.swift`.
public protocol DualNumber: RealScalar where Mask == Value.Mask {
  associatedtype Value: RealScalar
  /// The number itself.
  var value: Value { get }
  /// The chain rule: f(self), given its value and f'(self.value).
  func mapped(to newValue: Value, derivative: Value) -> Self
  /// The chain rule for a function of two numbers, given its value and its two partial derivatives.
  static func combined(
    _ a: Self, _ b: Self, to newValue: Value, derivatives: (Value, Value)
  ) -> Self
}

extension DualNumber {
  @inlinable @inline(__always) public static var epsilon: Double { Value.epsilon }

  // Comparison is of values.
  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Mask {
    a.value < b.value
  }
  @inlinable @inline(__always) public static func <= (a: Self, b: Self) -> Mask {
    a.value <= b.value
  }
}
