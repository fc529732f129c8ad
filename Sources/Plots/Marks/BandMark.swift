/// The area between two curves; it has a gap where one of them cannot be shown.
struct BandMark: Mark {
  let x: [Double]
  let lower: [Double]
  let upper: [Double]

  var symbol: Symbol { .area(outline: nil, opacity: Self.opacity) }
  var isTight: Bool { true }
  var undefinedCount: Int { Plots.undefinedCount(x, lower, upper) }

  private static let opacity = 0.3

  func visit(_ body: (Double?, Double?) -> Void) {
    for index in x.indices {
      body(x[index], lower[index])
      body(x[index], upper[index])
    }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let pairs = x.indices.map { index -> (low: Point, high: Point)? in
      guard lower[index].isFinite, upper[index].isFinite,
        let x = frame.horizontal(x[index]), let low = frame.height(lower[index]),
        let high = frame.height(upper[index])
      else { return nil }
      return (Point(x: x, y: low), Point(x: x, y: high))
    }
    for run in pairs.split(whereSeparator: { $0 == nil }) {
      let upperEdge = Frame.thinned(run.compactMap { $0?.high })
      let lowerEdge = Frame.thinned(run.compactMap { $0?.low })
      canvas.polygons(
        [frame.clippedPolygon(upperEdge + lowerEdge.reversed())],
        .init(fill: color, opacity: Self.opacity))
    }
  }
}
