/// The names of a panel's series with their symbols.
struct Legend {
  let entries: [Entry]

  /// A series that has a name.
  struct Entry {
    var label: String
    var symbol: Symbol
    var color: Color
  }

  /// The size relative to the usual one.
  private(set) var scale = 1.0

  private var fontSize: Double { 12 * scale }
  private var lineHeight: Double { 18 * scale }
  private var symbolWidth: Double { 26 * scale }
  private var gap: Double { 7 * scale }
  private var padding: Double { 5 * scale }
  /// The distance from the frame.
  private var margin: Double { 12 * scale }

  init(entries: [Entry]) { self.entries = entries }

  var isEmpty: Bool { entries.isEmpty }

  var width: Double {
    let widths = entries.map { RichText($0.label).width(size: fontSize) }
    return symbolWidth + gap + (widths.max() ?? 0) + 2 * padding
  }

  var height: Double { Double(entries.count) * lineHeight + 2 * padding }

  /// The legend, scaled down if it does not fit into a frame.
  func fitted(width: Double, height: Double) -> Legend {
    var result = self
    result.scale = min(
      1, width / (self.width + 2 * margin), height / (self.height + 2 * margin))
    return result
  }

  /// The fraction of a panel's height that a legend in an upper corner needs.
  func fraction(ofHeight height: Double) -> Double {
    min(0.6, (self.height + 2 * margin) / height)
  }

  /// The upper left corner of the legend in a corner of a frame.
  func origin(_ place: Panel.LegendPlace, in frame: Frame) -> Point {
    let isRight = place != .topLeft && place != .bottomLeft
    let isLow = place == .bottomLeft || place == .bottomRight
    return Point(
      x: isRight ? frame.right - margin - width : frame.left + margin,
      y: isLow ? frame.bottom - margin - height : frame.top + margin)
  }

  /// Whether the legend would cover a point.
  func covers(_ point: Point, at origin: Point) -> Bool {
    point.x >= origin.x && point.x <= origin.x + width
      && point.y >= origin.y && point.y <= origin.y + height
  }

  func draw(on canvas: inout Canvas, at origin: Point) {
    if isEmpty { return }
    canvas.rectangle(
      from: origin, to: Point(x: origin.x + width, y: origin.y + height),
      .init(fill: .white, opacity: 0.8))
    for (index, entry) in entries.enumerated() {
      let left = origin.x + padding
      let right = left + symbolWidth
      let y = origin.y + padding + (Double(index) + 0.5) * lineHeight
      draw(entry, on: &canvas, from: left, to: right, y: y)
      canvas.text(
        entry.label, at: Point(x: right + gap, y: y + 0.35 * fontSize),
        size: fontSize)
    }
  }

  private func draw(
    _ entry: Entry, on canvas: inout Canvas, from left: Double, to right: Double, y: Double
  ) {
    let middle = Point(x: (left + right) / 2, y: y)
    switch entry.symbol {
    case .line(let line):
      canvas.lines(
        [[Point(x: left, y: y), Point(x: right, y: y)]],
        .init(stroke: entry.color, strokeWidth: 1.6, line: line))
    case .area(let outline, let opacity):
      let corners = (Point(x: left, y: y - 5 * scale), Point(x: right, y: y + 5 * scale))
      canvas.rectangle(from: corners.0, to: corners.1, .init(fill: entry.color, opacity: opacity))
      if let outline {
        canvas.rectangle(
          from: corners.0, to: corners.1,
          .init(stroke: entry.color, strokeWidth: 1.4, line: outline))
      }
    case .disc(let radius, let hasErrors):
      if hasErrors {
        canvas.lines(
          [[Point(x: middle.x, y: y - 7 * scale), Point(x: middle.x, y: y + 7 * scale)]],
          .init(stroke: entry.color))
      }
      canvas.discs([middle], radius: radius * scale, .init(fill: entry.color))
    case .none: break
    }
  }
}
