import LinearAlgebra
import SystemLibrary

/// The covariance of fitted variables: the inverse of the exact Hessian at the minimum of ½χ² or of
/// −log L.
public struct Covariance: Sendable, Equatable {
  /// The covariances of all pairs of variables; symmetric to the last bit.
  public let matrix: DenseMatrix

  /// A direction in which the function does not rise: the data say nothing about it.
  public struct PoorDirection: Sendable, Equatable {
    /// The second derivative along the direction, in scaled variables.
    public let curvature: Double
    /// A unit vector in scaled variables.
    public let direction: [Double]
    /// The variable with the largest component in the direction, from 0.
    public var variable: Int {
      direction.indices.max { direction[$0].magnitude < direction[$1].magnitude } ?? 0
    }
  }

  /// The Hessian has no inverse that could be a covariance.
  public struct Indefinite: Error, Equatable, CustomStringConvertible {
    /// The directions without positive curvature, by ascending curvature.
    public let directions: [PoorDirection]

    public var description: String {
      let parts = directions.map { poor in
        let components = poor.direction.enumerated()
          .filter { $0.element.magnitude > 0.1 }
          .map { "\($0.element.magnitude < 0.995 ? "\(rounded($0.element))·" : "")x[\($0.offset)]" }
        return "along \(components.joined(separator: " + ")) it is \(poor.curvature)"
      }
      return "the function does not rise in every direction: its second derivative "
        + parts.joined(separator: ", ") + "; fix a variable, or go on to a minimum"
    }

    private func rounded(_ x: Double) -> Double { (100 * x).rounded() / 100 }
  }

  /// The covariance at a point, from n products of the Hessian with unit vectors.
  ///
  /// The variables are scaled so that the Hessian has a unit diagonal; a curvature below
  /// `tolerance` then counts as none.
  ///
  /// - Throws: ``Indefinite`` with the directions in which there is no curvature;
  ///   ``UnsuitableProblem`` if the function has no products of the Hessian; ``EvaluationFailure``
  ///   if the Hessian is not finite; what the function throws.
  public init(of objective: Objective, at x: [Double], tolerance: Double = 1e-12) throws {
    guard let product = objective.hessianVectorProduct else {
      throw UnsuitableProblem("a covariance needs products of the Hessian with vectors")
    }
    let n = x.count
    var hessian = DenseMatrix.zero(rows: n, columns: n)
    for j in 0..<n {
      let column = try product(x, (0..<n).map { $0 == j ? 1 : 0 })
      for i in 0..<n { hessian[i, j] = column[i] }
    }
    try self.init(hessian: hessian, tolerance: tolerance)
  }

  /// The covariance from a Hessian, whose symmetric part is taken.
  ///
  /// - Parameters:
  ///   - full: The Hessian ∂²f/∂xᵢ∂xⱼ.
  ///   - held: Variables at a bound. They do not vary: their rows and columns are zero, and the
  ///     covariance is that of the others.
  ///   - tolerance: The curvature, in variables scaled to a unit diagonal, below which there is
  ///     none.
  /// - Throws: ``Indefinite`` with the directions in which there is no curvature;
  ///   ``EvaluationFailure`` if the Hessian is not finite.
  public init(hessian full: DenseMatrix, holding held: Set<Int> = [], tolerance: Double = 1e-12)
    throws
  {
    require(full.isSquare, "a Hessian is square")
    let n = full.rows
    // A variable that is held has no mixed derivatives, and a curvature of its own.
    let hessian = DenseMatrix(rows: n, columns: n) { i, j in
      held.contains(i) || held.contains(j) ? (i == j ? 1 : 0) : full[i, j]
    }
    let scales = (0..<n).map { i in
      let diagonal = hessian[i, i].magnitude
      return diagonal > 0 ? diagonal.squareRoot() : 1
    }
    let scaled = DenseMatrix(rows: n, columns: n) { i, j in
      0.5 * (hessian[i, j] + hessian[j, i]) / (scales[i] * scales[j])
    }
    // Eigenvalues have an error of some roundings of the largest, which is at most n: far below
    // `tolerance`.
    guard let spectrum = SymmetricEigenvalues(scaled, by: .tridiagonal) else {
      throw EvaluationFailure("the Hessian holds a number that is infinite or not a number")
    }
    let poor = spectrum.values.indices.filter { spectrum.values[$0] <= tolerance }
    guard poor.isEmpty else {
      throw Indefinite(
        directions: poor.map {
          PoorDirection(curvature: spectrum.values[$0], direction: spectrum.vectors[$0])
        })
    }
    matrix = DenseMatrix(rows: n, columns: n) { i, j in
      if held.contains(i) || held.contains(j) { return 0 }
      var sum = 0.0
      for k in 0..<n {
        sum += spectrum.vectors[k][i] * spectrum.vectors[k][j] / spectrum.values[k]
      }
      return sum / (scales[i] * scales[j])
    }
  }

  /// CDC, with this covariance C, the inverse of a Hessian, and the covariance D of the gradient.
  ///
  /// This is the covariance of the variables where D is not the Hessian, as for weighted events.
  public func sandwiching(_ spread: DenseMatrix) -> Self {
    let half = DenseMatrix(rows: matrix.rows, columns: matrix.rows) { i, j in
      (0..<matrix.rows).reduce(0) { $0 + spread[i, $1] * matrix[$1, j] }
    }
    return Self(
      matrix: DenseMatrix(rows: matrix.rows, columns: matrix.rows) { i, j in
        // The mean of both halves: symmetric to the last bit.
        (0..<matrix.rows).reduce(0) {
          $0 + 0.5 * (matrix[i, $1] * half[$1, j] + matrix[j, $1] * half[$1, i])
        }
      })
  }

  private init(matrix: DenseMatrix) { self.matrix = matrix }

  /// The standard deviations.
  public var deviations: [Double] {
    (0..<matrix.rows).map { matrix[$0, $0].squareRoot() }
  }

  /// The correlation of variables `i` and `j`; zero if one of them is held.
  public func correlation(_ i: Int, _ j: Int) -> Double {
    let scale = (matrix[i, i] * matrix[j, j]).squareRoot()
    return scale > 0 ? matrix[i, j] / scale : 0
  }
}
