import AutoDiff

/// The region inside an ``ApertureShape``, for particles of a type of scalar.
///
/// All outlines but the polygon are formulas of |X| and |Y|: a rectangle, an ellipse about the
/// corner of a smaller rectangle, and a straight cut, the latter two where they belong to the
/// outline. They have no division, so that half axes may be 0.
public struct ApertureRegion<S: RealScalar>: Sendable {
  @usableFromInline typealias Pair = (x: S, y: S)
  /// The centre.
  @usableFromInline let center: Pair
  /// The periods and their inverses, both 0 where there is none.
  @usableFromInline let period: Pair
  @usableFromInline let inversePeriod: Pair
  /// Which parts the outline has: what it has not is not computed.
  @usableFromInline let isPeriodic, hasEllipse, hasCut: Bool
  /// The rectangle's half widths.
  @usableFromInline let half: Pair
  /// The centre of the ellipse in the first quadrant.
  @usableFromInline let corner: Pair
  /// The ellipse is (U·weight.x)² + (V·weight.y)² ≤ bound² with U, V from its centre, the weights
  /// in proportion to its other half axis.
  @usableFromInline let weight: Pair
  @usableFromInline let bound: S
  /// The first point of the cut, and the way from there to the second one.
  @usableFromInline let cut: Pair
  @usableFromInline let cutWay: Pair
  /// The sides of a polygon; none of another outline.
  @usableFromInline let sides: [Side]
  @usableFromInline let losesInside: Bool

  /// A side of a polygon, from its lower end.
  @usableFromInline
  struct Side: Sendable {
    /// The lower end, and the way from there to the upper one.
    @usableFromInline let start, way: Pair
    /// The extent in x and y.
    @usableFromInline let left, right, low, high: S
    /// 1 if the polygon passes it upward, −1 downward.
    @usableFromInline let direction: S

    @inlinable
    init(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) {
      let (lower, upper) = a.y <= b.y ? (a, b) : (b, a)
      start = (S(lower.x), S(lower.y))
      way = (S(upper.x - lower.x), S(upper.y - lower.y))
      left = S(min(a.x, b.x))
      right = S(max(a.x, b.x))
      low = S(lower.y)
      high = S(upper.y)
      direction = S(a.y <= b.y ? 1.0 : -1.0)
    }
  }

  /// The region of `shape`.
  @inlinable
  public init(_ shape: ApertureShape) {
    func pair(_ values: [Double]) -> (x: Double, y: Double) {
      (values.first ?? 0, values.dropFirst().first ?? 0)
    }
    func lifted(_ pair: (x: Double, y: Double)) -> Pair { (S(pair.x), S(pair.y)) }
    let periods = pair(shape.period)
    center = lifted(pair(shape.offset))
    period = lifted(periods)
    inversePeriod = lifted((periods.x == 0 ? 0 : 1 / periods.x, periods.y == 0 ? 0 : 1 / periods.y))
    losesInside = shape.absorbed == .inside
    isPeriodic = periods.x != 0 || periods.y != 0

    var half = (x: shape.x, y: shape.y)
    var corner = (x: 0.0, y: 0.0)
    var axes: (x: Double, y: Double)?
    var cut = (first: (x: 0.0, y: 0.0), second: (x: 0.0, y: 0.0))
    var corners: [(x: Double, y: Double)] = []
    switch shape.outline {
    case .ellipse: axes = half
    case .rectangle: break
    case .rectellipse: axes = (shape.rx, shape.ry)
    case .racetrack:
      axes = (shape.rx, shape.ry)
      corner = (shape.x - shape.rx, shape.y - shape.ry)
    case .octagon: cut = shape.octagonCorners
    case .polygon:
      half = (.infinity, .infinity)
      corners = shape.vertices.map(pair)
    }
    self.half = lifted(half)
    self.corner = lifted(corner)
    // In units of a power of two near the larger axis, squares of small axes do not vanish, and the
    // boundary stays where it is, to the last bit.
    let ellipse = axes ?? (0, 0)
    hasEllipse = axes != nil
    hasCut = shape.outline == .octagon
    let largest = max(ellipse.x, ellipse.y)
    let scale = largest == 0 ? 1 : 1 / max(largest.binade, 0x1p-500)
    weight = lifted((ellipse.y * scale * scale, ellipse.x * scale * scale))
    bound = S(ellipse.x) * weight.x
    self.cut = lifted(cut.first)
    cutWay = lifted((cut.second.x - cut.first.x, cut.second.y - cut.first.y))
    sides = corners.indices.map { i in
      Side(from: corners[i], to: corners[(i + 1) % corners.count])
    }
  }

  /// Where the point (x, y) lies inside the outline or on it.
  @inlinable @inline(__always)
  public func isInside(_ x: S, _ y: S) -> S.Mask {
    var (x, y) = (x - center.x, y - center.y)
    if isPeriodic {
      x = Self.folded(x, period.x, inversePeriod.x)
      y = Self.folded(y, period.y, inversePeriod.y)
    }
    let (u, v) = (S.abs(x), S.abs(y))
    var isInside = (u <= half.x) .& (v <= half.y)
    if hasEllipse {
      let fromCorner = (x: S.maximum(u - corner.x, .zero), y: S.maximum(v - corner.y, .zero))
      let distance = (fromCorner.x * weight.x).squared + (fromCorner.y * weight.y).squared
      isInside = isInside .& (distance <= bound.squared)
    }
    if hasCut {
      isInside = isInside .& (S.zero <= cutWay.x * (v - cut.y) - cutWay.y * (u - cut.x))
    }
    return sides.isEmpty ? isInside : isInside .& isEncircled(x, y)
  }

  /// Where a particle at (x, y) is not lost.
  @inlinable @inline(__always)
  public func passes(_ x: S, _ y: S) -> S.Mask {
    let isInside = isInside(x, y)
    // What is not a number is not inside, and not equal to itself.
    return losesInside ? .!isInside .& (x <= x) .& (y <= y) : isInside
  }

  /// The distance from the nearest of the places n·`period`.
  ///
  /// ImpactX folds |x|, which is the same for outlines that are symmetric; others would have a
  /// mirror image on the left.
  @inlinable @inline(__always)
  static func folded(_ x: S, _ period: S, _ inverse: S) -> S {
    // A number that is added and subtracted again, so large that what is left is a whole number.
    let large = S(1.5 / S.epsilon)
    return x - period * ((x * inverse + large) - large)
  }

  /// Where the polygon winds about the point, or passes through it.
  ///
  /// The winding number is the number of sides that cross the half line from the point towards
  /// +x upward, less those that cross it downward: each side has its lower end and not its upper
  /// one, so that the decision at a corner is exact.
  @inlinable @inline(__always)
  func isEncircled(_ x: S, _ y: S) -> S.Mask {
    var winding = S.zero
    var isOnSide = S.Mask(repeating: false)
    for side in sides {
      let moment = side.way.x * (y - side.start.y) - (x - side.start.x) * side.way.y
      let crosses = (side.low <= y) .& (y < side.high) .& (S.zero < moment)
      winding = winding + S.select(crosses, side.direction, .zero)
      let isBeside = (side.left <= x) .& (x <= side.right) .& (side.low <= y) .& (y <= side.high)
      isOnSide = isOnSide .| (isBeside .& (moment <= .zero) .& (S.zero <= moment))
    }
    return isOnSide .| (winding < .zero) .| (S.zero < winding)
  }
}
