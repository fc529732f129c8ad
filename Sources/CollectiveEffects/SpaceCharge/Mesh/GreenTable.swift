import AutoDiff
import BeamTracking
import Communication

/// The integrated Green's function at the offsets 0 … n of a mesh, row by row.
struct GreenTable<T: TableNumber>: Sendable {
  let size: MeshSize
  /// Sides of a cell [m] in the frame where the bunch is at rest.
  let sides: (x: T, y: T, z: T)
  /// The choice of formula for each cell.
  private let integrals: CellIntegrals
  private let crossSection: CrossSectionSeries<T>
  /// The longest side, and the two others.
  private let along: T.Group
  private let across: CellSides<T>
  /// Differences along x and z of the antiderivative at the corners y + ½, from y = `firstCorner`.
  private var corners: [CornerPlane<T>] = []
  private let firstCorner: Int
  /// 0, 1, 2 … as numbers without derivatives, in the layout of a table's row.
  private let indices: [Double]
  private let rowStride: Int

  /// - Parameter rows: The offsets along y that are needed; all if nil.
  @_specialize(exported:false,where T == Double)
  @_specialize(exported:false,where T == Tangent<Double>)
  init(
    _ size: MeshSize, sides: (x: T, y: T, z: T), rows: Range<Int>? = nil, _ workers: Workers
  ) throws {
    let rows = rows ?? 0..<size.y + 1
    firstCorner = max(rows.lowerBound - 1, 0)
    self.size = size
    self.sides = sides
    let integrals = CellIntegrals([sides.x.plain, sides.y.plain, sides.z.plain], size)
    self.integrals = integrals
    crossSection = CrossSectionSeries(size)
    let groups: InlineArray<3, T.Group> = [
      T.Group(sides.x), T.Group(sides.y), T.Group(sides.z),
    ]
    along = groups[integrals.longest]
    across = CellSides(groups, (integrals.longest + 1) % 3, (integrals.longest + 2) % 3)
    let stride = GreenRow<T>.stride(size)
    rowStride = stride
    indices = (0..<stride * T.componentCount).map { $0 < stride ? Double($0) : 0 }
    let table = self
    let planes = (firstCorner..<rows.upperBound).prefix { integrals.differences(0, $0) > 0 }.count
    corners = try workers.map(planes) { number in table.cornerPlane(table.firstCorner + number) }
  }

  /// Differences along x and z at the corner `y` + ½. F is odd: the value at the corner −½ is minus
  /// that at the corner ½.
  private func cornerPlane(_ y: Int) -> CornerPlane<T> {
    let counts = (0...size.x).lazy.map { integrals.differences($0, y) }.prefix { $0 > 0 }
    let depth = counts.first ?? 0
    var values = [T](repeating: .zero, count: counts.count * depth)
    let row = GreenRow<T>(size)
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let height = (Double(y) + 0.5) * side.y
    for (x, count) in counts.enumerated() {
      let across = (Double(x) + 0.5) * side.x
      indices.withUnsafeBufferPointer { indices in
        guard let numbers = indices.baseAddress else { return }
        for z in stride(from: 0, to: count, by: T.Group.laneCount) {
          let along = (T.Group.load(numbers + z, stride: rowStride) + 0.5) * side.z
          row.store(IntegratedGreenFunction.antiderivative(across, height, along), at: z)
        }
      }
      for z in 0..<count {
        values[x * depth + z] = row[z] - (z == 0 ? -row[0] : row[z - 1])
      }
    }
    for i in values.indices.reversed() {
      values[i] = i < depth ? 2.0 * values[i] : values[i] - values[i - depth]
    }
    return CornerPlane(depth: depth, values: values)
  }

  /// Writes the row of offsets along z at the offsets `x` and `y` [m²].
  @_specialize(exported:false,where T == Double)
  @_specialize(exported:false,where T == Tangent<Double>)
  func write(_ x: Int, _ y: Int, to row: borrowing GreenRow<T>) {
    let block = CellIntegrals.block
    // The nearest offset along z from which the far series is used.
    let seam = integrals.count(within: CellIntegrals.reach, x, y)
    let edge = (seam + block - 1) / block * block
    let differences = integrals.differences(x, y)
    indices.withUnsafeBufferPointer { indices in
      guard let numbers = indices.baseAddress else { return }
      writeFar(x, y, from: edge, numbers, to: row)
      // Numbers before the first of these are overwritten below.
      let first = differences / block * block
      if first < edge && max(first, differences) <= size.z {
        writeBetween(x, y, first, differences, before: edge, numbers, to: row)
      }
    }
    for z in 0..<differences {
      let value = corners[y - firstCorner][x, z]
      row[z] = y == 0 ? 2.0 * value : value - corners[y - 1 - firstCorner][x, z]
    }
  }

