import AutoDiff

/// The derivatives of an objective to the numbers of one kick.
struct KickCotangent<C: EnvelopeScalar> {
  /// To the strength.
  var strength: C
  /// To β₀γ₀, at fixed strength.
  var betaGamma: C

  static var zero: Self { Self(strength: .zero, betaGamma: .zero) }
}

extension SpaceChargeKick {
  /// Takes the derivatives to A back to S and to the kick's numbers. Those to an entry beside the
  /// diagonal stand for it and its mirror image together.
  @inline(__always)
  func pullBackPlanar(
    _ a: SymmetricMatrix3<C>, at s: SymmetricMatrix3<C>, _ kick: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let root = C.sqrt(s.xx * s.yy - s.xy * s.xy)
    let sum = s.xx + s.yy
    let inverse = C.reciprocal(root * (sum + 2.0 * root))
    let factor = strength * inverse
    // A = factor·(adj S + root), factor = strength/(root·(sum + 2·root)).
    let slope =
      (a.xx * (s.yy + root) + a.yy * (s.xx + root) - a.xy * s.xy) * inverse
    kick.strength += slope
    let divisor = -(slope * factor)
    let rootBar = factor * (a.xx + a.yy) + divisor * (sum + 4.0 * root)
    let diagonal = divisor * root
    let halved = 0.5 * rootBar * (inverse * (sum + 2.0 * root))
    return SymmetricMatrix3(
      xx: factor * a.yy + diagonal + halved * s.yy,
      xy: -(factor * a.xy + 2.0 * halved * s.xy),
      yy: factor * a.xx + diagonal + halved * s.xx, xt: .zero, yt: .zero, tt: .zero)
  }

  /// The same in three dimensions.
  @inline(never)
  func pullBackSpatial(
    _ a: SymmetricMatrix3<C>, at lab: SymmetricMatrix3<C>, _ kick: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let rest = restFrame(lab)
    let adjugate = rest.adjugate
    let invariants = EllipsoidInvariants(rest, adjugate)
    let (j, slopes) = EllipsoidIntegrals<C>.withSlopes(invariants)
    // A = D·(strength·F)·D: first out of the laboratory.
    let bar = restFrame(a)
    func onAxis(_ adjugate: C, _ others: C) -> C { adjugate * j.j0 + others * j.j1 + j.j2 }
    func offAxis(_ adjugate: C, _ rest: C) -> C { adjugate * j.j0 - rest * j.j1 }
    let field = SymmetricMatrix3(
      xx: onAxis(adjugate.xx, rest.yy + rest.tt), xy: offAxis(adjugate.xy, rest.xy),
      yy: onAxis(adjugate.yy, rest.xx + rest.tt), xt: offAxis(adjugate.xt, rest.xt),
      yt: offAxis(adjugate.yt, rest.yt), tt: onAxis(adjugate.tt, rest.xx + rest.yy))
    kick.strength += bar.dot(field)
    let offPlane = a.xt * field.xt + a.yt * field.yt
    kick.betaGamma += strength * (2.0 * betaGamma * a.tt * field.tt - offPlane)

    // F = adj·J₀ + (tr − Ŝ)·J₁ + J₂.
    let f = bar.scaled(by: strength)
    let trace = f.xx + f.yy + f.tt
    let across = f.xx * rest.xx + f.yy * rest.yy + f.tt * rest.tt
    let crossed = f.xy * rest.xy + f.xt * rest.xt + f.yt * rest.yt
    let toJ0 = f.dot(adjugate)
    let toJ1 = trace * (rest.xx + rest.yy + rest.tt) - across - crossed
    let toInvariants = slopes.pullBack(toJ0, toJ1, trace)

    // Ŝ in J₁'s factor, in adj Ŝ and in the invariants.
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
    return restFrame(toRest)
  }
}

extension SymmetricMatrix3 {
  /// The sum over products of the six entries.
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

  /// Takes derivatives to the cofactors back to the entries.
  @inline(__always)
  func pullBackAdjugate(_ bar: Self) -> Self {
    Self(
      xx: bar.yy * tt + bar.tt * yy - bar.yt * yt,
      xy: bar.xt * yt + bar.yt * xt - bar.xy * tt - 2.0 * (bar.tt * xy),
      yy: bar.xx * tt + bar.tt * xx - bar.xt * xt,
      xt: bar.xy * yt + bar.yt * xy - bar.xt * yy - 2.0 * (bar.yy * xt),
      yt: bar.xy * xt + bar.xt * xy - bar.yt * xx - 2.0 * (bar.xx * yt),
      tt: bar.xx * yy + bar.yy * xx - bar.xy * xy)
  }
}

/// Kₚ = ∫₀^∞ sᵖ·det(Ŝ + s)^(−5/2) ds for p = 0 … 4: ∂Jₘ is −(3/2)·K_{m+2}, K_{m+1}, K_m to the
/// trace, the minors and the determinant.
struct EllipsoidSlopes<C: EnvelopeScalar> {
  var k0, k1, k2, k3, k4: C

  /// Takes derivatives to J₀, J₁, J₂ back to the invariants.
  @inline(__always)
  func pullBack(_ j0: C, _ j1: C, _ j2: C) -> EllipsoidInvariants<C> {
    EllipsoidInvariants(
      trace: -1.5 * (j0 * k2 + j1 * k3 + j2 * k4), minors: -1.5 * (j0 * k1 + j1 * k2 + j2 * k3),
      determinant: -1.5 * (j0 * k0 + j1 * k1 + j2 * k2))
  }
}

extension EllipsoidIntegrals {
  /// The integrals and their derivatives, from one pass over the nodes.
  @inline(__always)
  static func withSlopes(_ invariants: EllipsoidInvariants<C>) -> (Self, EllipsoidSlopes<C>) {
    let trace = C.Four(invariants.trace)
    let minors = C.Four(invariants.minors)
    let determinant = C.Four(invariants.determinant)
    var j = (C.Four.zero, C.Four.zero, C.Four.zero)
    var k = (C.Four.zero, C.Four.zero, C.Four.zero, C.Four.zero, C.Four.zero)
    EllipsoidGrid(invariants).forEachNode { s in
      let det = ((s + trace) * s + minors) * s + determinant
      let inverse = C.Four.reciprocal(det)
      var weight = s * inverse * .sqrt(inverse)
      var slope = weight * inverse
      j.0 += weight
      k.0 += slope
      weight *= s
      slope *= s
      j.1 += weight
      k.1 += slope
      weight *= s
      slope *= s
      j.2 += weight
      k.2 += slope
      slope *= s
      k.3 += slope
      k.4 += s * slope
    }
    let step = EllipsoidGrid<C>.step
    return (
      Self(j0: step * total(j.0), j1: step * total(j.1), j2: step * total(j.2)),
      EllipsoidSlopes(
        k0: step * total(k.0), k1: step * total(k.1), k2: step * total(k.2),
        k3: step * total(k.3), k4: step * total(k.4))
    )
  }
}
