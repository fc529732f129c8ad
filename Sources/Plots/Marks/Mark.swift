/// A kind of series: which numbers the axes must show, and how they are drawn.
protocol Mark: Sendable {
  /// Calls `body` with each point that should be visible; a coordinate is `nil` if it does not
  /// affect the range of its axis. Ranges of axes, and the corner of the legend, follow from this
  /// alone.
  func visit(_ body: (_ x: Double?, _ y: Double?) -> Void)

  /// Draws the series.
  func draw(on canvas: inout Canvas, in frame: Frame, color: Color)

  /// The symbol of the series in the legend.
  var symbol: Symbol { get }

  /// Whether the series fills its range, so that the axes end where it ends.
  var isTight: Bool { get }

  /// The number of values that cannot be drawn because they are not finite.
  var undefinedCount: Int { get }

  /// The colour of a series that has none, instead of the next of the palette.
  var standardColor: Color? { get }
}

extension Mark {
  var isTight: Bool { false }
  var undefinedCount: Int { 0 }
  var standardColor: Color? { nil }
}

/// The symbol of a series in the legend.
enum Symbol {
  case line(Line)
  case area(outline: Line?, opacity: Double)
  case disc(radius: Double, hasErrors: Bool)
  case none
}

/// The number of places at which some value is not finite.
func undefinedCount(_ columns: [Double]...) -> Int {
  (columns.first ?? []).indices.count { index in !columns.allSatisfy { $0[index].isFinite } }
}
