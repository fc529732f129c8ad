import AutoDiff
import ParameterTables

/// A hole that particles pass, or an obstacle that stops them: an outline, its centre, and what is
/// lost.
///
/// A particle on the outline counts as inside. Half axes and half widths may be 0. A coordinate
/// that is no number is never inside, and its particle is lost at an obstacle too.
public struct ApertureShape: Sendable, Equatable {
  /// The outline; which of the numbers determine it.
  public var outline: Outline
  /// Half width or half axis in x [m].
  public var x: Double
  /// Half width or half axis in y [m].
  public var y: Double
  /// Half axis in x of the ellipse, or of the corners of a racetrack [m].
  public var rx: Double
  /// Half axis in y of the ellipse, or of the corners of a racetrack [m].
  public var ry: Double
  /// The angle of an octagon's corner at x, seen from the centre against the x axis [rad].
  public var angle1: Double
  /// The angle of an octagon's corner at y, seen from the centre against the x axis [rad].
  public var angle2: Double
  /// The corners of a polygon in order, x and y of each [m]; the last joins the first.
  public var vertices: [[Double]]
  /// x and y of the centre [m].
  public var offset: [Double]
  /// Periods in x and y of a mask of such holes [m]; 0 where there is one only.
  public var period: [Double]
  /// The particles that are lost.
  public var absorbed: Side

  /// The outlines, with the numbers that determine them.
  public enum Outline: String, ParameterWord {
    /// (x, y): (X/x)² + (Y/y)² ≤ 1.
    case ellipse
    /// (x, y): |X| ≤ x and |Y| ≤ y.
    case rectangle
    /// (x, y, rx, ry): what the rectangle (x, y) and the ellipse (rx, ry) have in common.
    case rectellipse
    /// (x, y, rx, ry): the rectangle (x, y) with its corners rounded by quarters of the ellipse
    /// (rx, ry).
    case racetrack
    /// (x, y, angle1, angle2): the rectangle (x, y) with its corners cut, between the points at x
    /// and at y that are seen under these angles.
    case octagon
    /// (vertices): all points about which the corners' polygon winds.
    case polygon
  }

  /// A side of an outline.
  public enum Side: String, ParameterWord {
    /// A hole: particles outside the outline are lost.
    case outside
    /// An obstacle: particles inside it are lost.
    case inside
  }

  private init(
    _ outline: Outline, x: Double = 1, y: Double = 1, rx: Double = 0, ry: Double = 0,
    angle1: Double = 0, angle2: Double = 0.5 * .pi, vertices: [[Double]] = []
  ) {
    self.outline = outline
    self.x = x
    self.y = y
    self.rx = rx
    self.ry = ry
    self.angle1 = angle1
    self.angle2 = angle2
    self.vertices = vertices
    offset = [0, 0]
    period = [0, 0]
    absorbed = .outside
  }

  /// An ellipse with half axes `x` and `y` [m].
  public static func ellipse(x: Double, y: Double) -> Self { Self(.ellipse, x: x, y: y) }

  /// A rectangle with half widths `x` and `y` [m].
  public static func rectangle(x: Double, y: Double) -> Self { Self(.rectangle, x: x, y: y) }

  /// What a rectangle with half widths `x` and `y` and an ellipse with half axes `rx` and `ry` [m]
  /// have in common.
  public static func rectellipse(x: Double, y: Double, rx: Double, ry: Double) -> Self {
    Self(.rectellipse, x: x, y: y, rx: rx, ry: ry)
  }

  /// A rectangle with half widths `x` and `y` whose corners are quarters of an ellipse with half
  /// axes `rx` and `ry` [m].
  public static func racetrack(x: Double, y: Double, rx: Double, ry: Double) -> Self {
    Self(.racetrack, x: x, y: y, rx: rx, ry: ry)
  }

  /// A rectangle with half widths `x` and `y` [m] whose corners are cut from the point at x under
  /// `angle1` to the point at y under `angle2` [rad].
  public static func octagon(x: Double, y: Double, angle1: Double, angle2: Double) -> Self {
    Self(.octagon, x: x, y: y, angle1: angle1, angle2: angle2)
  }

  /// A polygon with these corners, x and y of each [m].
  public static func polygon(_ vertices: [[Double]]) -> Self {
    Self(.polygon, vertices: vertices)
  }

  /// What is wrong with the numbers: sentences for an error message; empty if nothing is wrong.
  public var mistakes: [String] {
    var found: [String] = []
    for (name, pair) in [("offset", offset), ("repeat", period)] where pair.count != 2 {
      found.append("\(name) needs two numbers, for x and y")
    }
    if period.contains(where: { $0 < 0 }) { found.append("repeat must not be negative") }
    switch outline {
    case .ellipse, .rectangle, .rectellipse: break
    case .racetrack:
      if rx > x || ry > y {
        found.append("the corners of a racetrack are larger than the racetrack: rx > x or ry > y")
      }
    case .octagon:
      let (first, second) = octagonCorners
      if !(0 <= first.y && first.y <= y && 0 <= second.x && second.x <= x) {
        found.append(
          "the corners of an octagon lie at x and at y: 0 <= tan(angle1) <= y/x <= tan(angle2)")
      }
    case .polygon:
      if vertices.count < 3 { found.append("a polygon needs three vertices or more") }
      if vertices.contains(where: { $0.count != 2 }) {
        found.append("a vertex needs two numbers, x and y")
      }
    }
    return found
  }

  /// The corners of an octagon in the first quadrant, at x and at y.
  @usableFromInline
  package var octagonCorners: (first: (x: Double, y: Double), second: (x: Double, y: Double)) {
    ((x, x * Double.tan(angle1)), (y / Double.tan(angle2), y))
  }
}

extension ApertureShape {
  /// True if the point lies inside the outline or on it.
  public func contains(x: Double, y: Double) -> Bool {
    ApertureRegion<Double>(self).isInside(x, y)
  }
}
