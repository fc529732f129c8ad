/// A number that carries derivatives beside its value. Elementary functions use only the chain
/// rule.
///
/// ``Dual`` numbers multiply their tangents by a derivative at once; an ``Adjoint`` records it for
/// the backward pass. The functions themselves are written once, for both.
public protocol ChainRuleScalar: RealScalar {
  /// The type of the value and of its derivatives.
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
