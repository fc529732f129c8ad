import AutoDiff

/// A function that expressions may call. Angles are radians; `log` is the natural logarithm.
enum ExpressionFunction: String, CaseIterable, Sendable {
  case sqrt, cbrt, exp, expm1, log, log1p
  case sin, cos, tan, asin, acos, atan
  case sinh, cosh, tanh, asinh
  case abs
  case atan2, hypot, pow
  case min, max

  /// How many arguments it takes.
  var arguments: ClosedRange<Int> {
    switch self {
    case .atan2, .hypot, .pow: 2...2
    case .min, .max: 2...Int.max
    default: 1...1
    }
  }

  static let names = allCases.map(\.rawValue)

  /// The value of a function of one number.
  func callAsFunction<S: RealScalar>(_ x: S) -> S {
    switch self {
    case .sqrt: .sqrt(x)
    case .cbrt: .cbrt(x)
    case .exp: .exp(x)
    case .expm1: .expMinusOne(x)
    case .log: .log(x)
    case .log1p: .log(onePlus: x)
    case .sin: .sin(x)
    case .cos: .cos(x)
    case .tan: .tan(x)
    case .asin: .asin(x)
    case .acos: .acos(x)
    case .atan: .atan(x)
    case .sinh: .sinh(x)
    case .cosh: .cosh(x)
    case .tanh: .tanh(x)
    case .asinh: .asinh(x)
    case .abs: .abs(x)
    case .atan2, .hypot, .pow, .min, .max: preconditionFailure("it takes two numbers")
    }
  }

  /// The value of a function of two numbers; of more for `min` and `max`, two at a time.
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S {
    switch self {
    case .atan2: .atan2(y: x, x: y)
    case .hypot: .hypot(x, y)
    case .pow: .pow(x, y)
    case .min: .minimum(x, y)
    case .max: .maximum(x, y)
    default: preconditionFailure("it takes one number")
    }
  }
}
