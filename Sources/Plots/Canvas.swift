/// A place in a drawing, in pixels from the upper left corner.
struct Point: Equatable {
  var x: Double
  var y: Double
}

/// A drawing in SVG that grows element by element; each is drawn over the earlier ones.
struct Canvas {
  let width: Double
  let height: Double
  /// The elements so far, one a line.
  private var elements: [String] = []

  /// Fonts in the order of preference; most systems have the first one, or a substitute.
  private static let fonts = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

  /// Which point of a text is at its place.
  enum Anchor: String {
    case start, middle, end
  }

  /// The appearance of the outline and the inside of a shape.
  struct Style {
    var stroke: Color?
    var strokeWidth = 1.0
    var line = Line.solid
    var fill: Color?
    var opacity = 1.0
  }

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The whole drawing as a file of its own.
  var svg: String {
    let (w, h) = (Decimal.coordinate(width), Decimal.coordinate(height))
    let head = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="\(Self.fonts)">
      <rect width="\(w)" height="\(h)" fill="#ffffff"/>
      """
    return head + "\n" + elements.joined(separator: "\n") + "\n</svg>\n"
  }

  // MARK: Shapes

  mutating func rectangle(
    from corner: Point, to opposite: Point, _ style: Style
  ) {
    let (x, y) = (min(corner.x, opposite.x), min(corner.y, opposite.y))
    elements.append(
      "<rect x=\"\(Decimal.coordinate(x))\" y=\"\(Decimal.coordinate(y))\" "
        + "width=\"\(Decimal.coordinate(abs(opposite.x - corner.x)))\" "
        + "height=\"\(Decimal.coordinate(abs(opposite.y - corner.y)))\"\(attributes(style))/>")
  }

  /// Lines through points, one for each list.
  mutating func lines(_ lines: [[Point]], _ style: Style) {
    path(lines.filter { $0.count > 1 }, isClosed: false, style)
  }

  /// The inside of closed lines.
  mutating func polygons(_ polygons: [[Point]], _ style: Style) {
    path(polygons.filter { $0.count > 2 }, isClosed: true, style)
  }

  private mutating func path(_ lines: [[Point]], isClosed: Bool, _ style: Style) {
    if lines.isEmpty { return }
    let data = lines.map { line in
      "M" + line.map(Self.text).joined(separator: " ") + (isClosed ? "Z" : "")
    }
    elements.append("<path d=\"\(data.joined())\"\(attributes(style))/>")
  }

  /// Filled rectangles of one colour that share edges without a seam.
  mutating func cells(_ cells: [(from: Point, to: Point)], _ color: Color) {
    if cells.isEmpty { return }
    let data = cells.map { cell in
      "M\(Self.text(cell.from))H\(Decimal.coordinate(cell.to.x))"
        + "V\(Decimal.coordinate(cell.to.y))H\(Decimal.coordinate(cell.from.x))Z"
    }
    elements.append(
      "<path d=\"\(data.joined())\" fill=\"\(color.code)\" shape-rendering=\"crispEdges\"/>")
  }

  /// Discs of one size.
  mutating func discs(_ centers: [Point], radius: Double, _ style: Style) {
    if centers.isEmpty { return }
    elements.append("<g\(attributes(style))>")
    for center in centers {
      elements.append(
        "<circle cx=\"\(Decimal.coordinate(center.x))\" cy=\"\(Decimal.coordinate(center.y))\" "
          + "r=\"\(Decimal.coordinate(radius))\"/>")
    }
    elements.append("</g>")
  }

  private static func text(_ point: Point) -> String {
    Decimal.coordinate(point.x) + " " + Decimal.coordinate(point.y)
  }

  private func attributes(_ style: Style) -> String {
    var text = " fill=\"\(style.fill?.code ?? "none")\""
    if let stroke = style.stroke {
      text += " stroke=\"\(stroke.code)\" stroke-width=\"\(Decimal.coordinate(style.strokeWidth))\""
      if let dashes = style.line.dashes { text += " stroke-dasharray=\"\(dashes)\"" }
    }
    if style.opacity < 1 { text += " opacity=\"\(Decimal.coordinate(style.opacity))\"" }
    return text
  }

  // MARK: Text

  /// A line of text.
  ///
  /// - Parameters:
  ///   - text: Raised and lowered parts as in ``RichText``.
  ///   - point: The place of its anchor on the baseline.
  ///   - isUpright: Whether it is read from bottom to top.
  mutating func text(
    _ text: String, at point: Point, size: Double, anchor: Anchor = .start, color: Color = .black,
    isUpright: Bool = false
  ) {
    let (x, y) = (Decimal.coordinate(point.x), Decimal.coordinate(point.y))
    var element = "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(Decimal.coordinate(size))\""
    if anchor != .start { element += " text-anchor=\"\(anchor.rawValue)\"" }
    if color != .black { element += " fill=\"\(color.code)\"" }
    if isUpright { element += " transform=\"rotate(-90 \(x) \(y))\"" }
    element += ">"
    // Shifts are relative: the shift of one part is undone for the next.
    var height = 0.0
    for run in RichText(text).runs {
      let target =
        switch run.level {
        case .line: 0.0
        case .raised: -RichText.shift * size
        case .lowered: 0.6 * RichText.shift * size
        }
      let content = Self.escaped(run.text)
      if target == height, run.level == .line {
        element += content
      } else {
        let small = Decimal.coordinate(RichText.smallSize * size)
        let fontSize = run.level == .line ? "" : " font-size=\"\(small)\""
        let move = Decimal.coordinate(target - height)
        element += "<tspan dy=\"\(move)\"\(fontSize)>\(content)</tspan>"
      }
      height = target
    }
    elements.append(element + "</text>")
  }

  /// Text with replacements for characters that XML forbids or that have a meaning in it.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
