import AutoDiff
import SystemLibrary

/// One of the equal parts into which an element is cut for tracking, and the direction in which it
/// is passed.
public struct Slice: Sendable {
  /// The slice's index, from 0 at the entrance.
  public let index: Int
  /// The number of the element's slices.
  public let count: Int
  /// True for the inverse map: from the slice's end back to its beginning.
  public let isBackward: Bool

  /// Slice `index` of `count`.
  @inlinable
  public init(index: Int = 0, of count: Int = 1, backward: Bool = false) {
    require(0 <= index && index < count, "a slice has an index below the number of slices")
    self.index = index
    self.count = count
    self.isBackward = backward
  }

  /// True if the element's entrance face belongs to this slice.
  @inlinable
  public var isFirst: Bool { index == 0 }
  /// True if the element's exit face belongs to this slice.
  @inlinable
  public var isLast: Bool { index == count - 1 }

  /// The slice's part of the element's length [m], negative for a backward slice.
  @inlinable
  public func length<C: RealScalar>(of elementLength: C) -> C {
    elementLength * ((isBackward ? -1.0 : 1.0) / Double(count))
  }

  /// The strength of a kick, with its sign reversed for a backward slice.
  @inlinable
  public func kick<C: RealScalar>(_ strength: C) -> C { isBackward ? -strength : strength }

  /// The same slice, passed in the other direction.
  @inlinable
  public var reversed: Slice { Slice(index: index, of: count, backward: !isBackward) }
}
