/// Something that is collected piece by piece: a sum, moments of a sample.
public protocol Mergeable {
  /// Takes in what `later` has collected, which comes after what is here.
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

/// A sum over numbered pieces in one fixed binary tree: its bits do not depend on who computed which piece.
///
/// Pieces come in order. A node of level k holds the pieces j·2ᵏ ..< (j + 1)·2ᵏ, as far as they exist, merged from its
/// two halves; a node with only one half is that half. As in a binary counter, at most one node of each level waits
/// for its other half, so that n pieces need the space of log₂ n.
///
/// A tree may be split at an aligned power of two: the totals of chunks of 2ᵏ pieces (the last chunk may be shorter),
/// appended in order to another `TreeSum`, give the same bits as all the pieces in one.
///
/// The relative error of a sum of n positive numbers grows with log₂ n, not with n (N. Higham, Accuracy and Stability
/// of Numerical Algorithms, 2nd ed. (2002), section 4.2: pairwise summation).
public struct TreeSum<Value: Mergeable> {
  private var waiting: [(level: Int, value: Value)] = []

  public init() {}

  /// Adds the next piece.
  public mutating func append(_ piece: Value) {
    var level = 0
    var value = piece
    while let last = waiting.last, last.level == level {
      waiting.removeLast()
      var earlier = last.value
      earlier.merge(value)
      value = earlier
      level += 1
    }
    waiting.append((level, value))
  }

  /// The sum of the pieces so far; nil if there are none.
  public var total: Value? {
    guard var value = waiting.last?.value else { return nil }
    for earlier in waiting.dropLast().reversed() {
      var merged = earlier.value
      merged.merge(value)
      value = merged
    }
    return value
  }
}

extension TreeSum: Sendable where Value: Sendable {}
