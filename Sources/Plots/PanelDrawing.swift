/// Draws a panel: it chooses colours and ranges, then adds the elements.
struct PanelDrawing {
  let panel: Panel
  /// The colour of each series.
  let colors: [Color]
  private(set) var legend: Legend

  static let fontSize = 12.0
  static let labelSize = 14.0
  private static let tickLength = 6.0

  init(_ panel: Panel) {
    self.panel = panel
    let taken = Set(panel.series.compactMap(\.color))
    let free = Color.palette.filter { !taken.contains($0) }
    let palette = free.isEmpty ? Color.palette : free
    var next = 0
    colors = panel.series.map { series in
      if let color = series.color ?? series.mark.standardColor { return color }
      defer { next += 1 }
      return palette[next % palette.count]
    }
    let entries = zip(panel.series, colors).compactMap { series, color -> Legend.Entry? in
      guard let label = series.label, panel.legend != .none else { return nil }
      return Legend.Entry(label: label, symbol: series.mark.symbol, color: color)
    }
    legend = Legend(entries: entries)
  }

  // MARK: Ranges

  /// The least and the greatest number that an axis must show.
  static func extent(
    of panels: [Panel], _ scale: Axis.Scale, _ coordinate: (Double?, Double?) -> Double?
  ) -> ClosedRange<Double>? {
    var range: ClosedRange<Double>?
    for series in panels.flatMap(\.series) {
      series.mark.visit { x, y in
        guard let value = coordinate(x, y), AxisMapping.canShow(value, scale) else { return }
        let known = range ?? value...value
        range = min(known.lowerBound, value)...max(known.upperBound, value)
      }
    }
    return range
  }

  /// The common x axis of all panels.
  static func horizontal(_ axis: Axis, _ panels: [Panel]) -> AxisMapping {
    let isTight = panels.contains { $0.series.contains { $0.mark.isTight } }
    let padding = isTight ? 0 : 0.04
    return AxisMapping(
      axis, data: extent(of: panels, axis.scale) { x, _ in x }, padding: (padding, padding))
  }

  /// The y axis.
  ///
  /// - Parameter headroom: The part of the height that stays free above the data.
  func vertical(headroom: Double) -> AxisMapping {
    let data = Self.extent(of: [panel], panel.y.scale) { _, y in y }
    let isFull = panel.series.contains { $0.mark is HeatMapMark }
    let padding = isFull ? (0, 0) : (0.06, max(0.06, headroom / (1 - headroom)))
    return AxisMapping(panel.y, data: data, padding: padding)
  }

  /// The frame at a place, and the place of the legend, which is scaled to fit. The y axis is
  /// extended if the legend would cover data in all corners.
  mutating func frame(
    _ origin: Point, width: Double, height: Double, x: AxisMapping
  ) -> (Frame, Point) {
    legend = legend.fitted(width: width, height: height)
    let drawing = self
    func frame(headroom: Double) -> Frame {
      let y = drawing.vertical(headroom: headroom)
      return Frame(origin: origin, width: width, height: height, x: x, y: y)
    }
    let plain = frame(headroom: 0)
    guard panel.legend == .automatic, !legend.isEmpty else {
      return (plain, legend.origin(panel.legend, in: plain))
    }
    var best = freest(in: plain)
    if best.covered == 0 { return (plain, best.origin) }
    let roomier = frame(headroom: legend.fraction(ofHeight: height))
    best = freest(in: roomier)
    return (roomier, best.origin)
  }

  /// The corner in which the legend covers the fewest points.
  private func freest(in frame: Frame) -> (origin: Point, covered: Int) {
    let origins = [Panel.LegendPlace.topRight, .topLeft, .bottomRight, .bottomLeft].map {
      legend.origin($0, in: frame)
    }
    var covered = [0, 0, 0, 0]
    for series in panel.series {
      series.mark.visit { x, y in
        guard let x, let y, let point = frame.point(x, y) else { return }
        for (index, origin) in origins.enumerated() where legend.covers(point, at: origin) {
          covered[index] += 1
        }
      }
    }
    // Below the tops of a histogram, and on a heat map, no place is free although no point is
    // there.
    if panel.series.contains(where: { $0.mark is StepsMark || $0.mark is HeatMapMark }) {
      covered[2] += 1
      covered[3] += 1
    }
    let best = covered.indices.min { covered[$0] < covered[$1] } ?? 0
    return (origins[best], covered[best])
  }

