import AutoDiff

/// How the integral of 1/r over a cell is computed where it is not a difference over its corners.
enum CellIntegral {
  /// In closed form along one axis, by so many points of Gauss and Legendre along the two that follow
  /// it.
  case lines(along: Int, points: (Int, Int))
  /// By the series, for so many pieces of the cell along each axis.
  case series(pieces: InlineArray<3, Int>)
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
/// - The series errs by 1.1e-3·(h/r)⁸. A cell that is too near for it is cut into pieces that are not.
/// - A cell that is long for its distance would have to be cut into many. Where the corners cancel, too, it
///   is some way off the origin in the directions of its other sides: a quadrature across converges,
///   and along the long side the integral is a logarithm.
struct CellIntegrals: Sendable {
  /// Sides of a cell, in units of the longest: squares of lengths stay in range.
  let sides: InlineArray<3, Double>
  let size: MeshSize
  /// The axis of the longest side.
  let longest: Int
  /// The ellipses from where on quadratures of 1, 2, 3 … points err by 2e-13.
  private let ellipses = (1..<CellIntegrals.quadratures.count).map {
    Double.exp(14.62 / Double($0))
  }

  /// Offsets along z that are decided together: whole vectors.
  static let block = 8
  /// (2x + 1)(2y + 1)(2z + 1) up to which corners do not cancel too much.
  static let cornerLimit = 200
  /// The distance, in a cell's longest side, from where the series serves: it errs by 3e-13 there,
  /// its derivatives by twice that.
  static let reach = 16.0
  /// The same for the point of a cell that is nearest to the origin: centres of pieces are half a side
  /// farther.
  static let clearance = 15.5
  /// Terms of the series cost a quarter of a logarithm with its roots.
  private static let piecesPerPoint = 4.0
  /// Points of quadratures.
  static let quadratures = [[]] + (1...24).map(GaussLegendre.points)

  init(_ sides: InlineArray<3, Double>, _ size: MeshSize) {
    let longest = (1..<3).reduce(0) { sides[$1] > sides[$0] ? $1 : $0 }
    self.longest = longest
    self.size = size
    self.sides = [
      sides[0] / sides[longest], sides[1] / sides[longest], sides[2] / sides[longest],
    ]
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
  /// Half the series' reach away, eight pieces are as cheap. On the axes nothing cancels but neighbours: two
  /// of the three differences are sums there.
  func differences(_ x: Int, _ y: Int) -> Int {
    var count = (Self.cornerLimit / ((2 * x + 1) * (2 * y + 1)) + 1) / 2
    if x == 0 || y == 0 { count = max(count, 1) }
    if x == 0 && y == 0 { count = size.z + 1 }
    return min(count, self.count(within: 0.5 * Self.reach, x, y))
  }

  /// How cells at this offset and farther ones along z are integrated, where corners are not used.
  func method(_ x: Int, _ y: Int, _ z: Int) -> CellIntegral {
    let offset: InlineArray<3, Double> = [Double(x), Double(y), Double(z)]
    // The cell's point that is nearest to the origin.
    var nearest: InlineArray<3, Double> = [0, 0, 0]
    var square = 0.0
    for axis in 0..<3 {
      nearest[axis] = max(0, offset[axis] - 0.5) * sides[axis]
      square += nearest[axis] * nearest[axis]
    }
    let distance = square.squareRoot()
    func pieces(_ axis: Int) -> Double {
      max(1, (Self.clearance * sides[axis] / distance).rounded(.up))
    }
    /// Points along `a`, where the line's nearest singular points are ±iD, the distance without
    /// that axis: quadrature of n points errs by ϱ⁻²ⁿ, with ϱ the sum of the half axes of the
    /// ellipse through them around the ends of the side (L. N. Trefethen, SIAM Rev. 50 (2008) 67,
    /// theorem 4.5).
    func points(_ a: Int, _ b: Int) -> Int {
      let apart = nearest[longest] * nearest[longest] + nearest[b] * nearest[b]
      let (left, right) = ((offset[a] - 0.5) * sides[a], (offset[a] + 0.5) * sides[a])
      let foci = (left * left + apart).squareRoot() + (right * right + apart).squareRoot()
      let axis = max(foci / sides[a], 1)
      let sum = axis + (axis * axis - 1).squareRoot()
      var count = 1
      while count < ellipses.count && sum < ellipses[count - 1] { count += 1 }
      return count
    }
    let (p, q, s) = (pieces(0), pieces(1), pieces(2))
    if p * q * s <= Self.piecesPerPoint { return .series(pieces: [Int(p), Int(q), Int(s)]) }
    let (a, b) = ((longest + 1) % 3, (longest + 2) % 3)
    let across = (points(a, b), points(b, a))
    if p * q * s <= Self.piecesPerPoint * Double(across.0 * across.1) {
      return .series(pieces: [Int(p), Int(q), Int(s)])
    }
    return .lines(along: longest, points: across)
  }
}
