import AutoDiff

/// An elementary function of one number, with what a test has to know of it.
protocol ElementaryFunction: ScalarFunction, Sendable {
  /// Where the method changes or the result is extreme; tested densely around, with both signs.
  var criticalPoints: [Double] { get }
  /// The arguments of ordinary size, tested uniformly.
  var interval: ClosedRange<Double> { get }
}

/// An elementary function of two numbers.
protocol ElementaryFunctionOfTwo: Sendable {
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S
}

/// Multiples of π/2 and π/4 (where the reduction changes), and the end of the reduction in lanes.
private let angles: [Double] = {
  var angles = (1...40).map { Double($0) * 0.25 * Double.pi }
  for multiple in [100.0, 1000.0, 12_345.0, 600_000.0, 667_544.0] {
    angles.append(multiple * 0.5 * Double.pi)
  }
  // Doubles closest to a multiple of π/2: among all (W. Kahan), and below 2²⁰.
  angles += [0x1.6ac5b262ca1ffp+849, 0x1.6c6cbc45dc8dep+5]
  return angles + [0x1p20, 1e22]
}()

/// Odd multiples of ½ ln 2, where exponentials change their power of two.
private let halfOctaves: [Double] = (0...20).map { (Double($0) + 0.5) * 0.6931471805599453 }

struct Sine: ElementaryFunction {
  let criticalPoints = angles
  let interval = -100.0...100.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .sin(x) }
}
struct Cosine: ElementaryFunction {
  let criticalPoints = angles
  let interval = -100.0...100.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .cos(x) }
}
struct SineOfBoth: ElementaryFunction {
  let criticalPoints = angles
  let interval = -7.0...7.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { S.sincos(x).sin }
}
struct CosineOfBoth: ElementaryFunction {
  let criticalPoints = angles
  let interval = -7.0...7.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { S.sincos(x).cos }
}
struct Tangent: ElementaryFunction {
  let criticalPoints = angles
  let interval = -20.0...20.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .tan(x) }
}
struct Arcsine: ElementaryFunction {
  let criticalPoints = [0.5, 0.75, 1.0]
  let interval = -1.0...1.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .asin(x) }
}
struct Arccosine: ElementaryFunction {
  let criticalPoints = [0.5, 0.75, 1.0]
  let interval = -1.0...1.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .acos(x) }
}
struct Arctangent: ElementaryFunction {
  let criticalPoints = [0.41421356237309503, 0.5, 1.0, 2.414213562373095, 0x1p100]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .atan(x) }
}
struct Exponential: ElementaryFunction {
  let criticalPoints =
    halfOctaves + [708.3964185322641, 709.782712893384, 744.44, 745.13, 88.7228, 87.33, 103.97]
  let interval = -750.0...715.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .exp(x) }
}
struct ExponentialMinusOne: ElementaryFunction {
  let criticalPoints = halfOctaves + [36.7, 37.4, 40.0, 709.782712893384, 88.7228]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .expMinusOne(x) }
}
struct Logarithm: ElementaryFunction {
  let criticalPoints = [1.0, 1.4142135623730951, 0.7071067811865476, 2.0, 0x1p-1022, 0x1p-126]
  let interval = 0.0...3.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .log(x) }
}
struct LogarithmOfOnePlus: ElementaryFunction {
  let criticalPoints = [1.0, 0.4142135623730951, -0.2928932188134525, 0.999, 0x1p-54, 0x1p53]
  let interval = -1.0...3.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .log(onePlus: x) }
}
struct HyperbolicSine: ElementaryFunction {
  let criticalPoints = halfOctaves + [710.4758600739439, 89.41, 22.0]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .sinh(x) }
}
struct HyperbolicCosine: ElementaryFunction {
  let criticalPoints = halfOctaves + [710.4758600739439, 89.41, 22.0]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .cosh(x) }
}
struct HyperbolicTangent: ElementaryFunction {
  let criticalPoints = halfOctaves + [18.7, 19.06, 22.0]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .tanh(x) }
}
struct InverseHyperbolicSine: ElementaryFunction {
  let criticalPoints = [0.35, 0.7071067811865476, 1.0, 0x1p-28, 0x1p28, 0x1p53, 0x1p1023]
  let interval = -5.0...5.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .asinh(x) }
}
struct CubeRoot: ElementaryFunction {
  let criticalPoints = [1.0, 2.0, 4.0, 8.0, 0x1p-1022, 0x1p-126]
  let interval = -8.0...8.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .cbrt(x) }
}
struct SquareRoot: ElementaryFunction {
  let criticalPoints = [1.0, 2.0, 4.0]
  let interval = 0.0...8.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .sqrt(x) }
}
struct Reciprocal: ElementaryFunction {
  let criticalPoints = [1.0, 2.0, 0x1p1023]
  let interval = -8.0...8.0
  func callAsFunction<S: RealScalar>(_ x: S) -> S { .reciprocal(x) }
}

struct Power: ElementaryFunctionOfTwo {
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { .pow(x, y) }
}
struct AngleOfPoint: ElementaryFunctionOfTwo {
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { .atan2(y: y, x: x) }
}
struct Hypotenuse: ElementaryFunctionOfTwo {
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S { .hypot(x, y) }
}
