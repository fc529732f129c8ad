import DataFiles

/// Panels one below the other over a common x axis, as a drawing in SVG.
///
///     let figure = Figure(
///       x: Axis("m(π^{+}π^{−}) [GeV]"),
///       [
///         Panel(
///           y: Axis("events / 20 MeV"),
///           [.steps(fit, label: "fit"), .points(data, label: "data")]),
///         .pulls(of: data, against: fit),
///       ])
///     try figure.write(to: "mass.svg")
public struct Figure: Sendable {
  /// The common axis of all panels; its labels are below the last one.
  public var x: Axis
  /// From top to bottom.
  public var panels: [Panel]
  /// A line above the panels.
  public var title: String?
  /// The width of the whole drawing [px].
  public var width: Double
  /// The height of the whole drawing [px].
  public var height: Double

  /// The distance between panels, and from the edges of the drawing.
  private static let gap = 12.0

  /// - Precondition: At least one panel, and a size from 200 to 10000 pixels.
  public init(
    x: Axis, title: String? = nil, width: Double = 600, height: Double = 450, _ panels: [Panel]
  ) {
    precondition(!panels.isEmpty, "a figure has at least one panel")
    precondition(
      (200...10_000).contains(width) && (200...10_000).contains(height),
      "a figure is 200 to 10000 pixels wide and high")
    self.x = x
    self.panels = panels
    self.title = title
    self.width = width
    self.height = height
  }

  /// Writes the drawing; an existing file is replaced when the new one is complete.
  ///
  /// - Throws: `DataFiles.DataFileError` if the file cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(to: path) { file in try file.append(svg) }
  }

  /// The drawing as the text of an SVG file. The same figure gives the same text.
  public var svg: String {
    var canvas = Canvas(width: width, height: height)
    var drawings = panels.map(PanelDrawing.init)
    let xMapping = PanelDrawing.horizontal(x, panels)
    let heights = frameHeights
    let bars = panels.map { panel in
      panel.series.lazy.compactMap { $0.mark as? HeatMapMark }.first.map(ColorBar.init)
    }

    // All panels have the same left and right ends, which the widest labels determine.
    let labelWidths = zip(drawings, heights).flatMap { drawing, height in
      // A legend can make the range larger, but hardly changes the width of labels.
      PanelDrawing.verticalTicks(drawing.vertical(headroom: 0.3), height: height).major.map {
        RichText($0.label).width(size: PanelDrawing.fontSize)
      }
    }
    let left = min(width / 3, PanelDrawing.labelSize + 20 + (labelWidths.max() ?? 0))
    let barRooms = zip(bars, heights).map { bar, height in bar?.room(height: height) ?? 0 }
    let right = width - max(18, min(width / 3, barRooms.max() ?? 0))
    let xTicks = Ticks(xMapping, count: max(2, Int((right - left) / 62)))

    if let title {
      canvas.text(
        title, at: Point(x: (left + right) / 2, y: 20), size: PanelDrawing.labelSize,
        anchor: .middle)
    }
    var top = topMargin
    for index in drawings.indices {
      let (frame, legendOrigin) = drawings[index].frame(
        Point(x: left, y: top), width: right - left, height: heights[index], x: xMapping)
      drawings[index].draw(
        on: &canvas, in: frame, legendAt: legendOrigin, xTicks: xTicks, isFirst: index == 0)
      canvas.text(
        panels[index].y.label, at: Point(x: 18, y: (frame.top + frame.bottom) / 2),
        size: PanelDrawing.labelSize, anchor: .middle, isUpright: true)
      bars[index]?.draw(on: &canvas, beside: frame)
      if index == drawings.count - 1 { drawLabels(xTicks, on: &canvas, below: frame) }
      top += heights[index] + Self.gap
    }
    return canvas.svg
  }

  private var topMargin: Double { title == nil ? 20 : 40 }

  /// The height of each panel's frame.
  private var frameHeights: [Double] {
    let room = height - topMargin - 48 - Double(panels.count - 1) * Self.gap
    let total = panels.reduce(0) { $0 + $1.height }
    // If there are too many panels for the height, each keeps a small positive one.
    return panels.map { max(4, room * $0.height / total) }
  }

  /// The numbers and the label of the x axis.
  private func drawLabels(_ ticks: Ticks, on canvas: inout Canvas, below frame: Frame) {
    for tick in ticks.major {
      guard let x = frame.horizontal(tick.value) else { continue }
      canvas.text(
        tick.label, at: Point(x: x, y: frame.bottom + 17), size: PanelDrawing.fontSize,
        anchor: .middle)
    }
    var label = x.label
    if ticks.exponent != 0 { label += "  (\(PanelDrawing.factor(ticks.exponent)))" }
    canvas.text(
      label, at: Point(x: (frame.left + frame.right) / 2, y: frame.bottom + 39),
      size: PanelDrawing.labelSize, anchor: .middle)
  }
}
