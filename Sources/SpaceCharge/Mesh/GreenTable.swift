import AutoDiff
import BeamDynamics
import Communication

/// The integrated Green's function at the offsets 0 … n of a mesh, row by row.
struct GreenTable<T: TableNumber>: Sendable {
  let size: MeshSize
  /// Sides of a cell [m] in the frame where the bunch is at rest.
  let sides: (x: T, y: T, z: T)
  /// Which formula a cell has.
  private let integrals: CellIntegrals
  /// Differences along x and z of the antiderivative at the corners y + ½.
  private var corners: [CornerPlane<T>] = []
  /// 0, 1, 2 … as numbers without derivatives, in the layout of a table's row.
  private let indices: [Double]

  /// Words of a row from a number to its derivative.
  var rowStride: Int { (size.z / 16 + 1) * 16 }
  /// Words of a row with all its components.
  var rowWords: Int { rowStride * T.componentCount }

  init(_ size: MeshSize, sides: (x: T, y: T, z: T), _ workers: Workers) throws {
    self.size = size
    self.sides = sides
    let integrals = CellIntegrals([sides.x.plain, sides.y.plain, sides.z.plain], size)
    self.integrals = integrals
    let stride = (size.z / 16 + 1) * 16
    indices = (0..<stride * T.componentCount).map { $0 < stride ? Double($0) : 0 }
    let table = self
    let planes = (0...size.y).prefix { integrals.differences(0, $0) > 0 }.count
    corners = try workers.map(planes) { y in table.cornerPlane(y) }
  }

  /// Differences along x and z at the corner `y` + ½. F is odd: the corner −½ is minus the corner
  /// ½.
  private func cornerPlane(_ y: Int) -> CornerPlane<T> {
    let counts = (0...size.x).lazy.map { integrals.differences($0, y) }.prefix { $0 > 0 }
    let depth = counts.first ?? 0
    var values = [T](repeating: .zero, count: counts.count * depth)
    let words = UnsafeMutablePointer<Double>.allocate(capacity: rowWords)
    defer { words.deallocate() }
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let height = (Double(y) + 0.5) * side.y
    for (x, count) in counts.enumerated() {
      let across = (Double(x) + 0.5) * side.x
      indices.withUnsafeBufferPointer { indices in
        guard let numbers = indices.baseAddress else { return }
        for z in stride(from: 0, to: count, by: T.Group.laneCount) {
          let along = (T.Group.load(numbers + z, stride: rowStride) + 0.5) * side.z
          IntegratedGreenFunction.antiderivative(across, height, along)
            .store(to: words + z, stride: rowStride)
        }
      }
      for z in 0..<count {
        let corner = T.load(words + z, stride: rowStride)
        let before = z == 0 ? -corner : T.load(words + (z - 1), stride: rowStride)
        values[x * depth + z] = corner - before
      }
    }
    for i in values.indices.reversed() {
      values[i] = i < depth ? 2.0 * values[i] : values[i] - values[i - depth]
    }
    return CornerPlane(depth: depth, values: values)
  }

  /// Writes the row of offsets along z at the offsets `x` and `y` [m²].
  func write(_ x: Int, _ y: Int, to row: UnsafeMutablePointer<Double>) {
    let block = CellIntegrals.block
    // The nearest offset along z from where the series needs no pieces.
    let seam = integrals.count(within: CellIntegrals.reach, x, y)
    let edge = (seam + block - 1) / block * block
    let differences = integrals.differences(x, y)
    indices.withUnsafeBufferPointer { indices in
      guard let numbers = indices.baseAddress else { return }
      writeFar(x, y, from: edge, numbers, to: row)
      // What stands before the first of these is written over, below.
      for first in stride(
        from: differences / block * block, to: min(edge, size.z + 1), by: block)
      {
        let method = integrals.method(x, y, max(first, differences))
        for z in stride(from: first, to: first + block, by: T.Group.laneCount) {
          let offset: InlineArray<3, T.Group> = [
            T.Group(Double(x)), T.Group(Double(y)), T.Group.load(numbers + z, stride: rowStride),
          ]
          integral(at: offset, by: method).store(to: row + z, stride: rowStride)
        }
      }
    }
    for z in 0..<differences {
      let value = corners[y][x, z]
      (y == 0 ? 2.0 * value : value - corners[y - 1][x, z]).store(to: row + z, stride: rowStride)
    }
  }

