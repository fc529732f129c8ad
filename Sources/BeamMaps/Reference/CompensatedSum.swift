import AutoDiff

/// A sum of many terms that is corrected for rounding errors: W. Kahan, Commun. ACM 8, 40 (1965).
///
/// After n terms, the error of the value and the correction together is a few units in the last
/// place, instead of that times √n.
public struct CompensatedSum<C: RealScalar>: Sendable {
  /// The sum, rounded.
  public var value: C
  /// The correction: the excess of the rounded value over the exact sum.
  public var excess = C.zero

  /// A sum that begins with `value`.
  @inlinable
  public init(_ value: C) { self.value = value }

  /// The same sum with each number transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> CompensatedSum<T> {
    var sum = CompensatedSum<T>(transform(value))
    sum.excess = transform(excess)
    return sum
  }

  @inlinable
  public static func += (sum: inout Self, term: C) {
    let corrected = term - sum.excess
    let next = sum.value + corrected
    sum.excess = (next - sum.value) - corrected
    sum.value = next
  }
}
