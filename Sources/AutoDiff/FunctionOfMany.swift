/// A formula for one number from many, written once for every scalar: an objective, say.
///
/// Being generic, it cannot store a number of one tape or of one level of differentiation.
public protocol ScalarFunctionOfMany {
  func callAsFunction<S: RealScalar>(_ x: [S]) -> S
}

/// A formula for many numbers from many, written once for every scalar.
public protocol VectorFunctionOfMany {
  func callAsFunction<S: RealScalar>(_ x: [S]) -> [S]
}
