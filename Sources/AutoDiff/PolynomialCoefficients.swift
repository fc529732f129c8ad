/// The coefficients c₀ … c_{n−1} of a polynomial, followed in memory by those of its first derivative,
/// of its second, and so on: n + (n − 1) + … + 1 numbers.
///
/// So a number with derivatives, however deeply nested, evaluates the polynomials that its chain
/// rule needs at the same cost as compiled code.
@frozen
public struct PolynomialCoefficients {
  @usableFromInline let base: UnsafePointer<Double>
  /// n
  public let count: Int

  @inlinable @inline(__always)
  package init(_ base: UnsafePointer<Double>, count: Int) {
    self.base = base
    self.count = count
  }

  /// cᵢ
  @inlinable @inline(__always)
  public subscript(i: Int) -> Double { base[i] }

  /// Of the derivative; nil of a constant.
  @inlinable @inline(__always)
  public var derivative: Self? { count > 1 ? Self(base + count, count: count - 1) : nil }

  /// Appends `coefficients` and those of all derivatives to a table.
  package static func append(_ coefficients: [Double], to table: inout [Double]) {
    var row = coefficients
    while !row.isEmpty {
      table += row
      row = row.indices.dropFirst().map { Double($0) * row[$0] }
    }
  }
}

extension RealScalar {
  @inlinable @inline(__always)
  public static func polynomial(_ x: Self, _ c: PolynomialCoefficients) -> Self {
    var i = c.count - 1
    var sum = Self(c[i])
    while i > 0 {
      i -= 1
      sum = sum * x + c[i]
    }
    return sum
  }
}

extension ChainRuleScalar {
  /// The polynomial and its derivative as polynomials of the value.
  @inlinable @inline(__always)
  public static func polynomial(_ x: Self, _ c: PolynomialCoefficients) -> Self {
    guard let derivative = c.derivative else { return Self(c[0]) }
    return x.mapped(
      to: .polynomial(x.value, c), derivative: .polynomial(x.value, derivative))
  }
}