  /// The ticks of a vertical axis.
  static func verticalTicks(_ mapping: AxisMapping, height: Double) -> Ticks {
    Ticks(mapping, count: max(2, Int(height / 45)))
  }

  // MARK: Drawing

  func draw(
    on canvas: inout Canvas, in frame: Frame, legendAt origin: Point, xTicks: Ticks, isFirst: Bool
  ) {
    for (series, color) in zip(panel.series, colors) {
      series.mark.draw(on: &canvas, in: frame, color: color)
    }
    drawFrame(on: &canvas, frame, xTicks, isFirst: isFirst)
    legend.draw(on: &canvas, at: origin)
    drawNotes(on: &canvas, frame)
  }

  private func drawFrame(
    on canvas: inout Canvas, _ frame: Frame, _ xTicks: Ticks, isFirst: Bool
  ) {
    let yTicks = Self.verticalTicks(frame.y, height: frame.height)
    var marks: [[Point]] = []
    func add(_ x: [Double], _ y: [Double], length: Double) {
      for x in x.compactMap(frame.horizontal) {
        marks.append([Point(x: x, y: frame.bottom), Point(x: x, y: frame.bottom - length)])
        marks.append([Point(x: x, y: frame.top), Point(x: x, y: frame.top + length)])
      }
      for y in y.compactMap(frame.vertical) {
        marks.append([Point(x: frame.left, y: y), Point(x: frame.left + length, y: y)])
        marks.append([Point(x: frame.right, y: y), Point(x: frame.right - length, y: y)])
      }
    }
    add(xTicks.major.map(\.value), yTicks.major.map(\.value), length: Self.tickLength)
    add(xTicks.minor, yTicks.minor, length: Self.tickLength / 2)
    canvas.lines(marks.flatMap(frame.clipped), .init(stroke: .black, strokeWidth: 0.8))
    canvas.rectangle(
      from: frame.origin, to: Point(x: frame.right, y: frame.bottom),
      .init(stroke: .black, strokeWidth: 0.8))
    for tick in yTicks.major {
      guard let y = frame.vertical(tick.value) else { continue }
      // This place is needed for the lowest label of the panel above.
      if !isFirst, y < frame.top + 6 { continue }
      canvas.text(
        tick.label, at: Point(x: frame.left - 6, y: y + 0.35 * Self.fontSize), size: Self.fontSize,
        anchor: .end)
    }
    if yTicks.exponent != 0 {
      canvas.text(
        Self.factor(yTicks.exponent), at: Point(x: frame.left, y: frame.top - 5),
        size: Self.fontSize)
    }
  }

  /// The common factor of labels, as a text: ×10⁶.
  static func factor(_ exponent: Int) -> String {
    "×10^{\(Decimal.text(exponent, exponent: 0))}"
  }

  private func drawNotes(on canvas: inout Canvas, _ frame: Frame) {
    var isEmpty = true
    for series in panel.series {
      series.mark.visit { x, y in
        if let x, let y, frame.point(x, y) != nil { isEmpty = false }
      }
    }
    if isEmpty {
      canvas.text(
        "no data",
        at: Point(x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2),
        size: Self.labelSize, anchor: .middle, color: .gray)
    }
    let undefined = panel.series.reduce(0) { $0 + $1.mark.undefinedCount }
    if undefined > 0 {
      let values = undefined == 1 ? "1 value is" : "\(undefined) values are"
      canvas.text(
        "\(values) not finite and not drawn", at: Point(x: frame.right, y: frame.top - 4),
        size: 9, anchor: .end, color: .gray)
    }
  }
}