  /// The part of a row where the series needs no pieces.
  private func writeFar(
    _ x: Int, _ y: Int, from edge: Int, _ numbers: UnsafePointer<Double>,
    to row: UnsafeMutablePointer<Double>
  ) {
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let squares = (x: side.x * side.x, y: side.y * side.y, z: side.z * side.z)
    let volume = side.x * side.y * side.z
    let (across, height) = (Double(x * x) * squares.x, Double(y * y) * squares.y)
    var z = edge
    while z <= size.z {
      let number = T.Group.load(numbers + z, stride: rowStride)
      IntegratedGreenFunction.far(
        across, height, number * number * squares.z, squares, volume: volume
      ).store(to: row + z, stride: rowStride)
      z += T.Group.laneCount
    }
  }

  /// The integral over cells that are neither near nor far.
  private func integral(
    at offset: InlineArray<3, T.Group>, by method: CellIntegral
  ) -> T.Group {
    switch method {
    case .series(let pieces): series(at: offset, pieces)
    case .lines(let axis, let points): lines(at: offset, along: axis, points)
    }
  }

  /// The sum of the series for the pieces of cells.
  private func series(
    at offset: InlineArray<3, T.Group>, _ pieces: InlineArray<3, Int>
  ) -> T.Group {
    let piece = (
      x: T.Group((1 / Double(pieces[0])) * sides.x), y: T.Group((1 / Double(pieces[1])) * sides.y),
      z: T.Group((1 / Double(pieces[2])) * sides.z)
    )
    let squares = (x: piece.x * piece.x, y: piece.y * piece.y, z: piece.z * piece.z)
    let volume = piece.x * piece.y * piece.z
    /// Of a piece's centre, along an axis.
    func square(_ axis: Int, _ index: Int, _ square: T.Group) -> T.Group {
      let n = Double(pieces[axis])
      let number = n * offset[axis] + (Double(index) + 0.5 - 0.5 * n)
      return number * number * square
    }
    var sum = T.Group.zero
    for i in 0..<pieces[0] {
      let x = square(0, i, squares.x)
      for j in 0..<pieces[1] {
        let y = square(1, j, squares.y)
        for k in 0..<pieces[2] {
          let z = square(2, k, squares.z)
          sum = sum + IntegratedGreenFunction.far(x, y, z, squares, volume: volume)
        }
      }
    }
    return sum
  }

  /// The mean over the cross-section of the integral along `axis`, times its area.
  private func lines(
    at offset: InlineArray<3, T.Group>, along axis: Int, _ points: (Int, Int)
  ) -> T.Group {
    let side: InlineArray<3, T.Group> = [
      T.Group(sides.x), T.Group(sides.y), T.Group(sides.z),
    ]
    let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
    // Of the cell around 0, twice the upper half.
    let first = T.Group.maximum(offset[axis] - 0.5, T.Group.zero)
    let last = offset[axis] + 0.5
    let (lower, upper) = (first * side[axis], last * side[axis])
    let span = last - first
    let length = span * side[axis]
    func square(_ axis: Int, _ place: Double) -> T.Group {
      let coordinate = (offset[axis] + (place - 0.5)) * side[axis]
      return coordinate * coordinate
    }
    var sum = T.Group.zero
    for (placeA, weightA) in CellIntegrals.quadratures[points.0] {
      let squareA = square(a, placeA)
      for (placeB, weightB) in CellIntegrals.quadratures[points.1] {
        let line = IntegratedGreenFunction.line(
          lower, upper, length, across: squareA + square(b, placeB))
        sum = sum + (weightA * weightB) * line
      }
    }
    return sum / span * side[a] * side[b]
  }

  /// The whole table, in the layout of a spectrum that is still to be transformed.
  func fill<C: MeshNumber>(_ kernel: KernelSpectrum<C>, _ workers: Workers) throws
  where C.Table == T {
    try workers.forEach(size.y + 1) { y in
      let words = UnsafeMutablePointer<Double>.allocate(capacity: rowWords)
      defer { words.deallocate() }
      for x in 0...size.x {
        write(x, y, to: words)
        let row = kernel.row(x, y)
        for z in 0...size.z {
          C(rounding: T.load(words + z, stride: rowStride))
            .store(to: row + z, stride: kernel.componentStride)
        }
      }
    }
  }
}

/// Differences along x and z of the antiderivative at the corners of one height.
private struct CornerPlane<T: TableNumber>: Sendable {
  /// Numbers of the longest row along z, the first.
  let depth: Int
  /// z fastest.
  let values: [T]

  subscript(x: Int, z: Int) -> T { values[x * depth + z] }
}
