/// Something that is accumulated piece by piece: a sum, moments of a sample.
public protocol Mergeable {
  /// Adds what `later` has accumulated, whose pieces come after those of this one.
  mutating func merge(_ later: Self)
}

extension Double: Mergeable {
  public mutating func merge(_ later: Double) { self += later }
}

extension Array: Mergeable where Element: Mergeable {
  /// Merges entry by entry; both have the same count.
  public mutating func merge(_ later: Self) {
    precondition(count == later.count, "lists of different lengths cannot be merged")
    for i in indices { self[i].merge(later[i]) }
  }
}

/// A sum over numbered pieces in one fixed binary tree: its bits do not depend on who computed
/// which piece.
///
/// Pieces come in order. A node of level k holds the pieces j·2ᵏ ..< (j + 1)·2ᵏ, as far as they
/// exist, merged from its two halves; a node with only one half is that half. As in a binary
/// counter, at most one node of each level waits for its other half, so that n pieces need the
/// space of log₂ n.
///
/// A tree may be split at an aligned power of two: the totals of chunks of 2ᵏ pieces (the last
/// chunk may be shorter), appended in order to another `TreeSum`, give the same bits as all the
/// pieces in one.
///
/// The relative error of a sum of n positive numbers grows with log₂ n, not with n (N. Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd ed. (2002), section 4.2: pairwise
/// summation).
public struct TreeSum<Value: Mergeable> {
  /// The nodes that wait for their other half, the largest first, and their levels.
  @usableFromInline var waiting: [Value] = []
  @usableFromInline var levels: [Int] = []

  @inlinable public init() {}

  /// Adds the next piece.
  @inlinable
  public mutating func append(_ piece: Value) {
    guard levels.last == 0 else {
      waiting.append(piece)
      levels.append(0)
      return
    }
    waiting[waiting.count - 1].merge(piece)
    levels[levels.count - 1] = 1
    while levels.count > 1, levels[levels.count - 2] == levels[levels.count - 1] {
      let later = waiting.removeLast()
      levels.removeLast()
      waiting[waiting.count - 1].merge(later)
      levels[levels.count - 1] += 1
    }
  }

  /// The sum of the pieces so far; nil if there are none.
  @inlinable public var total: Value? {
    guard var value = waiting.last else { return nil }
    for earlier in waiting.dropLast().reversed() {
      let later = value
      value = earlier
      value.merge(later)
    }
    return value
  }
}

extension TreeSum: Sendable where Value: Sendable {}
