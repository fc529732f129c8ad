/// The outline of a histogram.
struct StepsMark: Mark {
  let histogram: Histogram
  let isFilled: Bool
  let line: Line

  var symbol: Symbol { isFilled ? .area(outline: line, opacity: Self.opacity) : .line(line) }
  var isTight: Bool { true }
  var undefinedCount: Int { Plots.undefinedCount(histogram.sums) }

  private static let opacity = 0.3

  func visit(_ body: (Double?, Double?) -> Void) {
    body(nil, 0)
    for (bin, sum) in histogram.sums.enumerated() {
      body(histogram.edges[bin], sum)
      body(histogram.centers(bin), sum)
      body(histogram.edges[bin + 1], sum)
    }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let base = frame.height(0) ?? frame.bottom
    for run in runs(in: frame) {
      guard let first = run.first, let last = run.last else { continue }
      let closed = Frame.thinned(
        [Point(x: first.x, y: base)] + run + [Point(x: last.x, y: base)])
      if isFilled {
        canvas.polygons(
          [frame.clippedPolygon(closed)], .init(fill: color, opacity: Self.opacity))
      }
      canvas.lines(frame.clipped(closed), .init(stroke: color, strokeWidth: 1.4, line: line))
    }
  }

  /// The outlines of the tops of bins, without bins that cannot be drawn: one for each run of
  /// neighbours.
  private func runs(in frame: Frame) -> [[Point]] {
    var runs: [[Point]] = [[]]
    for (bin, sum) in histogram.sums.enumerated() {
      if sum.isFinite, let left = frame.horizontal(histogram.edges[bin]),
        let right = frame.horizontal(histogram.edges[bin + 1]), let top = frame.height(sum)
      {
        runs[runs.count - 1] += [Point(x: left, y: top), Point(x: right, y: top)]
      } else {
        runs.append([])
      }
    }
    return runs
  }
}

extension Histogram {
  fileprivate func centers(_ bin: Int) -> Double { edges[bin] + (edges[bin + 1] - edges[bin]) / 2 }
}
