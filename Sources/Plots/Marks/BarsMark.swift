/// Bars from zero: blue, orange beyond two and vermilion beyond three, for numbers that should be
/// distributed as a normal variable.
struct BarsMark: Mark {
  let edges: [Double]
  /// The height of each bar; NaN for none.
  let heights: [Double]

  var symbol: Symbol { .none }
  var isTight: Bool { true }
  /// NaN means that there is no bar, and is not counted; infinity is.
  var undefinedCount: Int { heights.count { $0.isInfinite } }

  func visit(_ body: (Double?, Double?) -> Void) {
    for (bin, height) in heights.enumerated() {
      body(edges[bin], height)
      body(edges[bin + 1], height)
    }
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let base = frame.height(0) ?? frame.bottom
    let shades: [(Color, (Double) -> Bool)] = [
      (color, { $0 < 2 }), (.orange, { $0 >= 2 && $0 < 3 }), (.vermilion, { $0 >= 3 }),
    ]
    for (shade, belongs) in shades {
      let bars = heights.indices.compactMap { bin -> [Point]? in
        guard heights[bin].isFinite, belongs(abs(heights[bin])),
          let left = frame.horizontal(edges[bin]), let right = frame.horizontal(edges[bin + 1]),
          let top = frame.height(heights[bin])
        else { return nil }
        let gap = min(0.5, 0.1 * (right - left))  // separates neighbours
        return frame.clippedPolygon([
          Point(x: left + gap, y: base), Point(x: left + gap, y: top),
          Point(x: right - gap, y: top), Point(x: right - gap, y: base),
        ])
      }
      canvas.polygons(bars, .init(fill: shade))
    }
  }
}
