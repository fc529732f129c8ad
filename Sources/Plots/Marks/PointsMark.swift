/// Points, with error bars if there are errors.
struct PointsMark: Mark {
  let x: [Double]
  let y: [Double]
  /// Half the width of each horizontal bar; empty for none.
  let xErrors: [Double]
  /// Half the height of each vertical bar; empty for none.
  let yErrors: [Double]
  /// Whether the axis ends where the points end, as for a histogram.
  let isTight: Bool

  var symbol: Symbol { .disc(radius: Self.radius, hasErrors: !yErrors.isEmpty) }
  var standardColor: Color? { .black }

  private static let radius = 2.4

  /// If there are more points, their density is drawn.
  static let mostPoints = 5000

  var undefinedCount: Int {
    Plots.undefinedCount(
      x, y, xErrors.isEmpty ? x : xErrors, yErrors.isEmpty ? y : yErrors)
  }

  /// Half the length of an error bar; zero for an error that is not finite.
  private func half(_ errors: [Double], _ index: Int) -> Double {
    errors.isEmpty || !errors[index].isFinite ? 0 : abs(errors[index])
  }

  func visit(_ body: (Double?, Double?) -> Void) {
    for index in x.indices {
      let (dx, dy) = (half(xErrors, index), half(yErrors, index))
      body(x[index], y[index])
      if dy > 0 {
        body(x[index], y[index] - dy)
        body(x[index], y[index] + dy)
      }
      if dx > 0 {
        body(x[index] - dx, y[index])
        body(x[index] + dx, y[index])
      }
    }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    if x.count > Self.mostPoints {
      return PointDensity(x: x, y: y).draw(on: &canvas, in: frame, color: color)
    }
    var centers: [Point] = []
    var bars: [[Point]] = []
    for index in x.indices {
      guard let center = frame.point(x[index], y[index]) else { continue }
      if frame.contains(center) { centers.append(center) }
      let (dx, dy) = (half(xErrors, index), half(yErrors, index))
      if dy > 0, let low = frame.height(y[index] - dy), let high = frame.height(y[index] + dy) {
        bars += frame.clipped([Point(x: center.x, y: low), Point(x: center.x, y: high)])
      }
      if dx > 0, let low = frame.horizontal(x[index] - dx),
        let high = frame.horizontal(x[index] + dx)
      {
        bars += frame.clipped([Point(x: low, y: center.y), Point(x: high, y: center.y)])
      }
    }
    canvas.lines(bars, .init(stroke: color))
    canvas.discs(centers, radius: Self.radius, .init(fill: color))
  }
}
