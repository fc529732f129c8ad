import AutoDiff

/// A particle's six coordinates relative to the reference particle, at fixed path length s.
///
/// `S` is a number, the lanes of several particles, or one of these with derivatives.
@frozen
public struct PhaseSpace<S: RealScalar>: Sendable {
  /// Horizontal offset [m].
  public var x: S
  /// Horizontal momentum over the reference momentum, Px/p₀.
  public var px: S
  /// Vertical offset [m].
  public var y: S
  /// Vertical momentum over the reference momentum, Py/p₀.
  public var py: S
  /// c·(time of flight − the reference's) [m]; a late particle has t > 0.
  public var t: S
  /// −(γ − γ₀)/(β₀γ₀); a more energetic particle has pt < 0.
  public var pt: S

  /// The point with these coordinates.
  @inlinable @inline(__always)
  public init(x: S, px: S, y: S, py: S, t: S, pt: S) {
    self.x = x
    self.px = px
    self.y = y
    self.py = py
    self.t = t
    self.pt = pt
  }

  /// The six coordinates, each computed by `transform` from its index.
  @inlinable @inline(__always)
  public init(coordinates transform: (Int) -> S) {
    self.init(
      x: transform(0), px: transform(1), y: transform(2), py: transform(3), t: transform(4),
      pt: transform(5))
  }

  /// The point on the axis, with the energy and the time of the reference particle.
  @inlinable public static var zero: Self {
    Self(x: .zero, px: .zero, y: .zero, py: .zero, t: .zero, pt: .zero)
  }

  /// The coordinates' names in storage order.
  public static var names: [String] { ["x", "px", "y", "py", "t", "pt"] }

  /// Coordinate `i` in the order x, px, y, py, t, pt.
  @inlinable
  public subscript(i: Int) -> S {
    get {
      switch i {
      case 0: x
      case 1: px
      case 2: y
      case 3: py
      case 4: t
      case 5: pt
      default: preconditionFailure("a phase-space point has coordinates 0 to 5")
      }
    }
    set {
      switch i {
      case 0: x = newValue
      case 1: px = newValue
      case 2: y = newValue
      case 3: py = newValue
      case 4: t = newValue
      case 5: pt = newValue
      default: preconditionFailure("a phase-space point has coordinates 0 to 5")
      }
    }
  }

  /// `after` in the lanes where the mask is true, `before` in the others.
  @inlinable @inline(__always)
  public static func select(_ mask: S.Mask, _ after: Self, _ before: Self) -> Self {
    Self(
      x: .select(mask, after.x, before.x), px: .select(mask, after.px, before.px),
      y: .select(mask, after.y, before.y), py: .select(mask, after.py, before.py),
      t: .select(mask, after.t, before.t), pt: .select(mask, after.pt, before.pt))
  }
}

extension PhaseSpace: Equatable where S: Equatable {}
extension PhaseSpace: Encodable where S: Encodable {}
extension PhaseSpace: Decodable where S: Decodable {}

extension PhaseSpace<Double> {
  /// True if every coordinate is a finite number.
  @inlinable package var isFinite: Bool { (0..<6).allSatisfy { self[$0].isFinite } }
}

extension PhaseSpace {
  /// Converts momenta to another reference momentum: `ratio` is the old one over the new one.
  @inlinable @inline(__always)
  public mutating func rescaleMomenta(by ratio: S) {
    px = px * ratio
    py = py * ratio
    pt = pt * ratio
  }
}
