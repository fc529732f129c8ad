// Exponentials, logarithms and hyperbolic functions of double-double numbers.
import AutoDiff

extension DoubleDouble {
  /// log 2 as three doubles, for 150 bits after cancellation; mpmath 1.3.
  static let logarithmOfTwo = (0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111)

  /// n·log 2 to be subtracted or added part by part, for an integer |n| < 2²⁰.
  static func adding(_ n: Double, timesLogarithmOfTwoTo x: Self) -> Self {
    x + Self(productOf: n, logarithmOfTwo.0) + Self(productOf: n, logarithmOfTwo.1)
      + Self(n * logarithmOfTwo.2)
  }

  /// n and eʳ − 1 with x = n·log 2 + r, |r| ≤ ½ log 2.
  ///
  /// Twelve terms of the series at r/512, where the next is 1e-40 of the first, then nine times
  /// e²ʳ − 1 = (eʳ − 1)·(2 + (eʳ − 1)).
  static func reducedExponential(_ x: Self) -> (n: Int, expMinusOne: Self) {
    let n = (x.high / logarithmOfTwo.0).rounded()
    let r = adding(-n, timesLogarithmOfTwoTo: x).scaled(-9)
    var term = r
    var sum = r
    for i in 2...12 {
      term = term * r / Double(i)
      sum += term
    }
    for _ in 0..<9 { sum = sum * (2.0 + sum) }
    return (Int(n), sum)
  }

  /// 2ᵏ·eˣ, so that the result may be representable where eˣ is not.
  static func exp(_ x: Self, scaledBy k: Int) -> Self {
    guard x.high.magnitude < 2000 else {
      return Self(x.high.isNaN ? .nan : x.high > 0 ? .infinity : 0)
    }
    let (n, value) = reducedExponential(x)
    return (1.0 + value).scaled(n + k)
  }

  public static func exp(_ x: Self) -> Self { exp(x, scaledBy: 0) }

  public static func expMinusOne(_ x: Self) -> Self {
    guard x.high.magnitude < 80 else { return exp(x) - 1.0 }
    guard x.high.magnitude > 0x1p-300 else { return x }
    let (n, value) = reducedExponential(x)
    return n == 0 ? value : value.scaled(n) + (one.scaled(n) - 1.0)
  }

  /// Newton's iteration for eʸ − 1 = x from the double solution; the step itself is a logarithm of
  /// 1 + 1e-16.
  public static func log(onePlus x: Self) -> Self {
    // Where 1 + x loses nothing of interest, or cannot be formed.
    if x.high >= 1 || x.high <= -0.5 { return log(1.0 + x) }
    guard x.high.magnitude > 0x1p-300 else { return x }
    let start = Self(Double.log(onePlus: x.high))
    let value = expMinusOne(start)
    let step = (x - value) / (1.0 + value)
    return start + (step - 0.5 * step * step)
  }

  public static func log(_ x: Self) -> Self {
    guard x.high > 0, x.high.isFinite else { return Self(Double.log(x.high)) }
    // x = 2ᵏ·m with m in [√½, √2].
    var k = Int(x.high.exponent)
    if x.high.significand > 1.4142135623730951 { k += 1 }
    let m = x.scaled(-k)
    let f = m - 1.0
    let start = Self(Double.log(onePlus: f.high))
    guard f.high != 0 else { return adding(Double(k), timesLogarithmOfTwoTo: f) }
    let value = expMinusOne(start)
    let step = (f - value) / (1.0 + value)
    return adding(
      Double(k), timesLogarithmOfTwoTo: start + (step - 0.5 * step * step))
  }

  /// xʸ for x > 0, and for x < 0 with an integer y; the relative error is |y·log x|·10⁻³¹.
  public static func pow(_ x: Self, _ y: Self) -> Self {
    guard x.high != 0, x.high.isFinite, y.high.isFinite, y.high != 0 else {
      return Self(Double.pow(x.high, y.high))
    }
    let magnitude = exp(y * log(abs(x)))
    guard x.high < 0 else { return magnitude }
    guard y.low == 0, y.high == y.high.rounded() else { return Self(.nan) }
    return y.high.truncatingRemainder(dividingBy: 2) == 0 ? magnitude : -magnitude
  }

  public static func sinh(_ x: Self) -> Self {
    let magnitude = abs(x)
    let value: Self
    if magnitude.high > 40 {
      value = exp(magnitude, scaledBy: -1)
    } else if magnitude.high < 0x1p-300 {
      value = magnitude
    } else {
      let t = expMinusOne(magnitude)
      value = 0.5 * (t + t / (1.0 + t))
    }
    return x.high.sign == .minus ? -value : value
  }
  public static func cosh(_ x: Self) -> Self {
    let magnitude = abs(x)
    guard magnitude.high <= 40 else { return exp(magnitude, scaledBy: -1) }
    let e = exp(magnitude)
    return 0.5 * (e + 1.0 / e)
  }
  public static func tanh(_ x: Self) -> Self {
    let magnitude = abs(x)
    guard magnitude.high > 0x1p-300 else { return x }
    let t = expMinusOne(minimum(2.0 * magnitude, Self(100.0)))
    let value = t / (t + 2.0)
    return x.high.sign == .minus ? -value : value
  }
  public static func asinh(_ x: Self) -> Self {
    let magnitude = abs(x)
    let value: Self
    if magnitude.high > 0x1p60 {
      value = adding(1, timesLogarithmOfTwoTo: log(magnitude))
    } else if magnitude.high < 0x1p-300 {
      value = magnitude
    } else {
      let square = magnitude * magnitude
      value = log(onePlus: magnitude + square / (1.0 + sqrt(1.0 + square)))
    }
    return x.high.sign == .minus ? -value : value
  }
}
