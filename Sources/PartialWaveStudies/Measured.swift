import SystemLibrary

/// A number with its standard deviation.
public struct Measured: Sendable, Equatable, Codable {
  /// The number.
  public var value: Double
  /// Its standard deviation, in the same unit.
  public var error: Double

  /// A number with its standard deviation.
  public init(_ value: Double, error: Double) {
    self.value = value
    self.error = error
  }

  /// The error as a fraction of the value's magnitude.
  public var relativeError: Double { error / value.magnitude }

  /// A product of independent numbers, to first order in the errors.
  public static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, error: hypot(a.error * b.value, b.error * a.value))
  }

  /// A quotient of independent numbers, to first order in the errors.
  public static func / (a: Self, b: Self) -> Self {
    let quotient = a.value / b.value
    return Self(quotient, error: hypot(a.error, quotient * b.error) / b.value.magnitude)
  }
}
