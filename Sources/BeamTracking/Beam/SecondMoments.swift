import AutoDiff
import BeamMaps
import LinearAlgebra

/// The quantities derived from a beam's covariance: sizes, emittances, ellipses, dispersion.
///
/// Formulas are generic, so that an objective made of them can be differentiated.
public struct SecondMoments<C: RealScalar>: Sendable {
  /// Σ = ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩ in the order x, px, y, py, t, pt.
  public var covariance: Matrix6<C>

  /// The quantities of this covariance.
  public init(_ covariance: Matrix6<C>) { self.covariance = covariance }

  /// The rounding error of ⟨q²⟩⟨p²⟩ − ⟨qp⟩² relative to ⟨q²⟩⟨p²⟩: a difference of two rounded
  /// products with rounded factors.
  private static var noise: Double { 8 * 0x1p-53 }

  // A NaN variance gives NaN results: comparisons are written so that it is not taken for 0.

  /// The rms of coordinate `i` about the mean; where it is 0, its derivative is left out.
  public func sigma(_ i: Int) -> C { .rootOrZero(covariance[i, i]) }

  /// The rms of a coordinate about its mean; its derivative is left out where it is 0.
  public func sigma(_ c: Coordinate) -> C { sigma(c.rawValue) }

  /// ε² = ⟨q²⟩⟨p²⟩ − ⟨qp⟩² [m²], projected on a plane, with dispersion included. It is
  /// differentiable also where it is 0.
  public func emittanceSquared(_ plane: Plane) -> C {
    let q = plane.coordinate
    return covariance[q, q] * covariance[q + 1, q + 1] - covariance[q, q + 1].squared
  }

  /// The projected rms emittance ε [m]; 0 where ε² ≤ 8ε_m·⟨q²⟩⟨p²⟩, with the machine epsilon ε_m.
  public func emittance(_ plane: Plane) -> C {
    root(emittanceSquared(plane), plane)
  }

  /// The dispersion D_u = −⟨u·pt⟩/⟨pt²⟩; 0 if all particles have the same energy.
  public var dispersion: Dispersion<C> {
    let variance = covariance[5, 5]
    let hasNoSpread = variance <= C.zero
    let divisor = C.select(hasNoSpread, .one, variance)
    func along(_ i: Int) -> C { .select(hasNoSpread, .zero, -covariance[i, 5] / divisor) }
    return Dispersion(x: along(0), px: along(1), y: along(2), py: along(3))
  }

  /// The ellipse in one plane, in x and y without the part due to dispersion; nil if it has no
  /// area.
  ///
  /// It has no area if ε² ≤ 8ε_m·⟨q²⟩⟨p²⟩, with moments that include dispersion, from which the
  /// ellipse is computed by subtraction.
  public func twiss(_ plane: Plane) -> Twiss<C>? {
    let q = plane.coordinate
    let d = dispersion
    let variance = covariance[5, 5]
    let qq = covariance[q, q] - d[q].squared * variance
    let qp = covariance[q, q + 1] - d[q] * d[q + 1] * variance
    let pp = covariance[q + 1, q + 1] - d[q + 1].squared * variance
    let emittance = root(qq * pp - qp.squared, plane)
    guard (C.zero < emittance).all else { return nil }
    return Twiss(beta: qq / emittance, alpha: -qp / emittance, emittance: emittance)
  }

  /// √`square`, or 0 where it is within the rounding of the plane's moments.
  private func root(_ square: C, _ plane: Plane) -> C {
    let q = plane.coordinate
    let floor = Self.noise * (covariance[q, q] * covariance[q + 1, q + 1])
    let isLost = (square <= floor) .& (floor < C(.infinity))
    return .select(isLost, .zero, .rootOrZero(.select(isLost, .one, square)))
  }
}

extension SecondMoments<Double> {
  /// The eigenemittances ε₁ ≤ ε₂ ≤ ε₃ [m], the moduli of the eigenvalues of JΣ, which are invariant
  /// under symplectic linear maps.
  ///
  /// With Σ = FFᵀ, JΣ has the eigenvalues of the skew matrix FᵀJF, whose singular values are ε₁,
  /// ε₁, ε₂, ε₂, ε₃, ε₃. No polynomial is solved, and no digits are lost where two of them are
  /// equal. Values up to 8ε_m·ε₃ are rounding errors, and are returned as 0. nil if Σ is not a
  /// covariance.
  public var eigenemittances: [Double]? {
    guard let factor = try? covariance.choleskyFactor() else { return nil }
    let skew = factor.transpose * Matrix6.symplecticForm * factor
    let entries = (0..<36).map { skew.entries[$0] }
    guard let values = singularValues(of: entries, rows: 6) else { return nil }
    let floor = Self.noise * values[0]
    return [values[4], values[2], values[0]].map { $0 > floor ? $0 : 0 }
  }
}
