/// A straight line across the panel, at a number of one of the axes.
struct GuideMark: Mark {
  let value: Double
  let isVertical: Bool
  let line: Line

  var symbol: Symbol { .line(line) }
  var undefinedCount: Int { value.isFinite ? 0 : 1 }
  var standardColor: Color? { .gray }

  func visit(_ body: (Double?, Double?) -> Void) {
    body(isVertical ? value : nil, isVertical ? nil : value)
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    guard let place = isVertical ? frame.horizontal(value) : frame.vertical(value) else { return }
    let ends =
      isVertical
      ? [Point(x: place, y: frame.top), Point(x: place, y: frame.bottom)]
      : [Point(x: frame.left, y: place), Point(x: frame.right, y: place)]
    canvas.lines(frame.clipped(ends), .init(stroke: color, strokeWidth: 0.9, line: line))
  }
}
