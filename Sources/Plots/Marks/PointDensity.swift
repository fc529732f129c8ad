/// Many points as cells of three pixels or more, the darker the more points are in them.
///
/// The file then has a bounded size, however many points there are.
struct PointDensity {
  let x: [Double]
  let y: [Double]

  /// The number of shades.
  private static let levels = 24

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let columns = max(1, min(CellRaster.mostCells, Int(frame.width / 3)))
    let rows = max(1, min(CellRaster.mostCells, Int(frame.height / 3)))
    var histogram = Histogram2D(
      bins: (columns, rows), x: frame.left...frame.right, y: frame.top...frame.bottom)
    for (x, y) in zip(x, y) {
      if let point = frame.point(x, y) { histogram.fill(point.x, point.y) }
    }
    let largest = histogram.sums.max() ?? 0
    guard largest > 0 else { return }
    let raster = CellRaster(xEdges: histogram.xEdges, yEdges: histogram.yEdges) { column, row in
      let count = histogram[x: column, y: row]
      // With the square root, single points are visible beside a dense core.
      return count > 0 ? Int((Double(Self.levels - 1) * (count / largest).squareRoot())) : nil
    }
    raster.draw(on: &canvas, in: frame) { level in
      let fraction = Double(level) / Double(Self.levels - 1)
      return Color.white.mixed(with: color, 0.25 + 0.75 * fraction)
    }
  }
}
