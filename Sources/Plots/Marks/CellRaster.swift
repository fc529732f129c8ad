/// Cells of few colours; neighbours of one colour in a row are one rectangle.
struct CellRaster {
  /// The places of the cells' edges [px], ascending or descending.
  let xEdges: [Double]
  let yEdges: [Double]
  /// The colour of each cell as a level; `nil` for none.
  let level: (_ column: Int, _ row: Int) -> Int?

  /// The most cells along an axis: with 25 bytes for each, the file stays below 500 kB.
  static let mostCells = 128

  func draw(on canvas: inout Canvas, in frame: Frame, color: (Int) -> Color) {
    var cells: [Int: [(from: Point, to: Point)]] = [:]
    for row in 0..<(yEdges.count - 1) {
      var column = 0
      while column < xEdges.count - 1 {
        let start = column
        let level = level(column, row)
        repeat { column += 1 } while column < xEdges.count - 1 && self.level(column, row) == level
        guard let level else { continue }
        let corners = [
          Point(x: xEdges[start], y: yEdges[row]), Point(x: xEdges[column], y: yEdges[row + 1]),
        ].map { corner in
          Point(
            x: min(frame.right, max(frame.left, corner.x)),
            y: min(frame.bottom, max(frame.top, corner.y)))
        }
        if corners[0].x != corners[1].x, corners[0].y != corners[1].y {
          cells[level, default: []].append((corners[0], corners[1]))
        }
      }
    }
    for (level, cells) in cells.sorted(by: { $0.key < $1.key }) {
      canvas.cells(cells, color(level))
    }
  }
}
