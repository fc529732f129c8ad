import AutoDiff

/// A matrix that cannot be a covariance: some combination of the coordinates would have a negative
/// variance.
public struct NotPositiveSemidefinite: Error, Equatable, CustomStringConvertible {
  /// The row, from 0, at which the factorisation failed: the coordinate whose variance, given the
  /// coordinates before, came out negative.
  public let row: Int

  public var description: String {
    "the matrix is not positive semidefinite: "
      + "a combination of coordinate \(row + 1) with others has a negative variance"
  }
}

/// A factor F of a covariance, Σ = FFᵀ, which may be singular: a beam may have no spread in some
/// direction.
///
/// F is the lower triangular Cholesky factor if all its pivots are well above rounding. Otherwise
/// the elimination pivots, so that rounding errors of small pivots do not grow: coordinates are
/// eliminated in the order of their remaining relative variances, and coordinate i always gives
/// column i of F. Columns of coordinates without remaining variance are zero. A scalar with
/// derivatives gives those of F; the order of elimination depends on values alone.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), sections 4.2.5 and 4.2.8.
public struct CovarianceFactor<S: RealScalar> {
  /// F; its rows are in the order of the coordinates.
  public private(set) var matrix = Matrix6<S>.zero
  /// det Σ, the product of the pivots; 0 if Σ is singular.
  public private(set) var determinant = S.one
  /// Σ less the contributions of the columns that are done; the lower triangle alone is kept.
  private var rest: Matrix6<S>
  private var covariance: Matrix6<S>
  private var remaining = Array(0..<6)

  /// If all pivots, relative to the variances of their coordinates, are larger than this, the order
  /// of the coordinates is kept.
  private static var clearPivot: Double { 1e-10 }
  /// A relative pivot below this is rounding: the pivot is Σᵢᵢ less at most five squares whose sum
  /// does not exceed Σᵢᵢ. It is a hundred times that rounding, since Σ itself is rounded, too.
  private static var leastPivot: Double { 1e-14 }
  /// The largest error of an eigenvalue of the correlation matrix: six times that of its entries,
  /// 10⁻¹², which is the rounding of products of many matrices.
  private static var eigenvalueError: Double { 6e-12 }

  /// The factor of a symmetric `covariance`, of which only the lower triangle is read.
  ///
  /// - Throws: ``NotPositiveSemidefinite`` if its correlation matrix has an eigenvalue that is
  ///   negative beyond rounding, 6·10⁻¹², or if an entry is not a finite number.
  public init(_ covariance: Matrix6<S>) throws(NotPositiveSemidefinite) {
    self.covariance = covariance
    rest = covariance
    try skipColdCoordinates()
    let start = self
    if try eliminate(exchanging: false) { return }
    self = start
    _ = try eliminate(exchanging: true)
  }

  /// Leaves out coordinates of variance 0, whose covariances must be 0, too.
  private mutating func skipColdCoordinates() throws(NotPositiveSemidefinite) {
    for i in 0..<6 {
      let variance = covariance[i, i]
      guard (S.zero <= variance).all, (variance < S(.infinity)).all else {
        throw NotPositiveSemidefinite(row: i)
      }
      guard (variance <= S.zero).all else { continue }
      remaining.removeAll { $0 == i }
      determinant = .zero
      for j in 0..<6 where j != i {
        guard (S.abs(covariance[max(i, j), min(i, j)]) <= S.zero).all else {
          throw NotPositiveSemidefinite(row: max(i, j))
        }
      }
    }
  }

  /// Eliminates the remaining coordinates, one after the other; if `exchanging`, in the order of
  /// ``largest()``.
  ///
  /// - Returns: False if a pivot is too small and `exchanging` is false.
  private mutating func eliminate(exchanging: Bool) throws(NotPositiveSemidefinite) -> Bool {
    while let next = exchanging ? largest() : remaining.first {
      let fraction = remainingFraction(next)
      guard (fraction <= S(1 + Self.eigenvalueError)).all else {
        throw NotPositiveSemidefinite(row: next)
      }
      if !exchanging && !(S(Self.clearPivot) < fraction).all { return false }
      if (fraction <= S(Self.leastPivot)).all {
        determinant = .zero
        try checkRest()
        return true
      }
      take(next)
    }
    return true
  }

  /// The remaining variance of a coordinate, given those that are eliminated, over its variance.
  private func remainingFraction(_ i: Int) -> S { rest[i, i] / covariance[i, i] }

  /// The first coordinate whose remaining fraction is at least half of the largest: so rounding
  /// does not choose between equal ones.
  private func largest() -> Int? {
    let best = remaining.max { (remainingFraction($0) < remainingFraction($1)).all }
    return best.flatMap { best in
      remaining.first {
        (0.5 * remainingFraction(best) <= remainingFraction($0)).all
      } ?? best
    }
  }

  private mutating func take(_ i: Int) {
    remaining.removeAll { $0 == i }
    let pivot = rest[i, i]
    let root = S.sqrt(pivot)
    determinant *= pivot
    matrix[i, i] = root
    for j in remaining { matrix[j, i] = rest[max(i, j), min(i, j)] / root }
    for j in remaining {
      for k in remaining where k <= j {
        rest[j, k] = rest[j, k] - matrix[j, i] * matrix[k, i]
      }
    }
  }

  /// Checks that the remaining variances and covariances are rounding.
  private func checkRest() throws(NotPositiveSemidefinite) {
    for j in remaining {
      guard (S(-Self.eigenvalueError) <= remainingFraction(j)).all else {
        throw NotPositiveSemidefinite(row: j)
      }
      for k in remaining where k < j {
        let bound = (Self.eigenvalueError * Self.eigenvalueError) * covariance[j, j]
        guard (rest[j, k].squared <= bound * covariance[k, k]).all else {
          throw NotPositiveSemidefinite(row: j)
        }
      }
    }
  }
}

extension Matrix6 {
  /// F with Σ = FFᵀ of a covariance; see ``CovarianceFactor``.
  ///
  /// - Throws: ``NotPositiveSemidefinite``.
  public func choleskyFactor() throws(NotPositiveSemidefinite) -> Self {
    try CovarianceFactor(self).matrix
  }
}
