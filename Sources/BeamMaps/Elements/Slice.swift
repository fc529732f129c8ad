import AutoDiff

/// Which slice of an element is passed, of how many, and which way.
public struct Slice: Sendable {
  /// From 0 at the entrance.
  public let index: Int
  public let count: Int
  /// True for the inverse map: from the slice's end back to its beginning.
  public let isBackward: Bool

  @inlinable
  public init(index: Int = 0, of count: Int = 1, backward: Bool = false) {
    precondition(0 <= index && index < count, "a slice is one of those that an element has")
    self.index = index
    self.count = count
    self.isBackward = backward
  }

  @inlinable
  public var isFirst: Bool { index == 0 }
  @inlinable
  public var isLast: Bool { index == count - 1 }

  /// The slice's share of the element's length [m], negative on the way back.
  @inlinable
  public func length<C: RealScalar>(of elementLength: C) -> C {
    elementLength * ((isBackward ? -1.0 : 1.0) / Double(count))
  }

  /// The strength of a kick, reversed on the way back.
  @inlinable
  public func kick<C: RealScalar>(_ strength: C) -> C { isBackward ? -strength : strength }

  /// The same slice, passed the other way.
  @inlinable
  public var reversed: Slice { Slice(index: index, of: count, backward: !isBackward) }
}
