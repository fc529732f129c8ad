/// A number that carries derivatives beside its value: all that an elementary function needs to
/// know of it is the chain rule.
///
/// ``Dual`` numbers multiply their tangents by a derivative at once; an ``Adjoint`` notes it for
/// the way back. The functions themselves are written once, for both.
public protocol ChainRuleScalar: RealScalar {
  /// The numbers that values and derivatives are.
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
