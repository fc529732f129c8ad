/// One of the frames of a figure: series over the common x axis, with its own y axis.
public struct Panel: Sendable {
  /// The y axis.
  public var y: Axis
  /// What is shown; a later series is drawn over an earlier one.
  public var series: [Series]
  /// The height relative to the other panels.
  public var height: Double
  /// Where the legend stands, if there is one.
  public var legend: LegendPlace

  /// Where the legend stands.
  public enum LegendPlace: Sendable {
    /// In the corner with the fewest data; the y axis grows if none is free.
    case automatic
    /// In the upper right corner.
    case topRight
    /// In the upper left corner.
    case topLeft
    /// In the lower right corner.
    case bottomRight
    /// In the lower left corner.
    case bottomLeft
    /// There is no legend.
    case none
  }

  /// - Precondition: The height is positive and finite.
  public init(
    y: Axis, height: Double = 1, legend: LegendPlace = .automatic, _ series: [Series]
  ) {
    precondition(height > 0 && height.isFinite, "a panel of height \(height)")
    self.y = y
    self.series = series
    self.height = height
    self.legend = legend
  }

  /// A low panel with the differences of data from a model in standard deviations, see
  /// ``Histogram/pulls(against:)``, and lines at ±2 and ±3.
  public static func pulls(
    of data: Histogram, against model: Histogram, label: String = "pull"
  ) -> Panel {
    let pulls = data.pulls(against: model)
    let guides = [-3.0, -2, 2, 3].map { sigma -> Series in
      let isTwo = abs(sigma) == 2
      return Series.horizontal(
        sigma, color: isTwo ? .orange : .vermilion, line: isTwo ? .dotted : .dashed)
    }
    let bars = Series.pulls(edges: data.edges, pulls)
    return Panel(
      y: Axis(label), height: 0.32, legend: .none,
      guides + [bars, .horizontal(0, color: .black, line: .solid)])
  }
}
