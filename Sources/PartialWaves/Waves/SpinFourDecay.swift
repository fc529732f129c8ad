import AutoDiff

/// The orbital tensor t^(4) of f₄ → h⁺h⁻, contracted with vectors without computing its 256
/// components.
///
///     t = B₄ (r r r r − ρ/7 Σ₆ g̃ r r + ρ²/35 Σ₃ g̃ g̃),   ρ = r·r
struct SpinFourDecay<S: RealScalar> {
  /// r_μ made orthogonal to f, and ρ.
  let r: FourVector<S>
  let squared: S
  /// The momentum of f, and its squared mass.
  let p: FourVector<S>
  let s: S
  /// B₄
  let factor: S

  @inline(__always)
  init(_ tracks: FourTracks<S>, squaredMass: S, barrier: OrbitalBarrier) {
    let (hadron, antihadron) = (tracks.positiveHadron, tracks.negativeHadron)
    p = tracks.f
    s = squaredMass
    let relative = hadron - antihadron
    r = relative - (p.dot(relative) / s) * p
    squared = r.invariant
    factor = barrier.factor(
      4,
      squaredMomentum: OrbitalBarrier.squaredBreakUpMomentum(
        s, hadron.invariant, antihadron.invariant))
  }

  /// A vector x with which an index of t is contracted: its lower components, and its contractions
  /// with r and g̃.
  struct Slot {
    let space: ThreeVector<S>
    let time: S
    /// r^μ x_μ
    let r: S
    /// g̃^μν x_ν
    let projected: FourVector<S>

    /// x_μ a^μ
    @inline(__always)
    func met(by a: FourVector<S>) -> S { space.dot(a.space) + time * a.energy }
  }

  @inline(__always)
  func slot(_ space: ThreeVector<S>, time: S = .zero) -> Slot {
    let along = (p.space.dot(space) + p.energy * time) / s
    return Slot(
      space: space, time: time, r: r.space.dot(space) + r.energy * time,
      projected: FourVector(-space, energy: time) - along * p)
  }

  /// t^{iαβγ} x_α x_β y_γ, i in space.
  @inline(__always)
  func contracted(twice x: Slot, _ y: Slot) -> ThreeVector<S> {
    let xx = x.met(by: x.projected)
    let xy = x.met(by: y.projected)
    let seventh = 1.0 / 7.0 * squared
    let thirtyFifth = 1.0 / 35.0 * squared.squared
    var alongR: S = y.r * x.r.squared
    alongR -= seventh * (2.0 * (xy * x.r) + xx * y.r)
    let alongY: S = thirtyFifth * xx - seventh * x.r.squared
    let alongX: S = 2.0 * (thirtyFifth * xy - seventh * (x.r * y.r))
    let sum = alongR * r.space + alongY * y.projected.space + alongX * x.projected.space
    return factor * sum
  }

  /// t^{αβγδ} x_α x_β x_γ x_δ
  @inline(__always)
  func contracted(fourTimes x: Slot) -> S {
    let xx = x.met(by: x.projected)
    let r2 = x.r.squared
    let single: S = 6.0 / 7.0 * (squared * xx * r2)
    let double: S = 3.0 / 35.0 * (squared * xx).squared
    return factor * (r2.squared - single + double)
  }
}
