import AutoDiff
import BeamTracking
import SystemLibrary

/// The radius of a point relative to an aperture's outline: below 1 inside, 1 on the outline, above
/// 1 outside, and continuous.
///
/// It is the Minkowski gauge about the aperture's centre, the factor by which the outline must be
/// scaled to pass through the point. For a polygon, which need not be star-shaped about its centre
/// and may lie beside it, it is 1 + d/ρ: d is the distance from the polygon, negative inside, and ρ
/// the centre's own distance from it. In a mask of holes it is that of the nearest hole; there it is
/// continuous from hole to hole if the outline is symmetric, as all but polygons are.
struct RelativeRadius: Sendable {
  private typealias Pair = (x: Double, y: Double)

  private let form: Form
  private let center: Pair
  /// 0 where there is one hole only.
  private let period: Pair

  private enum Form: Sendable {
    /// The larger of these radii; nil for a part that the outline has not.
    case convex(rectangle: Scale?, ellipse: Scale?, cut: Scale?)
    /// A rectangle with half widths 1/scale and corners of this form.
    case racetrack(rectangle: Scale, corner: Corner)
    /// 1 + d·scale.
    case polygon([Side], scale: Double)
  }

  /// Factors of x and y [1/m].
  private struct Scale: Sendable {
    let x, y: Double
  }

  /// A quarter of an ellipse.
  private struct Corner: Sendable {
    /// Its centre [m].
    let x, y: Double
    /// The inverses of its half axes [1/m].
    let scale: Scale
  }

  /// A side of a polygon, from its first corner in the direction of a unit vector.
  private struct Side: Sendable {
    let start, direction: (x: Double, y: Double)
    let length: Double
    /// The ends in y, and 1 if the polygon passes it upward, −1 downward.
    let low, high, turn: Double
  }

  /// The radius relative to the outline of `shape`.
  ///
  /// - Throws: ``UnsuitedOutline`` for an outline without an inside to scale: half axes of 0, or a
  ///   polygon through its centre.
  init(_ shape: ApertureShape) throws(UnsuitedOutline) {
    center = Self.pair(shape.offset)
    period = Self.pair(shape.period)
    if let mistake = shape.mistakes.first { throw UnsuitedOutline(reason: mistake) }
    func scale(_ x: Double, _ y: Double, _ names: String) throws(UnsuitedOutline) -> Scale {
      guard x > 0 && y > 0 else {
        throw UnsuitedOutline(reason: "a soft edge needs \(names) above 0")
      }
      return Scale(x: 1 / x, y: 1 / y)
    }
    let axes = "\"x\" and \"y\""
    let ownAxes = "\"rx\" and \"ry\""
    switch shape.outline {
    case .ellipse:
      form = .convex(rectangle: nil, ellipse: try scale(shape.x, shape.y, axes), cut: nil)
    case .rectangle:
      form = .convex(rectangle: try scale(shape.x, shape.y, axes), ellipse: nil, cut: nil)
    case .rectellipse:
      form = .convex(
        rectangle: try scale(shape.x, shape.y, axes),
        ellipse: try scale(shape.rx, shape.ry, ownAxes), cut: nil)
    case .racetrack:
      let rectangle = try scale(shape.x, shape.y, axes)
      form =
        shape.rx > 0 && shape.ry > 0
        ? .racetrack(
          rectangle: rectangle,
          corner: Corner(
            x: shape.x - shape.rx, y: shape.y - shape.ry,
            scale: try scale(shape.rx, shape.ry, ownAxes)))
        : .convex(rectangle: rectangle, ellipse: nil, cut: nil)
    case .octagon:
      form = .convex(
        rectangle: try scale(shape.x, shape.y, axes), ellipse: nil, cut: Self.cut(of: shape))
    case .polygon:
      let sides = Self.sides(of: shape)
      let distance: Double = Self.distance(0, 0, from: sides)
      guard distance > 0 else {
        throw UnsuitedOutline(
          reason: "a soft edge is measured by the distance of the polygon from its centre, which "
            + "lies on it; move \"offset\"")
      }
      form = .polygon(sides, scale: 1 / distance)
    }
  }

  /// The radius relative to an ellipse with these half axes [m].
  init(ofEllipse axes: (x: Double, y: Double)) {
    require(axes.x > 0 && axes.y > 0, "an ellipse with a soft edge has positive half axes")
    (center, period) = ((0, 0), (0, 0))
    form = .convex(rectangle: nil, ellipse: Scale(x: 1 / axes.x, y: 1 / axes.y), cut: nil)
  }

  private static func pair(_ values: [Double]) -> Pair {
    (values.first ?? 0, values.dropFirst().first ?? 0)
  }

  /// The straight cut n·(|x|, |y|) ≤ 1 of an octagon's corner; nil if it cuts nothing.
  private static func cut(of shape: ApertureShape) -> Scale? {
    let (first, second) = shape.octagonCorners
    let way = (x: second.x - first.x, y: second.y - first.y)
    let moment = way.y * first.x - way.x * first.y
    return moment > 0 && way.x < 0 ? Scale(x: way.y / moment, y: -way.x / moment) : nil
  }

