import AutoDiff
import BeamTracking
import Communication

/// The mean of −ln(r²/hxhy) over the cells of a flat mesh, at the offsets 0 … n: up to a constant,
/// the potential of lines of charge, each distributed over a cell.
///
/// It depends on the ratio of the sides only. Formulas are chosen as in ``CellIntegrals``: a
/// difference of an antiderivative over corners where these do not cancel, and a series elsewhere;
/// a cell that is too near for the series is divided into pieces. For any ratio, the error is below
/// 1e-13 of the mean, or of 1 where the mean is smaller, and below 1e-12 in the derivative with
/// respect to ln ratio.
///
/// R. D. Ryne, arXiv:1111.4971 (2011), section 3, has the antiderivative, for ln r.
struct PlanarGreenTable<T: TableNumber>: Sendable {
  let size: MeshSize
  /// For each y, the numbers at x.
  private var rows: [[T]] = []

  /// - Parameter ratio: hx/hy.
  init(_ size: MeshSize, ratio: T, _ workers: Workers) throws {
    self.size = size
    let row = PlanarGreenRow(size, ratio)
    rows = try workers.map(size.y + 1) { y in row.values(y) }
  }

  /// The mean over the cell at an offset.
  subscript(x: Int, y: Int) -> T { rows[y][x] }

  /// Writes the whole table in the layout of a spectrum, before its transform.
  func fill<C: MeshNumber>(_ kernel: KernelSpectrum<C>, _ workers: Workers) throws
  where C.Table == T {
    try workers.forEach(size.y + 1) { y in
      for x in 0...size.x {
        kernel[x, y, 0] = C(rounding: self[x, y])
        kernel[x, y, 1] = C.zero
      }
    }
  }
}

/// The means over the cells of a row along x. Lengths are in units of the longer side.
private struct PlanarGreenRow<T: TableNumber>: Sendable {
  private let size: MeshSize
  private let sides: (x: T, y: T)
  /// The difference between −ln(r²/hxhy) and −ln r².
  private let shift: T
  /// The number of words from a number to its derivative.
  private let stride: Int
  /// 0, 1, 2 … as numbers without derivatives.
  private let indices: [Double]

  init(_ size: MeshSize, _ ratio: T) {
    self.size = size
    sides = 1 <= ratio.plain ? (T(1.0), 1.0 / ratio) : (ratio, T(1.0))
    shift = T.log(sides.x * sides.y)
    let stride = (size.x / 16 + 1) * 16
    self.stride = stride
    indices = (0..<stride * T.componentCount).map { $0 < stride ? Double($0) : 0 }
  }

  /// The means at the offset `y`.
  func values(_ y: Int) -> [T] {
    // The nearest offset from which the series needs no pieces.
    let (seam, height) = (CellIntegrals.reach, Double(y) * sides.y.plain)
    let rest = max(0, seam * seam - height * height).squareRoot() / sides.x.plain
    let edge = CellIntegrals.whole(rest.rounded(.up), atMost: size.x + 1)
    // On the axes one of the two differences is a sum.
    let limit = max(1, (CellIntegrals.cornerLimit / (2 * y + 1) + 1) / 2)
    let count = y == 0 ? edge : min(limit, edge)
    let upper = corners(Double(y) + 0.5, count)
    let lower = y == 0 ? upper.map { -$0 } : corners(Double(y) - 0.5, count)
    let scale = 1.0 / (sides.x * sides.y)
    let near = zip(upper, lower).map { scale * ($0 - $1) + shift }
    let between = (count..<edge).map { x in
      Self.series(T(Double(x)), Double(y), sides, pieces: pieces(x, y)) + shift
    }
    let wide = (x: T.Group(sides.x), y: T.Group(sides.y))
    let shifts = T.Group(shift)
    let far = row(edge..<size.x + 1) { x in
      Self.series(x, Double(y), wide, pieces: (1, 1)) + shifts
    }
    return near + between + far
  }

  /// Differences along x of the antiderivative at corners; its value at −½ is minus that at ½.
  private func corners(_ y: Double, _ count: Int) -> [T] {
    let wide = (x: T.Group(sides.x), y: T.Group(sides.y))
    let corners = row(0..<count) { x in Self.antiderivative((x + 0.5) * wide.x, y * wide.y) }
    return corners.indices.map { x in
      x == 0 ? 2.0 * corners[0] : corners[x] - corners[x - 1]
    }
  }

