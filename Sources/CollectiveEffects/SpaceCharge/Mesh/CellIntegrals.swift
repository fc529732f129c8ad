import AutoDiff
import BeamMaps

/// The formula for the integral of 1/r over a cell, where it is not a difference over corners.
///
/// It is exact along the longest side; the mean over the two sides after that is numerical.
enum CellIntegral {
  /// With this number of terms of ``CrossSectionSeries``.
  case series(terms: Int)
  /// With this number of Gauss–Legendre points along each side.
  case quadrature(points: (Int, Int))
}

/// Chooses the formula for each cell's integral: the cheapest one with an error below 1e-12 of the
/// integral.
///
/// The choice depends on the sides and on the offset alone, not on a bunch or on the number of
/// threads. Between regions of different formulas the table jumps by less than 1e-12 of the
/// integral, and so do its derivatives: each formula is differentiated as it is.
///
/// - The difference over the corners loses digits with the number of cells in the box between
///   origin and cell, for any shape of cells: its relative error is below 2e-15·(2x + 1)(2y + 1)(2z
///   + 1).
/// - The error of the series of a small cell is 1.1e-3·(h/r)⁸.
/// - A cell that is too near for this series may be long compared with its distance. But where
///   corners cancel, it is at some distance from the origin in the directions of its other sides.
///   Along the longest side the integral is a logarithm, and a series in the distance from that
///   side's axis converges, in two dozen terms or fewer.
/// - If the cross-section itself is long, some cells, fewer than one in a hundred, need more terms:
///   the mean is then a quadrature over the cross-section.
struct CellIntegrals: Sendable {
  /// The sides of a cell, in units of the longest, so that squares of lengths do not overflow.
  let sides: InlineArray<3, Double>
  let size: MeshSize
  /// The axis of the longest side. If several are equal, it is z, along which most cells share
  /// coefficients.
  let longest: Int
  /// Squares of the two sides after it, in cyclic order.
  private let across: (Double, Double)
  /// The ellipses outside of which quadratures of 1, 2, 3 … points have errors below 2e-13.
  private let ellipses = (1..<CellIntegrals.quadratures.count).map {
    Double.exp(14.62 / Double($0))
  }

  /// The ratios up to which each number of terms of the series is sufficient.
  private let convergence = CrossSection.convergence

  /// The number of offsets along z for which a formula is chosen together: whole vectors.
  static let block = 8
  /// The limit of (2x + 1)(2y + 1)(2z + 1) for the difference over corners.
  static let cornerLimit = 200
  /// The distance, in units of a cell's longest side, from which the far series is used: its error
  /// is 3e-13 there, that of its derivatives twice that.
  static let reach = 16.0
  /// The points of quadratures, by their number.
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

  /// A whole number; `limit` for larger ones, and for NaN.
  static func whole(_ number: Double, atMost limit: Int) -> Int {
    number < Double(limit) ? Int(number) : limit
  }

  /// The number of offsets along z, from 0, that are nearer than a distance in longest sides.
  func count(within distance: Double, _ x: Int, _ y: Int) -> Int {
    let (a, b) = (Double(x) * sides[0], Double(y) * sides[1])
    let rest = distance * distance - a * a - b * b
    guard rest > 0 else { return 0 }
    return Self.whole((rest.squareRoot() / sides[2]).rounded(.up), atMost: size.z + 1)
  }

  /// The number of offsets along z, from 0, that use the difference over corners; it decreases with
  /// `x` and with `y`.
  ///
  /// On the axes only neighbouring cells cancel, because two of the three differences are sums
  /// there.
  func differences(_ x: Int, _ y: Int) -> Int {
    var count = (Self.cornerLimit / ((2 * x + 1) * (2 * y + 1)) + 1) / 2
    if x == 0 || y == 0 { count = max(count, 1) }
    if x == 0 && y == 0 { count = size.z + 1 }
    return min(count, self.count(within: 0.5 * Self.reach, x, y))
  }

  /// The formula for the cells from this offset to another of its ``block`` along z, outside the
  /// region of the difference over corners.
  func method(_ x: Int, _ y: Int, _ z: ClosedRange<Int>) -> CellIntegral {
    var worst = spread(x, y, z.lowerBound)
    // Along the longest side the convergence improves with the offset.
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

  /// The variation of the square of the distance from the longest side's axis: its value at the far
  /// corner less its mean, relative to that from the nearest end, and relative to the mean.
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

  /// The number of points of quadratures over the cross-section. The nearest singular points of the
  /// integrand are ±iD, with the distance D without the component along the quadrature's axis. The
  /// error of n points is ϱ⁻²ⁿ, with ϱ the sum of the half axes of the ellipse through these points
  /// around the ends of the side (L. N. Trefethen, SIAM Rev. 50 (2008) 67, theorem 4.5).
  private func points(_ x: Int, _ y: Int, _ z: Int) -> (Int, Int) {
    let offset: InlineArray<3, Double> = [Double(x), Double(y), Double(z)]
    /// The coordinate of the cell's nearest point along an axis.
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
