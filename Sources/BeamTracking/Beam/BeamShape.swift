import AutoDiff
import BeamMaps
import LinearAlgebra

/// The error of a number that no beam can have.
public struct InvalidBeamShape: Error, Equatable, CustomStringConvertible {
  /// The parameter's name in run files, such as "beta_x" or "covariance".
  public let parameter: String
  /// What is wrong with the value, and which values are valid.
  public let reason: String

  public var description: String { "\(parameter) \(reason)" }
}

/// The sizes, correlations and centroid of a beam in phase space: ζ = A·ζ̂ + mean transforms a
/// distribution ζ̂ of unit covariance into a beam of covariance AAᵀ.
///
/// The transformation is built in this order: each plane's ellipse, or the covariance; then
/// dispersion, u −= D_u·pt; then the mean. A scalar with derivatives gives the derivatives of the
/// beam with respect to these inputs.
public struct BeamShape<C: RealScalar>: Sendable {
  /// A, in the order x, px, y, py, t, pt.
  public private(set) var transform: Matrix6<C>
  /// The centroid.
  public var mean: PhaseSpace<C>

  /// The covariance of the beam, AAᵀ. It is not computed from A, which has no derivative where an
  /// emittance or a size is 0.
  public private(set) var covariance: Matrix6<C>

  /// From the ellipses of the three planes: q = √(βε)·q̂, p = √(ε/β)·(p̂ − α·q̂).
  ///
  /// At ε = 0 the derivative of particles with respect to ε is infinite, and is left out. The
  /// covariance is linear in ε.
  ///
  /// - Throws: ``InvalidBeamShape`` unless every β > 0 and ε ≥ 0, and all are finite.
  public init(
    x: Twiss<C>, y: Twiss<C>, t: Twiss<C>, mean: PhaseSpace<C> = .zero
  ) throws(InvalidBeamShape) {
    (transform, covariance) = (.zero, .zero)
    self.mean = mean
    for (plane, twiss) in zip(Plane.allCases, [x, y, t]) {
      guard (C.zero < twiss.beta).all, Self.isFinite(twiss.beta) else {
        throw InvalidBeamShape(parameter: "beta_\(plane)", reason: "must be positive and finite")
      }
      guard (C.zero <= twiss.emittance).all, Self.isFinite(twiss.emittance) else {
        throw InvalidBeamShape(
          parameter: "emittance_\(plane)", reason: "must not be negative, and finite")
      }
      guard Self.isFinite(twiss.alpha) else {
        throw InvalidBeamShape(parameter: "alpha_\(plane)", reason: "must be finite")
      }
      let size = C.rootOrZero(twiss.beta * twiss.emittance)
      let divergence = C.rootOrZero(twiss.emittance / twiss.beta)
      setPlane(plane, size, -twiss.alpha * divergence, divergence)
      let gamma: C = (1.0 + twiss.alpha.squared) / twiss.beta
      setPlane(
        plane,
        covariance: (
          twiss.emittance * twiss.beta, -twiss.emittance * twiss.alpha, twiss.emittance * gamma
        ))
    }
  }

  /// From the rms sizes of the three planes: q = σ_q·q̂, p = σ_p·(r·q̂ + √(1 − r²)·p̂).
  ///
  /// - Throws: ``InvalidBeamShape`` unless every σ ≥ 0 and finite, and every |r| ≤ 1.
  public init(
    x: PlaneSigma<C>, y: PlaneSigma<C>, t: PlaneSigma<C>, mean: PhaseSpace<C> = .zero
  ) throws(InvalidBeamShape) {
    (transform, covariance) = (.zero, .zero)
    self.mean = mean
    for (plane, sigma) in zip(Plane.allCases, [x, y, t]) {
      for (name, size) in [("\(plane)", sigma.coordinate), ("p\(plane)", sigma.momentum)] {
        guard (C.zero <= size).all, Self.isFinite(size) else {
          throw InvalidBeamShape(
            parameter: "sigma_\(name)", reason: "must not be negative, and finite")
        }
      }
      let r = sigma.correlation
      guard (C.abs(r) <= .one).all else {
        throw InvalidBeamShape(
          parameter: "correlation_\(plane)", reason: "must lie between -1 and 1")
      }
      let rest = C.rootOrZero((1.0 - r) * (1.0 + r))
      setPlane(plane, sigma.coordinate, sigma.momentum * r, sigma.momentum * rest)
      setPlane(
        plane,
        covariance: (
          sigma.coordinate.squared, r * sigma.coordinate * sigma.momentum, sigma.momentum.squared
        ))
    }
  }

