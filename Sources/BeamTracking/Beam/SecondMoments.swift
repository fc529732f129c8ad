import AutoDiff
import BeamMaps
import LinearAlgebra

/// What a beam's covariance says in the field's terms: sizes, emittances, ellipses, dispersion.
///
/// Formulas are generic, so that an objective made of them can be differentiated.
public struct SecondMoments<C: RealScalar>: Sendable {
  /// Σ = ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩ of the order x, px, y, py, t, pt.
  public var covariance: Matrix6<C>

  public init(_ covariance: Matrix6<C>) { self.covariance = covariance }

  /// What rounding leaves of ⟨q²⟩⟨p²⟩ − ⟨qp⟩², relative to ⟨q²⟩⟨p²⟩: the difference of two products
  /// that are rounded, of factors that are rounded themselves, is not known to better than this.
  private static var noise: Double { 8 * 0x1p-53 }

  // A variance that is no number gives results that are none: comparisons are made so that it does
  // not pass for 0.

  /// The rms of coordinate `i` about the mean; its derivative is left out where it is 0.
  public func sigma(_ i: Int) -> C { .rootOrZero(covariance[i, i]) }

  /// The rms of a coordinate about its mean; its derivative is left out where it is 0.
  public func sigma(_ c: Coordinate) -> C { sigma(c.rawValue) }

  /// ε² = ⟨q²⟩⟨p²⟩ − ⟨qp⟩² [m²], projected on a plane: dispersion is included. Smooth also where it
  /// is 0.
  public func emittanceSquared(_ plane: Plane) -> C {
    let q = plane.coordinate
    return covariance[q, q] * covariance[q + 1, q + 1] - covariance[q, q + 1].squared
  }

  /// The projected rms emittance ε [m]; 0 where ε² is not above 8ε_m·⟨q²⟩⟨p²⟩.
  public func emittance(_ plane: Plane) -> C {
    root(emittanceSquared(plane), plane)
  }

  /// D_u = −⟨u·pt⟩/⟨pt²⟩; 0 if all particles have the same energy.
  public var dispersion: Dispersion<C> {
    let variance = covariance[5, 5]
    let hasNoSpread = variance <= C.zero
    let divisor = C.select(hasNoSpread, .one, variance)
    func along(_ i: Int) -> C { .select(hasNoSpread, .zero, -covariance[i, 5] / divisor) }
    return Dispersion(x: along(0), px: along(1), y: along(2), py: along(3))
  }

  /// The ellipse in one plane, in x and y without the share of dispersion; nil if it has no area.
  ///
  /// No area: ε² is not above 8ε_m·⟨q²⟩⟨p²⟩, moments with their share of dispersion, from which it
  /// was subtracted.
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
  /// The eigenemittances ε₁ ≤ ε₂ ≤ ε₃ [m], the moduli of the eigenvalues of JΣ: no symplectic map
  /// changes them.
  ///
  /// With Σ = FFᵀ, JΣ has the eigenvalues of the skew matrix FᵀJF, whose singular values are ε₁,
  /// ε₁, ε₂, ε₂, ε₃, ε₃: no polynomial is solved, and none of their digits are lost where two are
  /// equal. Those of a cold plane are 0: what is not above 8ε_m·ε₃ is rounding. nil if Σ is not a
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
