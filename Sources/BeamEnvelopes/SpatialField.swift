import AutoDiff
import BeamTracking

/// The field of a uniform ellipsoid on itself, tilted or not: A = D·(3/2)C·∫₀^∞ (Ŝ + s)⁻¹
/// ds/√det(Ŝ + s)·D with Ŝ = DSD in its rest frame, D = diag(1, 1, −βγ).
///
/// (Ŝ + s)⁻¹ = (adj Ŝ + s·(tr Ŝ − Ŝ) + s²)/det(Ŝ + s), so that only three integrals are needed,
/// which depend on the invariants of Ŝ alone.
struct SpatialField<C: SweepScalar> {
  fileprivate let strength: C
  fileprivate let betaGamma: C
  /// S
  fileprivate let lab: SymmetricMatrix3<C>
  /// Ŝ and its cofactors.
  fileprivate let rest: SymmetricMatrix3<C>
  fileprivate let adjugate: SymmetricMatrix3<C>
  fileprivate let j: EllipsoidIntegrals<C>

  /// A
  @inline(__always)
  var matrix: SymmetricMatrix3<C> { field.scaled(by: strength).inRestFrame(betaGamma) }

  /// ∫₀^∞ (Ŝ + s)⁻¹ ds/√det(Ŝ + s)
  @inline(__always)
  private var field: SymmetricMatrix3<C> {
    func onAxis(_ adjugate: C, _ others: C) -> C { adjugate * j.j0 + others * j.j1 + j.j2 }
    func offAxis(_ adjugate: C, _ rest: C) -> C { adjugate * j.j0 - rest * j.j1 }
    return SymmetricMatrix3(
      xx: onAxis(adjugate.xx, rest.yy + rest.tt), xy: offAxis(adjugate.xy, rest.xy),
      yy: onAxis(adjugate.yy, rest.xx + rest.tt), xt: offAxis(adjugate.xt, rest.xt),
      yt: offAxis(adjugate.yt, rest.yt), tt: onAxis(adjugate.tt, rest.xx + rest.yy))
  }

  /// Propagates the derivatives with respect to A to S and to the kick's numbers. An off-diagonal
  /// entry is the derivative with respect to the entry and its mirror image together.
  @inline(__always)
  func pullBack(
    _ a: SymmetricMatrix3<C>, _ slopes: EllipsoidSlopes<C>, _ kick: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    // A = D·(strength·F)·D: first the transformation from the laboratory.
    let cotangent = a.inRestFrame(betaGamma)
    let field = field
    kick.strength += cotangent.dot(field)
    let offPlane = a.xt * field.xt + a.yt * field.yt
    kick.betaGamma += strength * (2.0 * betaGamma * a.tt * field.tt - offPlane)

    // F = adj·J₀ + (tr − Ŝ)·J₁ + J₂.
    let f = cotangent.scaled(by: strength)
    let trace = f.xx + f.yy + f.tt
    let across = f.xx * rest.xx + f.yy * rest.yy + f.tt * rest.tt
    let crossed = f.xy * rest.xy + f.xt * rest.xt + f.yt * rest.yt
    let toJ0 = f.dot(adjugate)
    let toJ1 = trace * (rest.xx + rest.yy + rest.tt) - across - crossed
    let toInvariants = slopes.pullBack(toJ0, toJ1, trace)

    // Ŝ occurs in J₁'s factor, in adj Ŝ and in the invariants.
    let toAdjugate = SymmetricMatrix3(
      xx: f.xx * j.j0 + toInvariants.minors + toInvariants.determinant * rest.xx,
      xy: f.xy * j.j0 + toInvariants.determinant * rest.xy,
      yy: f.yy * j.j0 + toInvariants.minors,
      xt: f.xt * j.j0 + toInvariants.determinant * rest.xt,
      yt: f.yt * j.j0, tt: f.tt * j.j0 + toInvariants.minors)
    var toRest = rest.pullBackAdjugate(toAdjugate)
    let diagonal = trace * j.j1 + toInvariants.trace
    toRest.xx += diagonal - f.xx * j.j1 + toInvariants.determinant * adjugate.xx
    toRest.yy += diagonal - f.yy * j.j1
    toRest.tt += diagonal - f.tt * j.j1
    toRest.xy += toInvariants.determinant * adjugate.xy - f.xy * j.j1
    toRest.xt += toInvariants.determinant * adjugate.xt - f.xt * j.j1
    toRest.yt -= f.yt * j.j1

    kick.betaGamma += 2.0 * betaGamma * toRest.tt * lab.tt
    kick.betaGamma -= toRest.xt * lab.xt + toRest.yt * lab.yt
    return toRest.inRestFrame(betaGamma)
  }
}

extension EnvelopeKick {
  @inline(never)
  func spatialField(_ lab: SymmetricMatrix3<C>) -> SpatialField<C> {
    let rest = lab.inRestFrame(betaGamma)
    let adjugate = rest.adjugate
    return SpatialField(
      strength: strength, betaGamma: betaGamma, lab: lab, rest: rest, adjugate: adjugate,
      j: EllipsoidIntegrals(EllipsoidInvariants(rest, adjugate)))
  }

  /// The same with the integrals for its derivatives, in one loop over the nodes.
  @inline(never)
  func spatialFieldWithSlopes(
    _ lab: SymmetricMatrix3<C>
  ) -> (field: SpatialField<C>, slopes: EllipsoidSlopes<C>) {
    let rest = lab.inRestFrame(betaGamma)
    let adjugate = rest.adjugate
    let (j, slopes) = EllipsoidIntegrals<C>.withSlopes(EllipsoidInvariants(rest, adjugate))
    let field = SpatialField(
      strength: strength, betaGamma: betaGamma, lab: lab, rest: rest, adjugate: adjugate, j: j)
    return (field, slopes)
  }
}

extension SymmetricMatrix3 {
  /// DSD with D = diag(1, 1, −βγ).
  @inline(__always)
  fileprivate func inRestFrame(_ betaGamma: C) -> Self {
    Self(
      xx: xx, xy: xy, yy: yy, xt: -(betaGamma * xt), yt: -(betaGamma * yt),
      tt: betaGamma * betaGamma * tt)
  }
}
