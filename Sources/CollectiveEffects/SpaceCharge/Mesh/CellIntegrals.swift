import AutoDiff

/// How the integral of 1/r over a cell is computed where it is not a difference over its corners.
///
/// Along the longest side in closed form; the mean over the two sides that follow it is numerical.
enum CellIntegral {
  /// By so many terms of ``CrossSectionSeries``.
  case series(terms: Int)
  /// By so many points of Gauss and Legendre along each side.
  case quadrature(points: (Int, Int))
}

/// Which formula a cell's integral has: that, of those which are right to 1e-12 of the integral, which
/// costs least.
///
/// It depends on the sides and on the offset alone, not on a bunch or on threads. At a seam between
/// two formulas the table jumps by what they err, less than 1e-12 of the integral, and so do its
/// derivatives: each formula is differentiated as it stands.
///
/// - The difference over the corners cancels as the cells in the box between origin and cell are
///   many, whatever their shape: its relative error is below 2e-15·(2x + 1)(2y + 1)(2z + 1).
/// - The series of a small cell errs by 1.1e-3·(h/r)⁸.
/// - A cell that is too near for it may be long for its distance. But where corners cancel, it is some way off
///   the origin in the directions of its other sides: along the longest side the integral is a logarithm,
///   and a series in the distance from that side's axis converges, in two dozen terms or fewer.
/// - Of a cross-section that is long itself there are a few cells, fewer than one in a hundred, where that
///   takes more: a quadrature across.
struct CellIntegrals: Sendable {
  /// Sides of a cell, in units of the longest: squares of lengths stay in range.
  let sides: InlineArray<3, Double>
  let size: MeshSize
  /// The axis of the longest side; z, along which offsets share most, where there are several.
  let longest: Int
  /// Squares of the two sides after it.
  private let across: (Double, Double)
  /// The ellipses from where on quadratures of 1, 2, 3 … points err by 2e-13.
  private let ellipses = (1..<CellIntegrals.quadratures.count).map {
    Double.exp(14.62 / Double($0))
  }

  /// How far terms of the series across reach.
  private let convergence = CrossSection.convergence

  /// Offsets along z that are decided together: whole vectors.
  static let block = 8
  /// (2x + 1)(2y + 1)(2z + 1) up to which corners do not cancel too much.
  static let cornerLimit = 200
  /// The distance, in a cell's longest side, from where the series serves: it errs by 3e-13 there,
  /// its derivatives by twice that.
  static let reach = 16.0
  /// Points of quadratures.
  static let quadratures = [[]] + (1...24).map(GaussLegendre.points)

  init(_ sides: InlineArray<3, Double>, _ size: MeshSize) {
    let longest = (0..<2).reduce(2) { sides[$1] > sides[$0] ? $1 : $0 }
    self.longest = longest
    self.size = size
    self.sides = [
      sides[0] / sides[longest], sides[1] / sides[longest], sides[2] / sides[longest],
    ]
    let (a, b) = (self.sides[(longest + 1) % 3], self.sides[(longest + 2) % 3])
    across = (a * a, b * b)
  }

  /// A whole number; `limit` for larger ones, and for what is no number.
  static func whole(_ number: Double, atMost limit: Int) -> Int {
    number < Double(limit) ? Int(number) : limit
  }

  /// How many offsets along z, from 0, are nearer than a distance, in longest sides.
  func count(within distance: Double, _ x: Int, _ y: Int) -> Int {
    let (a, b) = (Double(x) * sides[0], Double(y) * sides[1])
    let rest = distance * distance - a * a - b * b
    guard rest > 0 else { return 0 }
    return Self.whole((rest.squareRoot() / sides[2]).rounded(.up), atMost: size.z + 1)
  }

  /// How many offsets along z, from 0, are a difference of corners; it falls with `x` and with `y`.
  ///
  /// On the axes nothing cancels but neighbours: two of the three differences are sums there.
  func differences(_ x: Int, _ y: Int) -> Int {
    var count = (Self.cornerLimit / ((2 * x + 1) * (2 * y + 1)) + 1) / 2
    if x == 0 || y == 0 { count = max(count, 1) }
    if x == 0 && y == 0 { count = size.z + 1 }
    return min(count, self.count(within: 0.5 * Self.reach, x, y))
  }

  /// How cells from this offset to another of its ``block`` along z are integrated, where corners are
  /// not used.
  func method(_ x: Int, _ y: Int, _ z: ClosedRange<Int>) -> CellIntegral {
    var worst = spread(x, y, z.lowerBound)
    // Along the longest side they converge faster and faster.
    if longest != 2 {
      for z in z {
        let spread = spread(x, y, z)
        worst = (max(worst.ratio, spread.ratio), max(worst.growth, spread.growth))
      }
    }
    for terms in 2...CrossSection.mostTerms where worst.ratio <= convergence[terms].ratio {
      if convergence[terms].growth < worst.growth { break }
      return .series(terms: terms)
    }
    return .quadrature(points: points(x, y, z.lowerBound))
  }

  /// How much more the square of the distance from the longest side's axis is at the far corner than in the
  /// mean, over that from the nearest end, and over the mean.
  @inline(__always)
  private func spread(_ x: Int, _ y: Int, _ z: Int) -> (ratio: Double, growth: Double) {
    let offset = (x: Double(x), y: Double(y), z: Double(z))
    let (a, b, along) =
      switch longest {
      case 0: (offset.y, offset.z, offset.x)
      case 1: (offset.z, offset.x, offset.y)
      default: (offset.x, offset.y, offset.z)
      }
    let mean = (a * a + 1.0 / 12) * across.0 + (b * b + 1.0 / 12) * across.1
    let range = (a + 1.0 / 6) * across.0 + (b + 1.0 / 6) * across.1
    let end = max(0, along - 0.5)
    return (range / (mean + end * end), range / mean)
  }

  /// Points of quadratures across, where a line's nearest singular points are ±iD, the distance
  /// without the axis of the quadrature: that of n points errs by ϱ⁻²ⁿ, with ϱ the sum of the half axes of
  /// the ellipse through them around the ends of the side (L. N. Trefethen, SIAM Rev. 50 (2008)
  /// 67, theorem 4.5).
  private func points(_ x: Int, _ y: Int, _ z: Int) -> (Int, Int) {
    let offset: InlineArray<3, Double> = [Double(x), Double(y), Double(z)]
    /// Of the cell's nearest point, along an axis.
    func nearest(_ axis: Int) -> Double { max(0, offset[axis] - 0.5) * sides[axis] }
    func points(_ a: Int, _ b: Int) -> Int {
      let apart = nearest(longest) * nearest(longest) + nearest(b) * nearest(b)
      let (left, right) = ((offset[a] - 0.5) * sides[a], (offset[a] + 0.5) * sides[a])
      let foci = (left * left + apart).squareRoot() + (right * right + apart).squareRoot()
      let axis = max(foci / sides[a], 1)
      let sum = axis + (axis * axis - 1).squareRoot()
      var count = 1
      while count < ellipses.count && sum < ellipses[count - 1] { count += 1 }
      return count
    }
    let (a, b) = ((longest + 1) % 3, (longest + 2) % 3)
    return (points(a, b), points(b, a))
  }
}
