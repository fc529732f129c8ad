/// A two-dimensional histogram in colours; cells that hold nothing stay white.
struct HeatMapMark: Mark {
  let histogram: Histogram2D
  /// The scale of the colours.
  let z: Axis

  var symbol: Symbol { .none }
  var isTight: Bool { true }
  var undefinedCount: Int { Plots.undefinedCount(histogram.sums) }

  /// - Parameters:
  ///   - histogram: The cells; where there are more than ``CellRaster/mostCells`` along an axis,
  ///     neighbours are added up.
  ///   - z: The scale of the colours.
  init(_ histogram: Histogram2D, z: Axis) {
    self.histogram = histogram.merged(most: CellRaster.mostCells)
    self.z = z
  }

  func visit(_ body: (Double?, Double?) -> Void) {
    for x in [histogram.xEdges.first, histogram.xEdges.last] {
      for y in [histogram.yEdges.first, histogram.yEdges.last] { body(x, y) }
    }
  }

  /// The range of the colours.
  var mapping: AxisMapping {
    let values = histogram.sums.filter { $0 != 0 && AxisMapping.canShow($0, z.scale) }
    guard let least = values.min(), let most = values.max() else {
      return AxisMapping(z, data: nil, padding: (0, 0))
    }
    let lower = z.scale == .linear ? min(0, least) : least
    return AxisMapping(z, data: lower...max(lower, most), padding: (0, 0))
  }

  func draw(on canvas: inout Canvas, in frame: Frame, color: Color) {
    let mapping = mapping
    // An edge that a logarithmic axis cannot show is drawn at its lower end.
    let raster = CellRaster(
      xEdges: histogram.xEdges.map { frame.horizontal($0) ?? frame.left },
      yEdges: histogram.yEdges.map { frame.vertical($0) ?? frame.bottom }
    ) { column, row in
      let value = histogram[x: column, y: row]
      guard value != 0, AxisMapping.canShow(value, z.scale) else { return nil }
      let place = min(1, max(0, mapping.place(value)))
      return min(ColorMap.levels - 1, Int(place * Double(ColorMap.levels)))
    }
    raster.draw(on: &canvas, in: frame, color: ColorMap.color)
  }
}

extension Histogram2D {
  /// The same entries in at most `most` cells along each axis; neighbouring cells are added.
  fileprivate func merged(most: Int) -> Histogram2D {
    let columns = xEdges.count - 1
    let rows = yEdges.count - 1
    let (across, down) = ((columns - 1) / most + 1, (rows - 1) / most + 1)
    if across == 1, down == 1 { return self }
    func edges(_ edges: [Double], every step: Int) -> [Double] {
      let last = edges.count - 1
      return stride(from: 0, to: last, by: step).map { edges[$0] } + [edges[last]]
    }
    let (newX, newY) = (edges(xEdges, every: across), edges(yEdges, every: down))
    var sums = [Double](repeating: 0, count: (newX.count - 1) * (newY.count - 1))
    for row in 0..<rows {
      for column in 0..<columns {
        sums[row / down * (newX.count - 1) + column / across] += self[x: column, y: row]
      }
    }
    return Histogram2D(xEdges: newX, yEdges: newY, sums: sums)
  }
}
