import AutoDiff
import BeamTracking

/// A symmetric 3×3 matrix over x, y, t.
struct SymmetricMatrix3<C: RealScalar> {
  var xx, xy, yy, xt, yt, tt: C
}

extension SymmetricMatrix3 {
  /// The matrix of cofactors.
  @inline(__always)
  var adjugate: Self {
    Self(
      xx: yy * tt - yt * yt, xy: xt * yt - xy * tt, yy: xx * tt - xt * xt,
      xt: xy * yt - yy * xt, yt: xy * xt - xx * yt, tt: xx * yy - xy * xy)
  }

  /// The sum of the products of the six entries.
  @inline(__always)
  func dot(_ b: Self) -> C {
    let diagonal = xx * b.xx + yy * b.yy + tt * b.tt
    return diagonal + (xy * b.xy + xt * b.xt + yt * b.yt)
  }

  @inline(__always)
  func scaled(by factor: C) -> Self {
    Self(
      xx: factor * xx, xy: factor * xy, yy: factor * yy, xt: factor * xt, yt: factor * yt,
      tt: factor * tt)
  }

  /// Propagates derivatives with respect to the cofactors to the entries.
  @inline(__always)
  func pullBackAdjugate(_ cotangent: Self) -> Self {
    Self(
      xx: cotangent.yy * tt + cotangent.tt * yy - cotangent.yt * yt,
      xy: cotangent.xt * yt + cotangent.yt * xt - cotangent.xy * tt - 2.0 * (cotangent.tt * xy),
      yy: cotangent.xx * tt + cotangent.tt * xx - cotangent.xt * xt,
      xt: cotangent.xy * yt + cotangent.yt * xy - cotangent.xt * yy - 2.0 * (cotangent.yy * xt),
      yt: cotangent.xy * xt + cotangent.xt * xy - cotangent.yt * xx - 2.0 * (cotangent.xx * yt),
      tt: cotangent.xx * yy + cotangent.yy * xx - cotangent.xy * xy)
  }
}
