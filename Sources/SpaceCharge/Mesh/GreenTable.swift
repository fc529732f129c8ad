import AutoDiff
import BeamDynamics
import Communication

/// The integrated Green's function at the offsets 0 … n of a mesh, row by row.
struct GreenTable<T: TableNumber>: Sendable {
  let size: MeshSize
  /// Sides of a cell [m] in the frame where the bunch is at rest.
  let sides: (x: T, y: T, z: T)
  /// The distance [m] from where the series is used.
  private let seam: Double
  /// How many offsets along each axis may be nearer than the seam.
  private let near: MeshSize
  /// Differences along x and z of the antiderivative at the corners y + ½: for each y < near.y
  /// numbers at (x, z), z fastest.
  private var corners: [[T]] = []
  /// 0, 1, 2 … as numbers without derivatives, in the layout of a table's row.
  private let indices: [Double]

  /// Words of a row from a number to its derivative.
  var rowStride: Int { (size.z / 16 + 1) * 16 }
  /// Words of a row with all its components.
  var rowWords: Int { rowStride * T.componentCount }

  init(_ size: MeshSize, sides: (x: T, y: T, z: T), _ workers: Workers) throws {
    self.size = size
    self.sides = sides
    let plain = [sides.x.plain, sides.y.plain, sides.z.plain]
    let seam = IntegratedGreenFunction.seam(plain) * (plain.max() ?? 1)
    self.seam = seam
    func reach(_ axis: Int) -> Int { min(Int(seam / plain[axis]) + 1, size[axis] + 1) }
    near = MeshSize(reach(0), reach(1), reach(2))
    let stride = (size.z / 16 + 1) * 16
    indices = (0..<stride * T.componentCount).map { $0 < stride ? Double($0) : 0 }
    let table = self
    corners = try workers.map(near.y) { y in table.cornerPlane(y) }
  }

  /// Differences along x and z at the corner `y` + ½. F is odd: the corner −½ is minus the corner
  /// ½.
  private func cornerPlane(_ y: Int) -> [T] {
    var values = [T](repeating: .zero, count: near.x * near.z)
    let words = UnsafeMutablePointer<Double>.allocate(capacity: rowWords)
    defer { words.deallocate() }
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let height = (Double(y) + 0.5) * side.y
    for x in 0..<near.x {
      let across = (Double(x) + 0.5) * side.x
      indices.withUnsafeBufferPointer { indices in
        guard let numbers = indices.baseAddress else { return }
        var z = 0
        while z < near.z {
          let depth = (T.Group.load(numbers + z, stride: rowStride) + 0.5) * side.z
          IntegratedGreenFunction.antiderivative(across, height, depth)
            .store(to: words + z, stride: rowStride)
          z += T.Group.laneCount
        }
      }
      for z in 0..<near.z {
        let corner = T.load(words + z, stride: rowStride)
        let before = z == 0 ? -corner : T.load(words + (z - 1), stride: rowStride)
        values[x * near.z + z] = corner - before
      }
    }
    for x in (0..<near.x).reversed() {
      for z in 0..<near.z {
        let i = x * near.z + z
        values[i] = x == 0 ? 2.0 * values[i] : values[i] - values[i - near.z]
      }
    }
    return values
  }

  /// Writes the row of offsets along z at the offsets `x` and `y` [m²].
  func write(_ x: Int, _ y: Int, to row: UnsafeMutablePointer<Double>) {
    let side = (x: T.Group(sides.x), y: T.Group(sides.y), z: T.Group(sides.z))
    let squares = (x: side.x * side.x, y: side.y * side.y, z: side.z * side.z)
    let volume = side.x * side.y * side.z
    let (across, height) = (Double(x * x) * squares.x, Double(y * y) * squares.y)
    let (a, b) = (sides.x.plain * Double(x), sides.y.plain * Double(y))
    let rest = seam * seam - a * a - b * b
    // The nearest offset along z that is at the seam or beyond.
    let isNear = rest > 0 && x < near.x && y < near.y
    let edge = isNear ? min(Int((rest.squareRoot() / sides.z.plain).rounded(.up)), near.z) : 0
    indices.withUnsafeBufferPointer { indices in
      guard let numbers = indices.baseAddress else { return }
      // The group with the origin has no series; its near numbers are written over it.
      var z = edge / T.Group.laneCount * T.Group.laneCount
      while z <= size.z {
        let number = T.Group.load(numbers + z, stride: rowStride)
        IntegratedGreenFunction.far(
          across, height, number * number * squares.z, squares, volume: volume
        ).store(to: row + z, stride: rowStride)
        z += T.Group.laneCount
      }
    }
    for z in 0..<edge {
      let i = x * near.z + z
      let value = y == 0 ? 2.0 * corners[0][i] : corners[y][i] - corners[y - 1][i]
      value.store(to: row + z, stride: rowStride)
    }
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
