import BeamMaps
import RandomNumbers

/// Sobol's sequence: points that fill the unit cube more evenly than random ones.
///
/// Of the first 2ᵐ points, each interval of length 2⁻ᵐ contains exactly one, in every dimension.
/// Direction numbers: S. Joe, F. Kuo, "Constructing Sobol sequences with better two-dimensional
/// projections", SIAM J. Sci. Comput. 30 (2008) 2635, table new-joe-kuo-6.21201. Points are in the
/// natural order of their numbers, not in Gray code.
///
/// A seed scrambles the points and preserves their evenness: each dimension's binary digits are
/// multiplied by a random lower triangular matrix, and a random number is added digit by digit.
/// Each single point is then uniform in the cube (J. Matoušek, "On the L₂-discrepancy for anchored
/// boxes", J. Complexity 14 (1998) 527, section 2.3; A. Owen, "Variance with alternative
/// scramblings of digital nets", ACM TOMACS 13 (2003) 363).
package struct SobolSequence: Sendable {
  let dimensions: Int
  /// For binary digit k of a point's number, the bits that it flips in each dimension: index
  /// k·dimensions + d.
  private let directions: [UInt64]
  /// The point number 0.
  private let shift: [UInt64]

  /// The largest number of dimensions with direction numbers.
  package static var maximumDimensions: Int { polynomials.count + 1 }

  private static let digits = 64
  private static let scramblingStream: UInt32 = 1
  private static let shiftStream: UInt32 = 2

  /// The primitive polynomial of dimensions 2, 3, … and its first direction numbers.
  private static let polynomials: [(degree: Int, coefficients: UInt64, first: [UInt64])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]),
  ]

  /// The sequence itself, or scrambled by `seed`.
  package init(dimensions: Int, seed: UInt64? = nil) {
    precondition((1...Self.maximumDimensions).contains(dimensions))
    self.dimensions = dimensions
    var table = [UInt64](repeating: 0, count: Self.digits * dimensions)
    var start = [UInt64](repeating: 0, count: dimensions)
    for dimension in 0..<dimensions {
      var columns = Self.directions(dimension)
      if let seed {
        let random = Philox(seed: seed)
        columns = Self.scrambled(columns, dimension, random)
        start[dimension] =
          random.words(item: UInt64(dimension), block: 0, stream: Self.shiftStream).0
      }
      for (k, column) in columns.enumerated() { table[k * dimensions + dimension] = column }
    }
    directions = table
    shift = start
  }

  /// Sobol's direction numbers v₁, v₂, …, with the leading binary digit in the highest bit.
  private static func directions(_ dimension: Int) -> [UInt64] {
    guard dimension > 0 else { return (0..<digits).map { 1 << UInt64(digits - 1 - $0) } }
    let (degree, coefficients, first) = polynomials[dimension - 1]
    var v = first.enumerated().map { k, m in m << UInt64(digits - 1 - k) }
    for k in degree..<digits {
      var next = v[k - degree] ^ (v[k - degree] >> UInt64(degree))
      for j in 1..<degree where coefficients >> UInt64(degree - 1 - j) & 1 == 1 {
        next ^= v[k - j]
      }
      v.append(next)
    }
    return v
  }

  /// The columns multiplied by a random lower triangular binary matrix with ones on its diagonal.
  private static func scrambled(
    _ columns: [UInt64], _ dimension: Int, _ random: Philox
  ) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: digits)
    for row in 0..<digits {
      let bits = random.words(
        item: UInt64(dimension), block: UInt32(row), stream: scramblingStream
      ).0
      let diagonal: UInt64 = 1 << UInt64(digits - 1 - row)
      // Row r of the matrix: digit r, plus any of the digits before it.
      let mask = (bits & ~(diagonal | (diagonal - 1))) | diagonal
      for k in 0..<digits where (columns[k] & mask).nonzeroBitCount & 1 == 1 {
        result[k] |= diagonal
      }
    }
    return result
  }

  /// Writes the first `point.count` coordinates of point `index` ≥ 0, each in (0, 1).
  package func fill(_ point: inout MutableSpan<Double>, index: Int) {
    precondition(index >= 0 && point.count <= dimensions)
    directions.withUnsafeBufferPointer { directions in
      for d in 0..<point.count {
        var bits = shift[d]
        var rest = UInt64(index)
        while rest != 0 {
          bits ^= directions[rest.trailingZeroBitCount &* dimensions &+ d]
          rest &= rest &- 1
        }
        point[d] = Double(openUnitInterval: bits)
      }
    }
  }
}