  private static func sides(of shape: ApertureShape) -> [Side] {
    let corners = shape.vertices.map(pair)
    return corners.indices.compactMap { i in
      let (a, b) = (corners[i], corners[(i + 1) % corners.count])
      let length = Double.hypot(b.x - a.x, b.y - a.y)
      // A corner that is named twice is no side.
      guard length > 0 else { return nil }
      return Side(
        start: a, direction: ((b.x - a.x) / length, (b.y - a.y) / length), length: length,
        low: min(a.y, b.y), high: max(a.y, b.y), turn: a.y <= b.y ? 1 : -1)
    }
  }

  /// The radius of the point (x, y) [m].
  func callAsFunction<S: RealScalar>(_ x: S, _ y: S) -> S {
    let x = Self.folded(x - center.x, period.x)
    let y = Self.folded(y - center.y, period.y)
    switch form {
    case .convex(let rectangle, let ellipse, let cut):
      // Alone, without a detour over 0, whose derivative would be taken on the axis.
      var radius: S?
      func add(_ other: S) { radius = radius.map { S.maximum($0, other) } ?? other }
      if let rectangle { add(Self.radius(S.abs(x), S.abs(y), inRectangle: rectangle)) }
      if let ellipse { add(S.hypot(x * ellipse.x, y * ellipse.y)) }
      if let cut { add(S.abs(x) * cut.x + S.abs(y) * cut.y) }
      return radius ?? .zero
    case .racetrack(let rectangle, let corner):
      return Self.radius(S.abs(x), S.abs(y), inRacetrack: rectangle, corner)
    case .polygon(let sides, let scale):
      let distance = Self.distance(x, y, from: sides)
      return 1.0 + S.select(Self.isEncircled(x, y, by: sides), -distance, distance) * scale
    }
  }

  /// The distance from the nearest of the places n·`period`, whose derivative is 1: rounding to a
  /// whole number, as hard apertures have it, would lose that.
  private static func folded<S: RealScalar>(_ x: S, _ period: Double) -> S {
    guard period > 0 else { return x }
    let (sine, cosine) = S.sincos(x * (2 * .pi / period))
    return S.atan2(y: sine, x: cosine) * (period / (2 * .pi))
  }

  private static func radius<S: RealScalar>(_ u: S, _ v: S, inRectangle scale: Scale) -> S {
    S.maximum(u * scale.x, v * scale.y)
  }

  /// The radius of a point in the first quadrant. A ray through the rounded corner meets the ellipse
  /// where h·(U, V) − (K, L) has length 1, in units of its half axes: h·A = B + √(A − C²) with
  /// A = U² + V², B = UK + VL, C = UL − VK, and the radius is 1/h.
  private static func radius<S: RealScalar>(
    _ u: S, _ v: S, inRacetrack rectangle: Scale, _ corner: Corner
  ) -> S {
    let straight = radius(u, v, inRectangle: rectangle)
    // The point where the ray leaves the rectangle, so that squares of far points do not overflow.
    // Floors keep what is not selected finite.
    let floor = S(1e-300)
    let size = S.maximum(straight, floor)
    let (edgeX, edgeY) = (u / size, v / size)
    let (p, q) = (edgeX * corner.scale.x, edgeY * corner.scale.y)
    let (k, l) = (corner.x * corner.scale.x, corner.y * corner.scale.y)
    let square = p.squared + q.squared
    let root = S.sqrt(S.maximum(square - (p * l - q * k).squared, floor))
    let round = size * square / S.maximum(p * k + q * l + root, floor)
    let isStraight = (edgeX <= S(corner.x)) .| (edgeY <= S(corner.y))
    return S.select(isStraight, straight, round)
  }

  /// The distance of a point from the nearest side [m].
  private static func distance<S: RealScalar>(_ x: S, _ y: S, from sides: [Side]) -> S {
    var nearest = S(Double.greatestFiniteMagnitude)
    for side in sides {
      let (dx, dy) = (x - side.start.x, y - side.start.y)
      let along = dx * side.direction.x + dy * side.direction.y
      let across = dx * side.direction.y - dy * side.direction.x
      // 0 beside the side itself, where the root of the square would have no derivative on it.
      let beyond = S.maximum(S.maximum(-along, along - side.length), .zero)
      let distance = S.select(beyond <= .zero, S.abs(across), S.hypot(across, beyond))
      nearest = S.minimum(nearest, distance)
    }
    return nearest
  }

  /// Whether the polygon winds about the point, as `ApertureRegion` decides it.
  private static func isEncircled<S: RealScalar>(_ x: S, _ y: S, by sides: [Side]) -> S.Mask {
    var winding = S.zero
    for side in sides {
      let moment = (y - side.start.y) * side.direction.x - (x - side.start.x) * side.direction.y
      // Right of the point: left of the upward direction is the side's positive moment.
      let isRight = S.zero < moment * side.turn
      let crosses = (S(side.low) <= y) .& (y < S(side.high)) .& isRight
      winding = winding + S.select(crosses, S(side.turn), .zero)
    }
    return (winding < .zero) .| (S.zero < winding)
  }
}

/// The error of an outline that can have no soft edge.
public struct UnsuitedOutline: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and what would be right.
  public let reason: String

  public var description: String { reason }
}
