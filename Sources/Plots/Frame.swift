/// The rectangle in which a panel shows its data, and the places of numbers in it.
struct Frame {
  /// Its upper left corner [px].
  let origin: Point
  let width: Double
  let height: Double
  let x: AxisMapping
  let y: AxisMapping

  var left: Double { origin.x }
  var right: Double { origin.x + width }
  var top: Double { origin.y }
  var bottom: Double { origin.y + height }

  /// Places are limited to this many widths or heights of the frame, so that they are finite.
  private static let farthest = 1000.0

  /// The horizontal place of a number; `nil` if the axis cannot show it.
  func horizontal(_ value: Double) -> Double? {
    guard AxisMapping.canShow(value, x.scale) else { return nil }
    return left + max(-Self.farthest, min(Self.farthest, x.place(value))) * width
  }

  /// The vertical place of a number; `nil` if the axis cannot show it.
  func vertical(_ value: Double) -> Double? {
    guard AxisMapping.canShow(value, y.scale) else { return nil }
    return bottom - max(-Self.farthest, min(Self.farthest, y.place(value))) * height
  }

  /// The vertical place of the end of a bar or a step. On a logarithmic axis, numbers that are not
  /// positive have a place below the frame; `nil` for NaN.
  func height(_ value: Double) -> Double? {
    if value.isNaN { return nil }
    if y.scale == .logarithmic, value < 1 / AxisMapping.largest { return bottom + height }
    return vertical(min(AxisMapping.largest, max(-AxisMapping.largest, value)))
  }

  func point(_ xValue: Double, _ yValue: Double) -> Point? {
    guard let x = horizontal(xValue), let y = vertical(yValue) else { return nil }
    return Point(x: x, y: y)
  }

  func contains(_ point: Point) -> Bool {
    point.x >= left && point.x <= right && point.y >= top && point.y <= bottom
  }

  // MARK: Clipping

  /// The parts of a line that are inside.
  func clipped(_ line: [Point]) -> [[Point]] {
    var parts: [[Point]] = []
    for (start, end) in zip(line, line.dropFirst()) {
      guard let (from, to) = clippedSegment(start, end) else { continue }
      if let last = parts.last?.last, last == from {
        parts[parts.count - 1].append(to)
      } else {
        parts.append([from, to])
      }
    }
    return parts
  }

  /// The part of a segment that is inside (Liang and Barsky, ACM Trans. Graph. 3 (1984) 1).
  private func clippedSegment(_ start: Point, _ end: Point) -> (Point, Point)? {
    var first = 0.0
    var last = 1.0
    let dx = end.x - start.x
    let dy = end.y - start.y
    let sides = [
      (-dx, start.x - left), (dx, right - start.x), (-dy, start.y - top), (dy, bottom - start.y),
    ]
    for (slope, distance) in sides {
      if slope == 0 {
        if distance < 0 { return nil }
      } else if slope < 0 {
        first = max(first, distance / slope)
      } else {
        last = min(last, distance / slope)
      }
    }
    if first > last { return nil }
    func point(_ t: Double) -> Point {
      inside(Point(x: start.x + t * dx, y: start.y + t * dy))
    }
    return (first == 0 ? start : point(first), last == 1 ? end : point(last))
  }

  /// The part of a closed polygon that is inside (Sutherland and Hodgman, Comm. ACM 17 (1974) 32).
  func clippedPolygon(_ polygon: [Point]) -> [Point] {
    typealias Side = (_ point: Point) -> Double  // the distance inwards
    let sides: [Side] = [
      { $0.x - left }, { right - $0.x }, { $0.y - top }, { bottom - $0.y },
    ]
    return sides.reduce(polygon) { corners, distance in
      guard var previous = corners.last else { return [] }
      var result: [Point] = []
      for corner in corners {
        let (before, after) = (distance(previous), distance(corner))
        if (before < 0) != (after < 0) {
          let t = before / (before - after)
          result.append(
            Point(
              x: previous.x + t * (corner.x - previous.x),
              y: previous.y + t * (corner.y - previous.y)))
        }
        if after >= 0 { result.append(corner) }
        previous = corner
      }
      return result
    }.map(inside)
  }

  /// A point moved inside, if rounding has put it slightly outside.
  private func inside(_ point: Point) -> Point {
    Point(x: min(right, max(left, point.x)), y: min(bottom, max(top, point.y)))
  }

  // MARK: Thinning

  /// A line that looks the same and has few points: of the points within a quarter of a pixel
  /// sideways, only the first, the last, the highest and the lowest stay (Jugel et al., Proc. VLDB
  /// 7 (2014) 797). If more than 20,000 points remain, which requires a line that reverses its
  /// direction often, every k-th of them is kept.
  static func thinned(_ line: [Point]) -> [Point] {
    if line.count <= 2000 { return line }
    var result: [Point] = []
    var start = 0
    while start < line.count {
      let column = (4 * line[start].x).rounded(.down)
      var end = start
      var (low, high) = (start, start)
      while end < line.count, (4 * line[end].x).rounded(.down) == column {
        if line[end].y < line[low].y { low = end }
        if line[end].y > line[high].y { high = end }
        end += 1
      }
      var last = -1
      for index in [start, min(low, high), max(low, high), end - 1] where index > last {
        result.append(line[index])
        last = index
      }
      start = end
    }
    let step = (result.count - 1) / 20_000 + 1
    return step == 1 ? result : stride(from: 0, to: result.count, by: step).map { result[$0] }
  }
}
