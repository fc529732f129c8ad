import AutoDiff
import BeamTracking

/// The integrals Jₘ = ∫₀^∞ sᵐ·det(Ŝ + s)^(−3/2) ds for m = 0, 1, 2, which give the field of a
/// uniform ellipsoid.
///
/// Unlike R_D by duplication (B. C. Carlson, Numer. Math. 33, 1 (1979)) they have no preferred
/// axes: the ellipsoid may be tilted, and axes may be equal. They are summed over the nodes of
/// ``EllipsoidGrid``.
struct EllipsoidIntegrals<C: SweepScalar> {
  var j0, j1, j2: C

  init(j0: C, j1: C, j2: C) {
    self.j0 = j0
    self.j1 = j1
    self.j2 = j2
  }

  @inline(__always)
  init(_ invariants: EllipsoidInvariants<C>) {
    let trace = C.Four(invariants.trace)
    let minors = C.Four(invariants.minors)
    let determinant = C.Four(invariants.determinant)
    var (sum0, sum1, sum2) = (C.Four.zero, C.Four.zero, C.Four.zero)
    EllipsoidGrid(invariants).forEachNode { s, ds in
      let det = ((s + trace) * s + minors) * s + determinant
      var weight = ds / (det * .sqrt(det))
      sum0 += weight
      weight *= s
      sum1 += weight
      sum2 += s * weight
    }
    j0 = Self.total(sum0)
    j1 = Self.total(sum1)
    j2 = Self.total(sum2)
  }

  /// The sum of four numbers.
  @inline(__always)
  static func total(_ four: C.Four) -> C {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * C.componentCount) { words in
      guard let base = words.baseAddress else { return .zero }
      four.store(to: base, stride: 4)
      let pairs = (
        C.load(base, stride: 4) + C.load(base + 1, stride: 4),
        C.load(base + 2, stride: 4) + C.load(base + 3, stride: 4)
      )
      return pairs.0 + pairs.1
    }
  }
}

/// Kₚ = ∫₀^∞ sᵖ·det(Ŝ + s)^(−5/2) ds for p = 0 … 4. The derivatives of Jₘ with respect to the
/// trace, the minors and the determinant are −(3/2)·K_{m+2}, −(3/2)·K_{m+1} and −(3/2)·K_m.
struct EllipsoidSlopes<C: SweepScalar> {
  var k0, k1, k2, k3, k4: C

  /// Propagates derivatives with respect to J₀, J₁, J₂ to the invariants.
  @inline(__always)
  func pullBack(_ j0: C, _ j1: C, _ j2: C) -> EllipsoidInvariants<C> {
    EllipsoidInvariants(
      trace: -1.5 * (j0 * k2 + j1 * k3 + j2 * k4), minors: -1.5 * (j0 * k1 + j1 * k2 + j2 * k3),
      determinant: -1.5 * (j0 * k0 + j1 * k1 + j2 * k2))
  }
}

extension EllipsoidIntegrals {
  /// The integrals and their derivatives, in one loop over the nodes.
  @inline(__always)
  static func withSlopes(_ invariants: EllipsoidInvariants<C>) -> (Self, EllipsoidSlopes<C>) {
    let trace = C.Four(invariants.trace)
    let minors = C.Four(invariants.minors)
    let determinant = C.Four(invariants.determinant)
    var j = (C.Four.zero, C.Four.zero, C.Four.zero)
    var k = (C.Four.zero, C.Four.zero, C.Four.zero, C.Four.zero, C.Four.zero)
    EllipsoidGrid(invariants).forEachNode { s, ds in
      let det = ((s + trace) * s + minors) * s + determinant
      let inverse = C.Four.reciprocal(det)
      var weight = ds * inverse * .sqrt(inverse)
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
    return (
      Self(j0: total(j.0), j1: total(j.1), j2: total(j.2)),
      EllipsoidSlopes(
        k0: total(k.0), k1: total(k.1), k2: total(k.2), k3: total(k.3), k4: total(k.4))
    )
  }
}

/// det(Ŝ + s) = s³ + trace·s² + minors·s + determinant.
struct EllipsoidInvariants<C: RealScalar> {
  var trace, minors, determinant: C

  @inline(__always)
  init(trace: C, minors: C, determinant: C) {
    self.trace = trace
    self.minors = minors
    self.determinant = determinant
  }

  @inline(__always)
  init(_ matrix: SymmetricMatrix3<C>, _ adjugate: SymmetricMatrix3<C>) {
    trace = matrix.xx + matrix.yy + matrix.tt
    minors = adjugate.xx + adjugate.yy + adjugate.tt
    determinant = matrix.xx * adjugate.xx + matrix.xy * adjugate.xy + matrix.xt * adjugate.xt
  }
}
