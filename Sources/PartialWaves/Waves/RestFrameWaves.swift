import AutoDiff

/// The waves of ψ → φ f_J in three-vectors, fast enough for every event of a sample.
///
/// In the rest frame of ψ all indices of T^(L) and of U are indices of space; with d = **p**_φ −
/// **p**_f, T^(2) = B₂(d dᵀ − d²/3), and every contraction with it is a scalar product with d. Only
/// v and t, which are defined in other rest frames, have time components, and these contribute only
/// where v and t are contracted. The results are those of ``PhiF0``, ``PhiF2`` and ``PhiF4``, to
/// rounding.
@frozen
public struct RestFrameWaves<S: RealScalar>: Sendable {
  /// Squared masses of φ and of f_J [GeV²].
  public let squaredPhiMass, squaredFMass: S

  @usableFromInline let tracks: FourTracks<S>
  @usableFromInline let squaredParentMass: Double
  @usableFromInline let barrier: OrbitalBarrier
  /// d, and d²
  @usableFromInline let d: ThreeVector<S>
  @usableFromInline let d2: S
  /// The squared break-up momentum of ψ → φ f [GeV²].
  @usableFromInline let q: S
  /// B₂ of ψ → φ f.
  @usableFromInline let b2: S
  /// v of φ → K⁺K⁻ in space, and in time.
  @usableFromInline let w: ThreeVector<S>
  @usableFromInline let w0: S

  /// - Parameters:
  ///   - tracks: The tracks in the rest frame of ψ.
  ///   - parentMass: M of ψ [GeV].
  ///   - barrier: The barrier factors.
  @inlinable @inline(__always)
  public init(_ tracks: FourTracks<S>, parentMass: Double, barrier: OrbitalBarrier) {
    let (phi, f) = (tracks.phi, tracks.f)
    let (sPhi, sF) = (phi.invariant, f.invariant)
    self.tracks = tracks
    self.barrier = barrier
    squaredParentMass = parentMass * parentMass
    squaredPhiMass = sPhi
    squaredFMass = sF
    d = phi.space - f.space
    d2 = d.squaredLength
    q = OrbitalBarrier.squaredBreakUpMomentum(S(squaredParentMass), sPhi, sF)
    b2 = barrier.factor(2, squaredMomentum: q)
    let (kaon, antikaon) = (tracks.positiveKaon, tracks.negativeKaon)
    let b1 = barrier.factor(
      1,
      squaredMomentum: OrbitalBarrier.squaredBreakUpMomentum(
        sPhi, kaon.invariant, antikaon.invariant))
    let relative = kaon - antikaon
    let transverse = relative - (phi.dot(relative) / sPhi) * phi
    w = b1 * transverse.space
    w0 = b1 * transverse.energy
  }

  /// T^(2)·a
  @inlinable @inline(__always)
  func orbital2(_ a: ThreeVector<S>) -> ThreeVector<S> {
    b2 * (d.dot(a) * d - (1.0 / 3.0 * d2) * a)
  }

  /// U of φ f₀: ⟨0 1| and ⟨2 1|.
  @inlinable @inline(__always)
  public var spin0: InlineArray<2, ThreeVector<S>> { [w, -orbital2(w)] }

  /// U of φ f₂: ⟨0 1|, ⟨2 1|, ⟨2 2|, ⟨2 3| and ⟨4 3|.
  @inlinable @inline(__always)
  public var spin2: InlineArray<5, ThreeVector<S>> {
    let (hadron, antihadron) = (tracks.positiveHadron, tracks.negativeHadron)
    let f = tracks.f
    let relative = hadron - antihadron
    let r = relative - (f.dot(relative) / squaredFMass) * f
    let factor = barrier.factor(
      2,
      squaredMomentum: OrbitalBarrier.squaredBreakUpMomentum(
        squaredFMass, hadron.invariant, antihadron.invariant))
    // t = B₂(r r − g̃ r²/3), where g̃ = −1 − p pᵀ/s in space and −p E/s between space and time.
    let third = 1.0 / 3.0 * (factor * r.invariant)
    let slope = third / squaredFMass
    let t =
      SymmetricMatrix(factor, dyadOf: r.space) + SymmetricMatrix(slope, dyadOf: f.space)
      + SymmetricMatrix(diagonal: third)
    let time = (factor * r.energy) * r.space + (slope * f.energy) * f.space

    let td = t * d
    let tw = t * w
    let dw = d.dot(w)
    let dtd = d.dot(td)
    let dtw = d.dot(tw)
    let trace = t.trace

    let sWave = w0 * time - tw
    let spin1 = -orbital2(sWave)
    // d × ((C + Cᵀ)d), where C is the vector product of t's first index with w. The part of T^(2)
    // that is a multiple of 1 does not contribute, since C + Cᵀ is symmetric.
    let spin2 = (squaredParentMass * b2) * d.cross(td.cross(w) + t * w.cross(d))
    // T^(2) with the symmetric traceless part of t w; lowering three indices gives the sign.
    let tTw = b2 * (dw * td - (1.0 / 3.0 * d2) * tw)
    let traceless: S = dtd - 1.0 / 3.0 * d2 * trace
    let symmetrized: ThreeVector<S> = 2.0 * tTw + (b2 * traceless) * w
    let traces = trace * w + 2.0 * tw
    let spin3 = 2.0 / 15.0 * orbital2(traces) - 1.0 / 3.0 * symmetrized
    // T^(4) with w t: the terms of d d d d, of one metric and of two metrics.
    let alongD: S = dw * dtd - (1.0 / 7.0 * d2) * (2.0 * dtw + dw * trace)
    let others: ThreeVector<S> = dtd * w + (2.0 * dw) * td
    let b4 = barrier.factor(4, squaredMomentum: q)
    var gWave: ThreeVector<S> = alongD * d - (1.0 / 7.0 * d2) * others
    gWave = -b4 * (gWave + (1.0 / 35.0 * d2.squared) * traces)
    return [sWave, spin1, spin2, spin3, gWave]
  }
}
