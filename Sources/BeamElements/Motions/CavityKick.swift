import AutoDiff
import BeamMaps

/// The kick of a cavity, pt ← pt·p_i/p_f + (V/p_f)·[cos φ − cos(kt + φ)]. The difference is
/// computed as 2·sin(kt/2)·sin(φ + kt/2), without cancellation.
public struct CavityKick<S: ParticleScalar>: Motion {
  /// p_i/p_f
  @usableFromInline let momentumRatio: S
  /// k/2
  @usableFromInline let halfWavenumber: S
  /// (2V/p_f)·sin φ, (2V/p_f)·cos φ
  @usableFromInline let sine, cosine: S

  /// The kick with the largest gain of γ `amplitude` V, `phase` φ [rad] and `wavenumber` k [1/m],
  /// where the reference particle has the energy of `before`, and then of `after`.
  @inlinable
  public init(
    amplitude: S.Constant, phase: S.Constant, wavenumber: S.Constant,
    from before: ReferenceParticle<S.Constant>, to after: ReferenceParticle<S.Constant>
  ) {
    let momentum = after.betaGamma
    let (sine, cosine) = S.Constant.sincos(phase)
    let kick = 2.0 * amplitude / momentum
    momentumRatio = S(before.betaGamma / momentum)
    halfWavenumber = S(0.5 * wavenumber)
    self.sine = S(kick * sine)
    self.cosine = S(kick * cosine)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (sineHalf, cosineHalf) = S.sincos(halfWavenumber * z.t)
    z.rescaleMomenta(by: momentumRatio)
    z.pt = z.pt + sineHalf * (sine * cosineHalf + cosine * sineHalf)
    return S.Mask(repeating: true)
  }
}
