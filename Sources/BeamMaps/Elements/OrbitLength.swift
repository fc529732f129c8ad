import AutoDiff

/// The property of a kind of element that holds a length [m], if any.
///
/// All code that needs a length uses this property and not a parameter's name: advancing the
/// reference particle, cutting an element into slices, and finding the length of a collective kick.
public enum OrbitLength<Subject: Sendable>: Sendable {
  /// The element has no length.
  case none
  /// In the stored property at this path, `offset` bytes into the element.
  case stored(WritableKeyPath<Subject, Double> & Sendable, offset: Int)

  /// The length is in the stored property at `path`.
  public static func along(_ path: WritableKeyPath<Subject, Double> & Sendable) -> Self {
    guard let offset = MemoryLayout<Subject>.offset(of: path) else {
      fatalError("the length of \(Subject.self) is a stored property without observers")
    }
    return .stored(path, offset: offset)
  }

  /// True if there is a length.
  @inlinable
  public var isStored: Bool { offset != nil }

  /// The property's offset in the element's memory [byte]; nil if there is none.
  @inlinable
  public var offset: Int? {
    if case .stored(_, let offset) = self { return offset }
    return nil
  }
}

extension Element {
  /// Length along the design orbit [m]; 0 for a thin element.
  public var length: Double {
    Self.orbitLength.offset.map { Lifted<Self, Double>(self)[offset: $0] } ?? 0
  }

  /// True if a collective kick acts at this element.
  public var isCollective: Bool { Self.collectiveLength.isStored }
}
