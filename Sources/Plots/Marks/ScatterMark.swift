/// A cloud of points; a large one is drawn as its density.
struct ScatterMark: Mark {
  let x: [Double]
  let y: [Double]

  var symbol: Symbol { .disc(radius: 2, hasErrors: false) }
  var undefinedCount: Int { Plots.undefinedCount(x, y) }

  func visit(_ body: (Double?, Double?) -> Void) {
    for (x, y) in zip(x, y) { body(x, y) }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    if x.count > PointsMark.mostPoints {
      return PointDensity(x: x, y: y).draw(on: &canvas, in: frame, color: color)
    }
    let centers = zip(x, y).compactMap { frame.point($0, $1) }.filter(frame.contains)
    canvas.discs(centers, radius: 1.3, .init(fill: color, opacity: 0.6))
  }
}
