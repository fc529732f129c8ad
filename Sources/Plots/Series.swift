/// Something that a panel shows: points, a histogram, a curve, and so on.
///
/// A colour that is `nil` is the next of ``Color/palette`` that no series of the panel has. Values
/// that are not finite are not drawn, and a note in the panel gives their number. On a logarithmic
/// axis, numbers that are not positive are not drawn; steps and bars extend down to the axis.
public struct Series: Sendable {
  /// The name in the legend; `nil` for a series that is not in it.
  public var label: String?
  /// The colour; `nil` for one that the panel chooses.
  public var color: Color?
  let mark: any Mark

  private init(_ label: String?, _ color: Color?, _ mark: any Mark) {
    self.label = label
    self.color = color
    self.mark = mark
  }

  /// The outline of a histogram, filled in a lighter shade if wanted.
  public static func steps(
    _ histogram: Histogram, label: String? = nil, color: Color? = nil, isFilled: Bool = false,
    line: Line = .solid
  ) -> Series {
    Series(label, color, StepsMark(histogram: histogram, isFilled: isFilled, line: line))
  }

  /// The contents of a histogram as points in the middle of the bins, with their standard
  /// deviations; black unless another colour is given.
  public static func points(
    _ histogram: Histogram, label: String? = nil, color: Color? = nil
  ) -> Series {
    let halfWidths = zip(histogram.edges, histogram.edges.dropFirst()).map { ($1 - $0) / 2 }
    let mark = PointsMark(
      x: histogram.centers, y: histogram.sums, xErrors: halfWidths, yErrors: histogram.errors,
      isTight: true)
    return Series(label, color, mark)
  }

  /// Points; black unless another colour is given. Of more than 5000, the density is drawn.
  ///
  /// - Parameters:
  ///   - x: Places along the x axis.
  ///   - y: As many places along the y axis.
  ///   - xErrors: Half the length of each horizontal error bar; `nil` for none.
  ///   - yErrors: Half the length of each vertical error bar; `nil` for none.
  ///   - label: The name in the legend.
  ///   - color: The colour.
  public static func points(
    x: [Double], y: [Double], xErrors: [Double]? = nil, yErrors: [Double]? = nil,
    label: String? = nil, color: Color? = nil
  ) -> Series {
    precondition(x.count == y.count, "\(x.count) numbers x, \(y.count) numbers y")
    precondition((xErrors ?? x).count == x.count, "as many errors of x as points are needed")
    precondition((yErrors ?? y).count == y.count, "as many errors of y as points are needed")
    let mark = PointsMark(
      x: x, y: y, xErrors: xErrors ?? [], yErrors: yErrors ?? [], isTight: false)
    return Series(label, color, mark)
  }

  /// A line through points.
  public static func curve(
    x: [Double], y: [Double], label: String? = nil, color: Color? = nil, line: Line = .solid
  ) -> Series {
    precondition(x.count == y.count, "\(x.count) numbers x, \(y.count) numbers y")
    return Series(label, color, CurveMark(x: x, y: y, line: line))
  }

  /// The area between two lines, such as an uncertainty.
  public static func band(
    x: [Double], lower: [Double], upper: [Double], label: String? = nil, color: Color? = nil
  ) -> Series {
    precondition(x.count == lower.count && x.count == upper.count, "x, lower and upper differ")
    return Series(label, color, BandMark(x: x, lower: lower, upper: upper))
  }

  /// A cloud of points; of more than 5000, the density is drawn.
  public static func scatter(
    x: [Double], y: [Double], label: String? = nil, color: Color? = nil
  ) -> Series {
    precondition(x.count == y.count, "\(x.count) numbers x, \(y.count) numbers y")
    return Series(label, color, ScatterMark(x: x, y: y))
  }

  /// A two-dimensional histogram in colours, with a colour bar beside the panel. Cells that hold
  /// zero stay white. Of more than 128 cells along an axis, neighbours are added up.
  ///
  /// - Parameters:
  ///   - histogram: The cells.
  ///   - z: The label and the scale of the colour bar.
  public static func heatMap(_ histogram: Histogram2D, z: Axis = Axis("")) -> Series {
    Series(nil, nil, HeatMapMark(histogram, z: z))
  }

  /// Bars from zero over bins, with other colours beyond ±2 and ±3; there is no bar for NaN.
  public static func pulls(edges: [Double], _ pulls: [Double], color: Color? = nil) -> Series {
    precondition(edges.count == pulls.count + 1, "\(edges.count) edges for \(pulls.count) bins")
    return Series(nil, color ?? .blue, BarsMark(edges: edges, heights: pulls))
  }

  /// A vertical line through the panel; grey unless another colour is given.
  public static func vertical(
    _ x: Double, label: String? = nil, color: Color? = nil, line: Line = .dashed
  ) -> Series {
    Series(label, color, GuideMark(value: x, isVertical: true, line: line))
  }

  /// A horizontal line through the panel; grey unless another colour is given.
  public static func horizontal(
    _ y: Double, label: String? = nil, color: Color? = nil, line: Line = .dashed
  ) -> Series {
    Series(label, color, GuideMark(value: y, isVertical: false, line: line))
  }
}
