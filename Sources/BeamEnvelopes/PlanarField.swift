import AutoDiff
import BeamTracking

/// The field of a uniform ellipse on itself: A = (Kh/2)·(S + s·1)⁻¹ with s = √det S; for an upright
/// ellipse the entry of x is Kh/(2σx(σx + σy)).
struct PlanarField<C: SweepScalar> {
  private let strength: C
  private let extent: SymmetricMatrix3<C>
  /// s
  private let root: C
  /// 1/det(S + s·1) = 1/(s·tr S + 2·det S)
  private let inverse: C

  @inline(__always)
  init(strength: C, _ extent: SymmetricMatrix3<C>) {
    self.strength = strength
    self.extent = extent
    let determinant = extent.xx * extent.yy - extent.xy * extent.xy
    root = .sqrt(determinant)
    inverse = .reciprocal(.multiplyAdd(root, extent.xx + extent.yy, 2.0 * determinant))
  }

  /// A = (Kh/2)·(adj S + s)/det(S + s·1)
  ///
  /// A slice waits for the root and the division; all possible factors are multiplied before these
  /// are finished.
  @inline(__always)
  var matrix: SymmetricMatrix3<C> {
    SymmetricMatrix3(
      xx: strength * (extent.yy + root) * inverse, xy: -(strength * extent.xy * inverse),
      yy: strength * (extent.xx + root) * inverse, xt: .zero, yt: .zero, tt: .zero)
  }

  /// Propagates the derivatives with respect to A to S and to the kick's numbers. An off-diagonal
  /// entry is the derivative with respect to the entry and its mirror image together.
  @inline(__always)
  func pullBack(
    _ cotangent: SymmetricMatrix3<C>, _ kick: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let sum = extent.xx + extent.yy
    let factor = strength * inverse
    let diagonal = cotangent.xx * (extent.yy + root) + cotangent.yy * (extent.xx + root)
    let slope = (diagonal - cotangent.xy * extent.xy) * inverse
    kick.strength += slope
    // With respect to the denominator; then to s, tr S and det S.
    let toDenominator = -(slope * factor)
    let toRoot = factor * (cotangent.xx + cotangent.yy) + toDenominator * sum
    let toSum = toDenominator * root
    let inverseRoot = inverse * (sum + 2.0 * root)
    let toDeterminant = 0.5 * toRoot * inverseRoot + 2.0 * toDenominator
    return SymmetricMatrix3(
      xx: factor * cotangent.yy + toSum + toDeterminant * extent.yy,
      xy: -(factor * cotangent.xy + 2.0 * toDeterminant * extent.xy),
      yy: factor * cotangent.xx + toSum + toDeterminant * extent.xx, xt: .zero, yt: .zero,
      tt: .zero)
  }

  /// The derivatives with respect to the strength and to S of x·A_xx + y·A_yy.
  @inline(__always)
  func slopes(x: C, y: C) -> (strength: C, extent: SymmetricMatrix3<C>) {
    var kick = KickCotangent<C>.zero
    let extent = pullBack(
      SymmetricMatrix3(xx: x, xy: .zero, yy: y, xt: .zero, yt: .zero, tt: .zero), &kick)
    return (kick.strength, extent)
  }
}

extension EnvelopeKick {
  @inline(__always)
  func planarField(_ extent: SymmetricMatrix3<C>) -> PlanarField<C> {
    PlanarField(strength: strength, extent)
  }
}
