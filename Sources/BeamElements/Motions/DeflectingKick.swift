import AutoDiff
import BeamMaps

/// The kick of a deflecting cavity, from H = −v·x·cos(φ + kt):
///
///     px += v·cos(φ + kt)    pt −= v·k·x·sin(φ + kt)
///
/// What deflects also changes the energy off the axis: W. K. H. Panofsky, W. A. Wenzel, Rev. Sci.
/// Instrum. 27, 967 (1956).
public struct DeflectingKick<S: ParticleScalar>: Motion, ScaledMotion {
  /// k [1/m]
  @usableFromInline let wavenumber: S
  /// v·sin φ, v·cos φ
  @usableFromInline let sine, cosine: S

  /// The kick with the greatest deflection `amplitude` v, `phase` φ [rad] and `wavenumber` k [1/m].
  @inlinable
  public init(amplitude: S.Constant, phase: S.Constant, wavenumber: S.Constant) {
    let (sine, cosine) = S.Constant.sincos(phase)
    self.wavenumber = S(wavenumber)
    self.sine = S(amplitude * sine)
    self.cosine = S(amplitude * cosine)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask { move(&z, times: .one) }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    let (sineTime, cosineTime) = S.sincos(wavenumber * z.t)
    z.px = z.px + fraction * (cosine * cosineTime - sine * sineTime)
    z.pt =
      z.pt - fraction * wavenumber * z.x * (sine * cosineTime + cosine * sineTime)
    return S.Mask(repeating: true)
  }
}
