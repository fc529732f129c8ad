import AutoDiff

/// A real number with about 106 bits (32 digits): the judge of functions in double precision.
///
/// It is the unevaluated sum of two doubles, the second at most half a unit in the last place of
/// the first, so it has the range of a double; below 2⁻⁹⁶⁸ the second has fewer bits. Sums,
/// products and quotients have relative errors below 2⁻¹⁰¹, elementary functions about 10⁻³⁰.
///
/// M. Joldes, J.-M. Muller, V. Popescu, ACM Trans. Math. Softw. 44 (2017) 15, algorithms 6, 12 and
/// 18.
public struct DoubleDouble {
  /// The number rounded to double precision.
  public let high: Double
  /// What rounding left over.
  public let low: Double

  /// The number `high + low`, where the second already is at most half a last place of the first.
  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  /// The sum of two doubles, without error.
  public init(sumOf a: Double, _ b: Double) {
    let sum = a + b
    guard sum.isFinite else {
      self.init(high: sum, low: 0)
      return
    }
    let shareOfB = sum - a
    self.init(high: sum, low: (a - (sum - shareOfB)) + (b - shareOfB))
  }

  /// The sum of two doubles, the first larger in magnitude or zero, without error.
  init(sumOfLarger a: Double, _ b: Double) {
    let sum = a + b
    self.init(high: sum, low: sum.isFinite ? b - (sum - a) : 0)
  }

  /// The product of two doubles, without error if it is above 2⁻⁹⁶⁸.
  public init(productOf a: Double, _ b: Double) {
    let product = a * b
    self.init(
      high: product, low: product.isFinite ? (-product).addingProduct(a, b) : 0)
  }

  /// The number times 2ⁿ, without error if both parts stay in range.
  public func scaled(_ n: Int) -> DoubleDouble {
    // Two steps, since 2ⁿ itself may be out of range; the first cannot underflow.
    let half = n / 2
    let first = Double(sign: .plus, exponent: half, significand: 1)
    let second = Double(sign: .plus, exponent: n - half, significand: 1)
    let scaledHigh = high * first * second
    guard scaledHigh.isFinite else { return DoubleDouble(scaledHigh) }
    return DoubleDouble(sumOfLarger: scaledHigh, low * first * second)
  }
}

extension Double {
  /// The number rounded to double precision.
  public init(_ value: DoubleDouble) { self = value.high }
}

extension DoubleDouble: RealScalar {
  public typealias Mask = Bool
  public typealias Constant = DoubleDouble

  public init(_ value: Double) { self.init(high: value, low: 0) }
  public init(_ constant: DoubleDouble) { self = constant }
  public static var epsilon: Double { 0x1p-105 }

  public static prefix func - (x: Self) -> Self { Self(high: -x.high, low: -x.low) }

  public static func + (a: Self, b: Self) -> Self {
    let high = Self(sumOf: a.high, b.high)
    let low = Self(sumOf: a.low, b.low)
    let first = Self(sumOfLarger: high.high, high.low + low.high)
    return Self(sumOfLarger: first.high, first.low + low.low)
  }
  public static func - (a: Self, b: Self) -> Self { a + -b }
  public static func * (a: Self, b: Self) -> Self {
    let product = Self(productOf: a.high, b.high)
    let cross = (a.high * b.low).addingProduct(a.low, b.high)
    return Self(sumOfLarger: product.high, product.low + cross)
  }
  public static func / (a: Self, b: Self) -> Self {
    // Long division: each step adds 52 bits.
    let first = a.high / b.high
    guard first.isFinite, b.high.isFinite else { return Self(first) }
    let remainder = a - b * Self(first)
    let second = remainder.high / b.high
    let third = (remainder - b * Self(second)).high / b.high
    return Self(sumOfLarger: first, second) + Self(third)
  }

  public static func < (a: Self, b: Self) -> Bool {
    a.high < b.high || (a.high == b.high && a.low < b.low)
  }
  public static func <= (a: Self, b: Self) -> Bool {
    a.high < b.high || (a.high == b.high && a.low <= b.low)
  }
  public static func select(_ mask: Bool, _ a: Self, _ b: Self) -> Self { mask ? a : b }
  public static func abs(_ x: Self) -> Self { x.high.sign == .minus ? -x : x }

  /// One step of Newton's iteration from the double root, 53 bits to 106.
  public static func sqrt(_ x: Self) -> Self {
    let root = x.high.squareRoot()
    guard root > 0, root.isFinite else { return Self(root) }
    if x.high < 0x1p-900 { return sqrt(x.scaled(400)).scaled(-200) }
    let error = x - Self(productOf: root, root)
    return Self(sumOfLarger: root, error.high / (2 * root))
  }

  /// One step of Newton's iteration from the double root.
  public static func cbrt(_ x: Self) -> Self {
    let root = Double.cbrt(x.high)
    guard root != 0, root.isFinite else { return Self(root) }
    // The products need room.
    if x.high.magnitude < 0x1p-900 { return cbrt(x.scaled(300)).scaled(-100) }
    let error = x - Self(productOf: root, root) * Self(root)
    return Self(sumOfLarger: root, error.high / (3 * root * root))
  }

  public static func hypot(_ x: Self, _ y: Self) -> Self {
    let largest = max(x.high.magnitude, y.high.magnitude)
    guard largest > 0, largest.isFinite else { return Self(Double.hypot(x.high, y.high)) }
    let exponent = Int(largest.exponent)
    let a = x.scaled(-exponent)
    let b = y.scaled(-exponent)
    return sqrt(a * a + b * b).scaled(exponent)
  }
}

extension DoubleDouble: Comparable {}
