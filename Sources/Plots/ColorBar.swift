/// The scale of a heat map's colours, beside its panel.
struct ColorBar {
  let axis: Axis
  let mapping: AxisMapping

  /// The distance from the frame.
  private static let gap = 12.0
  private static let width = 14.0

  init(_ mark: HeatMapMark) {
    axis = mark.z
    mapping = mark.mapping
  }

  private func ticks(height: Double) -> Ticks {
    PanelDrawing.verticalTicks(mapping, height: height)
  }

  /// The width that is needed to the right of a frame.
  func room(height: Double) -> Double {
    let labels = ticks(height: height).major.map {
      RichText($0.label).width(size: PanelDrawing.fontSize)
    }
    let label = axis.label.isEmpty ? 0 : PanelDrawing.labelSize + 10
    return Self.gap + Self.width + 6 + (labels.max() ?? 0) + label + 6
  }

  func draw(on canvas: inout Canvas, beside panel: Frame) {
    let frame = Frame(
      origin: Point(x: panel.right + Self.gap, y: panel.top), width: Self.width,
      height: panel.height, x: mapping, y: mapping)
    for level in 0..<ColorMap.levels {
      let edges = [level, level + 1].map {
        frame.bottom - Double($0) / Double(ColorMap.levels) * frame.height
      }
      canvas.cells(
        [(Point(x: frame.left, y: edges[1]), Point(x: frame.right, y: edges[0]))],
        ColorMap.color(level))
    }
    canvas.rectangle(
      from: frame.origin, to: Point(x: frame.right, y: frame.bottom),
      .init(stroke: .black, strokeWidth: 0.8))
    let ticks = ticks(height: frame.height)
    var marks: [[Point]] = []
    var room = 0.0
    for tick in ticks.major {
      guard let y = frame.vertical(tick.value) else { continue }
      marks.append([Point(x: frame.right, y: y), Point(x: frame.right - 4, y: y)])
      canvas.text(
        tick.label, at: Point(x: frame.right + 6, y: y + 0.35 * PanelDrawing.fontSize),
        size: PanelDrawing.fontSize)
      room = max(room, RichText(tick.label).width(size: PanelDrawing.fontSize))
    }
    canvas.lines(marks.flatMap(frame.clipped), .init(stroke: .black, strokeWidth: 0.8))
    if ticks.exponent != 0 {
      canvas.text(
        PanelDrawing.factor(ticks.exponent), at: Point(x: frame.left, y: frame.top - 5),
        size: PanelDrawing.fontSize)
    }
    if !axis.label.isEmpty {
      canvas.text(
        axis.label,
        at: Point(
          x: frame.right + 6 + room + PanelDrawing.labelSize + 2, y: (frame.top + frame.bottom) / 2
        ),
        size: PanelDrawing.labelSize, anchor: .middle, isUpright: true)
    }
  }
}
