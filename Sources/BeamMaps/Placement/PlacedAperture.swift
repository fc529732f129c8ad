import ParameterTables

/// The aperture of an element: its shape, where along the element it is tested, and whether it moves
/// with the body.
public struct PlacedAperture: Sendable, Equatable {
  /// Where along an element an aperture is tested.
  public enum Position: String, ParameterWord {
    /// At the end of every slice.
    case slices
    /// At the entrance.
    case entrance
    /// At the exit.
    case exit
    /// At the entrance and at the exit.
    case both
    /// At the entrance and at the end of every slice.
    case everywhere
  }

  /// The shape.
  public var shape: ApertureShape
  /// Where it is tested.
  public var position: Position
  /// True if it stays where it is when the element is displaced.
  public var isFixed: Bool

  /// An aperture of this shape, tested at the end of every slice and displaced with the element by
  /// default.
  public init(_ shape: ApertureShape, at position: Position = .slices, isFixed: Bool = false) {
    self.shape = shape
    self.position = position
    self.isFixed = isFixed
  }
}

extension PlacedAperture.Position {
  /// Whether it is tested at the element's entrance.
  package var includesEntrance: Bool { self == .entrance || self == .both || self == .everywhere }

  /// Whether it is tested at the end of a slice; `isLast` tells whether the element ends there.
  package func includesEnd(isLast: Bool) -> Bool {
    switch self {
    case .slices, .everywhere: true
    case .entrance: false
    case .exit, .both: isLast
    }
  }
}
