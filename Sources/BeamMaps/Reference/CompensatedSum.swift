import AutoDiff

/// A sum of many terms that remembers what rounding took away: W. Kahan, Commun. ACM 8, 40 (1965).
///
/// After n terms the value and the rest together are right to some units in the last place, instead
/// of some times √n of them.
public struct CompensatedSum<C: RealScalar>: Sendable {
  /// The sum, rounded.
  public var value: C
  /// What is to be taken away from the value.
  public var excess = C.zero

  @inlinable
  public init(_ value: C) { self.value = value }

  /// The same sum as another kind of number.
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
