/// A complex number z = x + iy of any ``RealScalar``: an amplitude, an impedance, a complex
/// coordinate.
///
/// Everything is written in real operations, so that over ``Dual`` numbers it carries the
/// derivatives of both parts, and over ``Lanes`` one complex number per lane.
@frozen
public struct ComplexNumber<S: RealScalar>: Sendable {
  /// The real part x.
  public var real: S
  /// The imaginary part y.
  public var imaginary: S

  /// x + iy.
  @inlinable @inline(__always)
  public init(_ real: S, _ imaginary: S) {
    self.real = real
    self.imaginary = imaginary
  }

  /// A real number.
  @inlinable @inline(__always) public init(_ real: S) { self.init(real, S.zero) }

  /// r·exp(iφ), φ in radians.
  @inlinable @inline(__always)
  public init(magnitude: S, phase: S) {
    let (sine, cosine) = S.sincos(phase)
    self.init(magnitude * cosine, magnitude * sine)
  }

  /// 0 + 0i.
  @inlinable @inline(__always) public static var zero: Self { Self(S.zero, S.zero) }
  /// 1 + 0i.
  @inlinable @inline(__always) public static var one: Self { Self(S.one, S.zero) }
  /// The imaginary unit.
  @inlinable @inline(__always) public static var i: Self { Self(S.zero, S.one) }

  /// x − iy.
  @inlinable @inline(__always) public var conjugate: Self { Self(real, -imaginary) }

  /// |z|², exactly real; z·z̄ may have a rounding error for its imaginary part.
  @inlinable @inline(__always) public var squaredMagnitude: S {
    real * real + imaginary * imaginary
  }

  /// |z| without undue overflow or underflow. Its derivative at 0 does not exist.
  @inlinable @inline(__always) public var magnitude: S { .hypot(real, imaginary) }

  /// The angle against the positive real axis, in [−π, π] [rad].
  @inlinable @inline(__always) public var phase: S { .atan2(y: imaginary, x: real) }

  /// `a` in the lanes where the mask is true, `b` in the others.
  @inlinable @inline(__always)
  public static func select(_ mask: S.Mask, _ a: Self, _ b: Self) -> Self {
    Self(S.select(mask, a.real, b.real), S.select(mask, a.imaginary, b.imaginary))
  }
}

extension ComplexNumber: Equatable where S: Equatable {}

// MARK: Arithmetic

extension ComplexNumber {
  @inlinable @inline(__always) public static prefix func - (z: Self) -> Self {
    Self(-z.real, -z.imaginary)
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.real + b.real, a.imaginary + b.imaginary)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.real - b.real, a.imaginary - b.imaginary)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(
      a.real * b.real - a.imaginary * b.imaginary,
      a.real * b.imaginary + a.imaginary * b.real)
  }
  /// a·b̄/|b|²: |b|² must neither overflow nor underflow, so 1e-154 < |b| < 1e154 in double and
  /// 1e-19 < |b| < 1e19 in single precision.
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    a * b.conjugate * S.reciprocal(b.squaredMagnitude)
  }

  @inlinable @inline(__always) public static func + (a: Self, b: S) -> Self {
    Self(a.real + b, a.imaginary)
  }
  @inlinable @inline(__always) public static func - (a: Self, b: S) -> Self {
    Self(a.real - b, a.imaginary)
  }
  @inlinable @inline(__always) public static func * (a: Self, b: S) -> Self {
    Self(a.real * b, a.imaginary * b)
  }
  @inlinable @inline(__always) public static func / (a: Self, b: S) -> Self {
    Self(a.real / b, a.imaginary / b)
  }
  @inlinable @inline(__always) public static func + (a: S, b: Self) -> Self {
    Self(a + b.real, b.imaginary)
  }
  @inlinable @inline(__always) public static func - (a: S, b: Self) -> Self {
    Self(a - b.real, -b.imaginary)
  }
  @inlinable @inline(__always) public static func * (a: S, b: Self) -> Self {
    Self(a * b.real, a * b.imaginary)
  }
  @inlinable @inline(__always) public static func / (a: S, b: Self) -> Self {
    b.conjugate * (a / b.squaredMagnitude)
  }

  // Plain numbers. Over `Double` itself the operators above are meant.

  @_disfavoredOverload @inlinable @inline(__always)
  public static func + (a: Self, b: Double) -> Self {
    Self(a.real + b, a.imaginary)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func - (a: Self, b: Double) -> Self {
    Self(a.real - b, a.imaginary)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func * (a: Self, b: Double) -> Self {
    Self(a.real * b, a.imaginary * b)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func / (a: Self, b: Double) -> Self {
    Self(a.real / b, a.imaginary / b)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func + (a: Double, b: Self) -> Self {
    Self(a + b.real, b.imaginary)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func - (a: Double, b: Self) -> Self {
    Self(a - b.real, -b.imaginary)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func * (a: Double, b: Self) -> Self {
    Self(a * b.real, a * b.imaginary)
  }
  @_disfavoredOverload @inlinable @inline(__always)
  public static func / (a: Double, b: Self) -> Self {
    b.conjugate * (a / b.squaredMagnitude)
  }

  @inlinable @inline(__always) public static func += (a: inout Self, b: Self) { a = a + b }
  @inlinable @inline(__always) public static func -= (a: inout Self, b: Self) { a = a - b }
  @inlinable @inline(__always) public static func *= (a: inout Self, b: Self) { a = a * b }
  @inlinable @inline(__always) public static func /= (a: inout Self, b: Self) { a = a / b }
}