  /// From a covariance: A is its `CovarianceFactor`, in the order x, px, y, py, t, pt.
  ///
  /// - Throws: ``InvalidBeamShape`` if it is not symmetric to 10⁻¹²·√(ΣᵢᵢΣⱼⱼ), or not positive
  ///   semidefinite to the rounding of such entries.
  public init(
    covariance: Matrix6<C>, mean: PhaseSpace<C> = .zero
  ) throws(InvalidBeamShape) {
    for i in 0..<6 {
      for j in 0..<i {
        // Squared, so that a zero variance needs no root. 10⁻¹² exceeds the rounding of any product
        // of matrices.
        let difference = covariance[i, j] - covariance[j, i]
        guard (difference.squared <= 1e-24 * (covariance[i, i] * covariance[j, j])).all else {
          throw InvalidBeamShape(
            parameter: "covariance",
            reason: "must be symmetric: row \(i + 1), column \(j + 1) differs from its mirror image"
          )
        }
      }
    }
    do {
      transform = try covariance.choleskyFactor()
    } catch {
      throw InvalidBeamShape(
        parameter: "covariance",
        reason: "must be positive semidefinite: " + Self.reason(error, covariance))
    }
    // The triangle from which the factor is computed.
    self.covariance = Matrix6 { i, j in covariance[max(i, j), min(i, j)] }
    self.mean = mean
  }

  /// The same beam with dispersion: u −= D_u·pt, with pt relative to the mean energy.
  public func dispersed(by dispersion: Dispersion<C>) -> Self {
    var shape = self
    for i in 0..<4 {
      for j in 0..<6 {
        shape.transform[i, j] = transform[i, j] - dispersion[i] * transform[5, j]
      }
    }
    func d(_ i: Int) -> C { i < 4 ? dispersion[i] : C.zero }
    shape.covariance = Matrix6 { i, j in
      let single = d(i) * covariance[5, j] + d(j) * covariance[i, 5]
      return covariance[i, j] - single + d(i) * d(j) * covariance[5, 5]
    }
    return shape
  }

  /// The particle of the beam for a `point` of the unit distribution.
  @inline(__always)
  public func callAsFunction(_ point: PhaseSpace<C>) -> PhaseSpace<C> {
    var z = mean
    for i in 0..<6 {
      var sum = transform[i, 0] * point[0]
      for j in 1..<6 { sum += transform[i, j] * point[j] }
      z[i] += sum
    }
    return z
  }

  /// Why a matrix is no covariance: an invalid variance or correlation, or a negative eigenvalue of
  /// the correlation matrix.
  private static func reason(_ error: NotPositiveSemidefinite, _ covariance: Matrix6<C>) -> String {
    let row = error.row
    let names = PhaseSpace<Double>.names
    guard let numbers = covariance as? Matrix6<Double> else {
      return "a combination of \(names[row]) with others has a negative variance"
    }
    let variances = (0..<6).map { numbers[$0, $0] }
    guard variances[row] >= 0 else { return "the variance of \(names[row]) is \(variances[row])" }
    for i in 0..<6 {
      for j in 0..<i where variances[i] * variances[j] == 0 && numbers[i, j] != 0 {
        let (cold, other) = variances[i] == 0 ? (i, j) : (j, i)
        return "\(names[cold]) has no variance, but a covariance with \(names[other])"
      }
    }
    let correlations = (0..<36).map { place -> Double in
      let (i, j) = (place / 6, place % 6)
      if i == j { return 1 }
      let size = variances[i].squareRoot() * variances[j].squareRoot()
      return size > 0 ? numbers[max(i, j), min(i, j)] / size : 0
    }
    guard
      let least = SymmetricEigenvalues(DenseMatrix(rows: 6, columns: 6, entries: correlations))?
        .values.min()
    else { return "an entry is not a finite number" }
    return "its correlation matrix has the eigenvalue \(least), more negative than by rounding"
  }

  /// q = a·q̂, p = b·q̂ + c·p̂ in one plane.
  private mutating func setPlane(_ plane: Plane, _ a: C, _ b: C, _ c: C) {
    let q = plane.coordinate
    transform[q, q] = a
    transform[q + 1, q] = b
    transform[q + 1, q + 1] = c
  }

  private mutating func setPlane(_ plane: Plane, covariance c: (C, C, C)) {
    let q = plane.coordinate
    covariance[q, q] = c.0
    covariance[q, q + 1] = c.1
    covariance[q + 1, q] = c.1
    covariance[q + 1, q + 1] = c.2
  }

  private static func isFinite(_ value: C) -> Bool {
    (C.abs(value) <= C(Double.greatestFiniteMagnitude)).all
  }
}
