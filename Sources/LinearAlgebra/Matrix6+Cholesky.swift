import AutoDiff

/// A matrix that cannot be a covariance: some combination of the coordinates would have a negative
/// variance.
public struct NotPositiveSemidefinite: Error, Equatable, CustomStringConvertible {
  /// The row, from 0, at which the factorisation failed: of what is left of its variance once it is
  /// known from the others.
  public let row: Int

  public var description: String {
    "the matrix is not positive semidefinite: "
      + "a combination of coordinate \(row + 1) with others has a negative variance"
  }
}

/// A factor F of a covariance, Σ = FFᵀ, which may be singular: a beam may have no spread in some
/// direction.
///
/// F is the Cholesky factor, lower triangular, where every pivot of it is well above rounding. Where
/// one is not, exchanges keep the rounding of small pivots from growing: coordinates are then taken
/// in the order of what is left of their variances, each with the column of its own number, and
/// columns of what is left of nothing are zero. A scalar with derivatives gives those of F; which
/// coordinates are taken depends on values alone.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), sections 4.2.5 and 4.2.8.
public struct CovarianceFactor<S: RealScalar> {
  /// F, of the order of the coordinates.
  public private(set) var matrix = Matrix6<S>.zero
  /// det Σ, the product of the pivots; 0 if Σ is singular.
  public private(set) var determinant = S.one
  /// What is left of Σ after the columns that are done; the lower triangle alone is kept.
  private var rest: Matrix6<S>
  private var covariance: Matrix6<S>
  private var remaining = Array(0..<6)

  /// A pivot, relative to the variance that it is left of, above which it needs no exchanges.
  private static var clearPivot: Double { 1e-10 }
  /// A pivot below which it is nothing but rounding: it is Σᵢᵢ less at most five squares that do
  /// not exceed Σᵢᵢ together. The hundredfold leaves room for the rounding of Σ itself.
  private static var leastPivot: Double { 1e-14 }
  /// By how much an eigenvalue of the correlation matrix can be wrong: six times what its entries
  /// can be, 10⁻¹², the rounding of products of many matrices.
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

  /// Leaves out coordinates of variance 0, which nothing may be correlated with.
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

  /// Takes the remaining coordinates, one after the other.
  ///
  /// - Returns: False if a pivot is too small to go on without exchanges.
  private mutating func eliminate(exchanging: Bool) throws(NotPositiveSemidefinite) -> Bool {
    while let next = exchanging ? largest() : remaining.first {
      let share = share(next)
      guard (share <= S(1 + Self.eigenvalueError)).all else {
        throw NotPositiveSemidefinite(row: next)
      }
      if !exchanging && !(S(Self.clearPivot) < share).all { return false }
      if (share <= S(Self.leastPivot)).all {
        determinant = .zero
        try checkRest()
        return true
      }
      take(next)
    }
    return true
  }

  /// What is left of a variance, relative to it.
  private func share(_ i: Int) -> S { rest[i, i] / covariance[i, i] }

  /// The first coordinate of which at least half as much is left as of any: so that rounding does not
  /// choose between equals.
  private func largest() -> Int? {
    let best = remaining.max { (share($0) < share($1)).all }
    return best.flatMap { best in
      remaining.first { (0.5 * share(best) <= share($0)).all } ?? best
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

  /// What is left must be rounding.
  private func checkRest() throws(NotPositiveSemidefinite) {
    for j in remaining {
      guard (S(-Self.eigenvalueError) <= share(j)).all else {
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
