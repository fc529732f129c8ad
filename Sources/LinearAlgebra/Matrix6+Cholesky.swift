import AutoDiff

/// A matrix that cannot be a covariance: some combination of the coordinates would have a negative
/// variance.
public struct NotPositiveSemidefinite: Error, Equatable, CustomStringConvertible {
  /// The row, from 0, at which the factorisation failed.
  public let row: Int

  public var description: String {
    "the matrix is not positive semidefinite: "
      + "a combination of its first \(row + 1) coordinates has a negative variance"
  }
}

extension Matrix6 {
  /// What counts as rounding in a pivot, relative to the diagonal entry that it comes from.
  ///
  /// A pivot is Σᵢᵢ less at most five squares that do not exceed Σᵢᵢ together: its error is a few
  /// ε_m·Σᵢᵢ. The hundredfold leaves room for the rounding of the matrix itself.
  @inlinable static var pivotTolerance: Double { 1e-14 }

  /// The lower triangular L with Σ = LLᵀ, for a symmetric Σ that may be singular: a beam may have
  /// no spread in some direction.
  ///
  /// The factorisation is LDLᵀ without exchanges, so that L keeps the order of the coordinates.
  /// Where a pivot is not above 10⁻¹⁴·Σᵢᵢ, column i is zero. Only the lower triangle is read.
  ///
  /// - Throws: ``NotPositiveSemidefinite`` if a pivot is below −10⁻¹⁴·Σᵢᵢ, if an entry beside a
  ///   vanishing pivot is larger than such a pivot allows, or if an entry is not a number.
  /// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), sections 4.1.2 and
  ///   4.2.8.
  public func choleskyFactor() throws(NotPositiveSemidefinite) -> Self {
    var rest = self  // the Schur complement of the columns done
    var factor = Self.zero
    for i in 0..<6 {
      let pivot = rest[i, i]
      let scale = self[i, i]
      guard (Self.pivotTolerance * -scale <= pivot).all, (pivot <= scale).all else {
        throw NotPositiveSemidefinite(row: i)
      }
      if (pivot <= Self.pivotTolerance * scale).all {
        // A semidefinite matrix has rest[j, i]² ≤ rest[i, i]·rest[j, j]; 4 covers the rounding of
        // the right side.
        for j in i + 1..<6 {
          let bound = (4 * Self.pivotTolerance) * (scale * self[j, j])
          guard (rest[j, i].squared <= bound).all else { throw NotPositiveSemidefinite(row: j) }
        }
        continue
      }
      let root = S.sqrt(pivot)
      factor[i, i] = root
      for j in i + 1..<6 {
        factor[j, i] = rest[j, i] / root
      }
      for j in i + 1..<6 {
        for k in i + 1...j {
          rest[j, k] = rest[j, k] - factor[j, i] * factor[k, i]
        }
      }
    }
    return factor
  }
}