  /// Numbers at offsets along x, several in lanes.
  private func row(_ range: Range<Int>, _ value: (T.Group) -> T.Group) -> [T] {
    [Double](unsafeUninitializedCapacity: indices.count) { words, count in
      words.initialize(repeating: 0)
      count = indices.count
      indices.withUnsafeBufferPointer { indices in
        guard let numbers = indices.baseAddress, let words = words.baseAddress else { return }
        let lanes = T.Group.laneCount
        let first = range.lowerBound / lanes * lanes
        for x in Swift.stride(from: first, to: range.upperBound, by: lanes) {
          value(T.Group.load(numbers + x, stride: stride)).store(to: words + x, stride: stride)
        }
      }
    }.withUnsafeBufferPointer { words in
      guard let words = words.baseAddress else { return [] }
      return range.map { T.load(words + $0, stride: stride) }
    }
  }

  /// The distance of a cell's nearest point from the origin, in units of the longer side, from
  /// which the series is used: the centres of pieces are half a side farther, at
  /// ``CellIntegrals/reach``.
  private static var clearance: Double { 15.5 }

  /// The number of pieces into which a cell is divided.
  private func pieces(_ x: Int, _ y: Int) -> (x: Int, y: Int) {
    // The distance of the cell's nearest point.
    let a = max(0, Double(x) - 0.5) * sides.x.plain
    let b = max(0, Double(y) - 0.5) * sides.y.plain
    let distance = (a * a + b * b).squareRoot()
    func pieces(_ side: T) -> Int {
      // On the axes corners do not cancel: the distance is at least half the longer side.
      let count = (Self.clearance * side.plain / distance).rounded(.up)
      return max(1, CellIntegrals.whole(count, atMost: 32))
    }
    return (pieces(sides.x), pieces(sides.y))
  }

  /// F with ∂²F/∂x∂y = −ln(x² + y²), for x, y > 0; odd in each of them.
  ///
  /// It uses two arctangents, as π/2 − atan(y/x) loses all digits where x ≪ y.
  private static func antiderivative<S: RealScalar>(_ x: S, _ y: S) -> S {
    let (xx, yy) = (x * x, y * y)
    let product: S = x * y * (3.0 - S.log(xx + yy))
    return product - xx * S.atan(y / x) - yy * S.atan(x / y)
  }

  /// The mean of −ln r² over a cell far from the origin, or over its pieces: with Z = x + iy, −2 Re
  /// ln Z + Re(m₁Z⁻² + m₂Z⁻⁴/2 + m₃Z⁻⁶/3), where mₙ is the mean of the 2n-th power of u + iv over
  /// the cell. The error is 1.1e-4·(h/r)⁸ for the longer side h.
  private static func series<S: RealScalar>(
    _ x: S, _ y: Double, _ sides: (x: S, y: S), pieces: (x: Int, y: Int)
  ) -> S {
    let (m, n) = (Double(pieces.x), Double(pieces.y))
    let (width, height) = ((1 / m) * sides.x, (1 / n) * sides.y)
    let (a, b) = (width * width, height * height)
    let (sum, difference, product) = (a + b, a - b, a * b)
    let first: S = (1.0 / 12) * difference
    let second: S = (1.0 / 80) * (sum * sum) - (1.0 / 15) * product
    // (a³ − b³)/448 − ab(a − b)/64
    let factor: S = (1.0 / 448) * (sum * sum) - (1.0 / 56) * product
    let third: S = difference * factor
    var total = S.zero
    for i in 0..<pieces.x {
      let u = (m * x + (Double(i) + 0.5 - 0.5 * m)) * width
      for j in 0..<pieces.y {
        let v = (n * y + (Double(j) + 0.5 - 0.5 * n)) * height
        let (uu, vv) = (u * u, v * v)
        let square: S = uu + vv
        let inverse: S = 1.0 / square
        // Z⁻²
        let real: S = (uu - vv) * inverse * inverse
        let imaginary: S = -2.0 * (u * v) * inverse * inverse
        let (rr, ii) = (real * real, imaginary * imaginary)
        var terms: S = first * real
        terms = terms + 0.5 * second * (rr - ii)
        let cube: S = rr - 3.0 * ii
        terms = terms + (1.0 / 3) * third * real * cube
        total = total + terms - S.log(square)
      }
    }
    return (1 / (m * n)) * total
  }
}
