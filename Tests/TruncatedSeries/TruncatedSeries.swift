import AutoDiff
import Recording

/// The products of powers of six variables up to an order, and where the product of two of them stands.
public final class SeriesIndex: Sendable {
  public let order: Int
  /// Exponents, from order 0 upward.
  public let exponents: [[Int]]
  /// For each term, how many terms its product with which is within the order: the first ones.
  let partnerCounts: [Int]
  /// For each pair of terms, the index of its product; −1 beyond the order.
  private let products: [Int]

  /// Those of order 0 to 6.
  public static let all = (0...6).map { SeriesIndex(order: $0) }

  public init(order: Int) {
    func terms(of degree: Int, in variables: Int) -> [[Int]] {
      if variables == 1 { return [[degree]] }
      return (0...degree).flatMap { first in
        terms(of: degree - first, in: variables - 1).map { [first] + $0 }
      }
    }
    let all = (0...order).flatMap { terms(of: $0, in: 6) }
    let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
    self.order = order
    exponents = all
    let counts = all.map { a in all.count { $0.reduce(0, +) + a.reduce(0, +) <= order } }
    partnerCounts = counts
    products = all.indices.flatMap { i in
      all.indices.map { $0 < counts[i] ? places[zip(all[i], all[$0]).map(+)] ?? -1 : -1 }
    }
  }

  public func product(_ i: Int, _ j: Int) -> Int { products[i * exponents.count + j] }
}

/// A power series in six variables, cut behind an order that is chosen while the program runs: a number
/// type that the library knows nothing of.
public struct TruncatedSeries: RealScalar {
  public typealias Mask = Bool
  public typealias Constant = Double

  /// Nil for constants, which have one coefficient.
  public let index: SeriesIndex?
  public var coefficients: [Double]

  public init(_ value: Double) { (index, coefficients) = (nil, [value]) }

  public init(_ value: Double, variable: Int, in index: SeriesIndex) {
    self.index = index
    coefficients = index.exponents.map { $0.reduce(0, +) == 0 ? value : 0 }
    for (i, powers) in index.exponents.enumerated()
    where powers[variable] == 1 && powers.reduce(0, +) == 1 {
      coefficients[i] = 1
    }
  }

  private init(_ index: SeriesIndex?, _ coefficients: [Double]) {
    (self.index, self.coefficients) = (index, coefficients)
  }

  /// The series' value at a displacement.
  public func value(at displacement: [Double]) -> Double {
    guard let index else { return coefficients[0] }
    return zip(coefficients, index.exponents).reduce(0) { sum, term in
      sum + zip(displacement, term.1).reduce(term.0) { $0 * Double.pow($1.0, $1.1) }
    }
  }

  public static var epsilon: Double { Double.epsilon }

  public static prefix func - (x: Self) -> Self { Self(x.index, x.coefficients.map { -$0 }) }
  public static func + (a: Self, b: Self) -> Self {
    if a.coefficients.count < b.coefficients.count { return b + a }
    var sum = a
    for i in b.coefficients.indices { sum.coefficients[i] += b.coefficients[i] }
    return sum
  }
  public static func - (a: Self, b: Self) -> Self { a + -b }
  public static func * (a: Self, b: Self) -> Self {
    guard let index = a.index, b.index != nil else {
      let (series, factor) = b.index == nil ? (a, b) : (b, a)
      return Self(series.index, series.coefficients.map { $0 * factor.coefficients[0] })
    }
    var product = [Double](repeating: 0, count: index.exponents.count)
    for (i, x) in a.coefficients.enumerated() where x != 0 {
      for j in 0..<index.partnerCounts[i] {
        product[index.product(i, j)] += x * b.coefficients[j]
      }
    }
    return Self(index, product)
  }
  public static func / (a: Self, b: Self) -> Self { a * reciprocal(b) }

