/// A formula for one number from another, written once for every scalar.
///
/// Being generic, it cannot capture a number of one particular level of differentiation. This makes
/// nested derivatives safe.
public protocol ScalarFunction {
  func callAsFunction<S: RealScalar>(_ x: S) -> S
}

/// The derivative of `function` at `x`, itself differentiable.
@inlinable
public func derivative<F: ScalarFunction, S: RealScalar>(of function: F, at x: S) -> S {
  function(Dual<1, S>(x, variable: 0)).tangent[0]
}
