import AutoDiff

/// Where a kind of element keeps a length [m]: nowhere, or in one of its numbers.
///
/// What takes the reference particle along, cuts an element into slices and finds the length of a
/// kick asks this, and not a name: an element cannot have a length that nobody sees.
public enum OrbitLength<Subject: Sendable>: Sendable {
  /// It has none: it stands at one place.
  case none
  /// In the stored property at this path, `offset` bytes into the element.
  case stored(WritableKeyPath<Subject, Double> & Sendable, offset: Int)

  /// In the stored property at `path`.
  public static func along(_ path: WritableKeyPath<Subject, Double> & Sendable) -> Self {
    guard let offset = MemoryLayout<Subject>.offset(of: path) else {
      preconditionFailure("the length of \(Subject.self) is a stored property without observers")
    }
    return .stored(path, offset: offset)
  }

  /// False if there is none.
  @inlinable
  public var isStored: Bool { offset != nil }

  /// Where it lies in the element's memory [byte]; nil if there is none.
  @inlinable
  public var offset: Int? {
    if case .stored(_, let offset) = self { return offset }
    return nil
  }
}

extension Element {
  /// Along the design orbit [m]; 0 for a thin element.
  public var length: Double {
    Self.orbitLength.offset.map { Lifted<Self, Double>(self)[offset: $0] } ?? 0
  }

  /// True if the element is a place of a collective kick.
  public var isCollective: Bool { Self.collectiveLength.isStored }
}
