/// A line through points; it has a gap where a point cannot be shown.
struct CurveMark: Mark {
  let x: [Double]
  let y: [Double]
  let line: Line

  var symbol: Symbol { .line(line) }
  var isTight: Bool { true }
  var undefinedCount: Int { Plots.undefinedCount(x, y) }

  func visit(_ body: (Double?, Double?) -> Void) {
    for (x, y) in zip(x, y) { body(x, y) }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let points = zip(x, y).map { frame.point($0, $1) }
    let lines = points.split(separator: nil).flatMap { run in
      frame.clipped(Frame.thinned(run.compactMap { $0 }))
    }
    canvas.lines(lines, .init(stroke: color, strokeWidth: 1.6, line: line))
  }
}