  // Comparisons and choices go by the constant term.
  public static func < (a: Self, b: Self) -> Bool { a.coefficients[0] < b.coefficients[0] }
  public static func <= (a: Self, b: Self) -> Bool { a.coefficients[0] <= b.coefficients[0] }
  public static func select(_ mask: Bool, _ a: Self, _ b: Self) -> Self { mask ? a : b }

  /// f(c + h) = Σ t_k·hᵏ, with f's own Taylor coefficients t_k at the constant term c.
  private func composed(_ taylor: (_ c: Double, _ k: Int) -> Double) -> Self {
    let c = coefficients[0]
    guard let index else { return Self(taylor(c, 0)) }
    var rest = self
    rest.coefficients[0] = 0
    return (0..<index.order).reversed().reduce(Self(taylor(c, index.order))) { sum, k in
      sum * rest + Self(taylor(c, k))
    }
  }

  private static func factorial(_ k: Int) -> Double {
    (1...max(k, 1)).reduce(1) { $0 * Double($1) }
  }

  /// xᵖ for any real p.
  private func power(_ p: Double) -> Self {
    composed { c, k in
      (0..<k).reduce(Double.pow(c, p - Double(k))) { $0 * (p - Double($1)) / Double($1 + 1) }
    }
  }

  public static func sqrt(_ x: Self) -> Self { x.power(0.5) }
  public static func reciprocal(_ x: Self) -> Self {
    x.composed { c, k in Double.pow(-1 / c, k) / c }
  }
  public static func cbrt(_ x: Self) -> Self { x.power(1.0 / 3) }
  public static func hypot(_ x: Self, _ y: Self) -> Self { sqrt(x * x + y * y) }

  public static func sin(_ x: Self) -> Self {
    x.composed { c, k in Double.sin(c + Double(k) * .pi / 2) / factorial(k) }
  }
  public static func cos(_ x: Self) -> Self {
    x.composed { c, k in Double.cos(c + Double(k) * .pi / 2) / factorial(k) }
  }
  public static func sincos(_ x: Self) -> (sin: Self, cos: Self) { (sin(x), cos(x)) }
  public static func tan(_ x: Self) -> Self { sin(x) / cos(x) }
  /// By d^k/dx^k atan x/k! = (−1)^{k−1}·sin(k·φ)·sin^k φ/k with φ = π/2 − atan x.
  public static func atan(_ x: Self) -> Self {
    x.composed { c, k in
      if k == 0 { return Double.atan(c) }
      let angle = Double.pi / 2 - Double.atan(c)
      return -Double.pow(-Double.sin(angle), k) * Double.sin(Double(k) * angle) / Double(k)
    }
  }
  public static func asin(_ x: Self) -> Self { atan(x / sqrt(1.0 - x * x)) }
  public static func acos(_ x: Self) -> Self { Double.pi / 2 - asin(x) }
  public static func atan2(y: Self, x: Self) -> Self {
    let angle = Double.atan2(y: y.coefficients[0], x: x.coefficients[0])
    let (sine, cosine) = Double.sincos(angle)
    return angle + atan((cosine * y - sine * x) / (cosine * x + sine * y))
  }

  public static func exp(_ x: Self) -> Self { x.composed { c, k in Double.exp(c) / factorial(k) } }
  public static func expMinusOne(_ x: Self) -> Self { exp(x) - 1.0 }
  public static func log(_ x: Self) -> Self {
    x.composed { c, k in k == 0 ? Double.log(c) : -Double.pow(-1 / c, k) / Double(k) }
  }
  public static func log(onePlus x: Self) -> Self { log(1.0 + x) }
  public static func pow(_ x: Self, _ y: Self) -> Self { exp(y * log(x)) }
  public static func sinh(_ x: Self) -> Self { 0.5 * (exp(x) - exp(-x)) }
  public static func cosh(_ x: Self) -> Self { 0.5 * (exp(x) + exp(-x)) }
  public static func tanh(_ x: Self) -> Self { sinh(x) / cosh(x) }
  public static func asinh(_ x: Self) -> Self { log(x + sqrt(1.0 + x * x)) }
}