  /// Writes the part of a row where cells are neither near nor far: from the block at `first`.
  /// Numbers before `start` are not needed.
  private func writeBetween(
    _ x: Int, _ y: Int, _ first: Int, _ start: Int, before edge: Int,
    _ numbers: UnsafePointer<Double>, to row: borrowing GreenRow<T>
  ) {
    let block = CellIntegrals.block
    var known = 0
    for first in stride(from: first, to: min(edge, size.z + 1), by: block) {
      let last = min(first + block - 1, size.z)
      let method = integrals.method(x, y, max(first, start)...last)
      for z in stride(from: first, through: last, by: T.Group.laneCount) {
        let cells = CellColumn<T>(x, y, z, T.Group.load(numbers + z, stride: rowStride))
        switch method {
        case .series(let terms):
          // Along the longest side of the cells, a row has the same coefficients.
          if integrals.longest != 2 || known < terms {
            crossSection.coefficients(terms, cells, across, to: row)
            known = terms
          }
          row.store(series(cells, terms, row.coefficients), at: z)
        case .quadrature(let points): row.store(quadrature(cells, points), at: z)
        }
      }
    }
  }

  /// Writes the part of a row with the far series.
  private func writeFar(
    _ x: Int, _ y: Int, from edge: Int, _ numbers: UnsafePointer<Double>,
    to row: borrowing GreenRow<T>
  ) {
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let squares = (x: side.x * side.x, y: side.y * side.y, z: side.z * side.z)
    let volume = side.x * side.y * side.z
    let (width, height) = (Double(x * x) * squares.x, Double(y * y) * squares.y)
    var z = edge
    while z <= size.z {
      let number = T.Group.load(numbers + z, stride: rowStride)
      let value = IntegratedGreenFunction.far(
        width, height, number * number * squares.z, squares, volume: volume)
      row.store(value, at: z)
      z += T.Group.laneCount
    }
  }

  /// The integral with the series over the cross-section.
  @inline(__always)
  private func series(
    _ cells: CellColumn<T>, _ terms: Int, _ coefficients: UnsafePointer<T.Group>
  ) -> T.Group {
    let line = CellLine(cells.offset[integrals.longest], along)
    let sum = CrossSectionSeries<T>.mean(
      across.meanSquare(cells), line.lower, line.upper, line.length, terms, coefficients)
    return sum * line.fraction * across.area
  }

  /// The integral with quadratures over the cross-section.
  private func quadrature(_ cells: CellColumn<T>, _ points: (Int, Int)) -> T.Group {
    let line = CellLine(cells.offset[integrals.longest], along)
    func square(_ axis: Int, _ place: Double, _ square: T.Group) -> T.Group {
      let offset = cells.offset[axis] + (place - 0.5)
      return offset * offset * square
    }
    var sum = T.Group.zero
    for (placeA, weightA) in CellIntegrals.quadratures[points.0] {
      let squareA = square(across.axes.0, placeA, across.squares.0)
      for (placeB, weightB) in CellIntegrals.quadratures[points.1] {
        let squareB = square(across.axes.1, placeB, across.squares.1)
        let value = IntegratedGreenFunction.line(
          line.lower, line.upper, line.length, across: squareA + squareB)
        sum = sum + (weightA * weightB) * value
      }
    }
    return sum * line.fraction * across.area
  }

  /// Writes the kernel's rows of the table in the layout of a spectrum, before its transform.
  func fill<C: MeshNumber>(_ kernel: KernelSpectrum<C>, _ workers: Workers) throws
  where C.Table == T {
    try workers.forEach(kernel.rows.count) { number in
      let y = kernel.rows.lowerBound + number
      let numbers = GreenRow<T>(size)
      for x in 0...size.x {
        write(x, y, to: numbers)
        let row = kernel.row(x, y)
        for z in 0...size.z {
          C(rounding: numbers[z]).store(to: row + z, stride: kernel.componentStride)
        }
      }
    }
  }
}

/// Differences along x and z of the antiderivative at the corners of one height.
private struct CornerPlane<T: TableNumber>: Sendable {
  /// The number of values in the longest row along z, the first.
  let depth: Int
  /// The values, with z fastest.
  let values: [T]

  subscript(x: Int, z: Int) -> T { values[x * depth + z] }
}

/// The line through a cell along an axis. For a cell around 0 it is the upper half.
private struct CellLine<S: RealScalar> {
  let lower: S
  let upper: S
  let length: S
  /// The number of equal lines that it represents: 2 for a half.
  let fraction: S

  init(_ offset: S, _ side: S) {
    let first = S.maximum(offset - 0.5, S.zero)
    let last = offset + 0.5
    let span = last - first
    (lower, upper, length) = (first * side, last * side, span * side)
    fraction = 1.0 / span
  }
}
