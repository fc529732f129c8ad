import AutoDiff
import BeamDynamics
import Communication

/// The mean of −ln(r²/hxhy) over the cells of a flat mesh, at the offsets 0 … n: up to a constant,
/// the potential of lines of charge spread over a cell each.
///
/// It depends on the ratio of the sides only. The sum over four corners of an antiderivative cancels
/// to about ε n² ln n.
///
/// R. D. Ryne, arXiv:1111.4971 (2011), section 3, has the antiderivative, for ln r.
struct PlanarGreenTable<T: TableNumber>: Sendable {
  let size: MeshSize
  /// Differences along x of the antiderivative at the corners y + ½: for each y numbers at x.
  private var corners: [[T]] = []

  /// - Parameter ratio: hx/hy.
  init(_ size: MeshSize, ratio: T, _ workers: Workers) throws {
    self.size = size
    // Sides in units of √(hxhy).
    let width = T.sqrt(ratio)
    let height = 1.0 / width
    let stride = Self.stride(size)
    let numbers = (0..<stride * T.componentCount).map { $0 < stride ? Double($0) : 0 }
    corners = try workers.map(size.y + 1) { y in
      var words = [Double](repeating: 0, count: stride * T.componentCount)
      let side = T.Group(width)
      let up = T.Group((Double(y) + 0.5) * height)
      words.withUnsafeMutableBufferPointer { words in
        numbers.withUnsafeBufferPointer { numbers in
          guard let words = words.baseAddress, let numbers = numbers.baseAddress else { return }
          for x in Swift.stride(from: 0, through: size.x, by: T.Group.laneCount) {
            let across = (T.Group.load(numbers + x, stride: stride) + 0.5) * side
            Self.antiderivative(across, up).store(to: words + x, stride: stride)
          }
        }
      }
      return words.withUnsafeBufferPointer { words -> [T] in
        guard let words = words.baseAddress else { return [] }
        return (0...size.x).map { x in
          let corner = T.load(words + x, stride: stride)
          return x == 0 ? 2.0 * corner : corner - T.load(words + (x - 1), stride: stride)
        }
      }
    }
  }

  /// Words of a row from a number to its derivative: whole vectors.
  private static func stride(_ size: MeshSize) -> Int { (size.x / 16 + 1) * 16 }

  /// F with ∂²F/∂x∂y = −ln(x² + y²), for x, y > 0; odd in each of them.
  @inline(__always)
  static func antiderivative<S: RealScalar>(_ x: S, _ y: S) -> S {
    let (xx, yy) = (x * x, y * y)
    let angle = S.atan(y / x)
    let product: S = x * y * (3.0 - S.log(xx + yy))
    return product - xx * angle - yy * ((0.5 * Double.pi) - angle)
  }

  /// The mean over the cell at an offset. F is odd: the corner −½ is minus the corner ½.
  subscript(x: Int, y: Int) -> T {
    y == 0 ? 2.0 * corners[0][x] : corners[y][x] - corners[y - 1][x]
  }

  /// The whole table, in the layout of a spectrum that is still to be transformed.
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
