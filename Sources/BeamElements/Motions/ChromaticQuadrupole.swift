import AutoDiff
import BeamMaps

/// The quadrupole with H = −δ + (px² + py²)/(2δ) + k(x² − y²)/2 − pt/β, solved exactly.
///
/// At k = 0 it is the chromatic drift, without a special case. The Stumpff functions of both planes
/// come from one series.
public struct ChromaticQuadrupole<S: ParticleScalar>: StagedMotion {
  @inlinable public static var kept: KeptCoordinates { .energy }

  @usableFromInline let focusing: ChromaticFocusing<S>
  /// kL
  @usableFromInline let kL: S
  /// kL²
  @usableFromInline let kLL: S

  /// A quadrupole of strength `k` [m⁻²] over `length` [m].
  @inlinable @inline(__always)
  public init(k: S.Constant, length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    focusing = ChromaticFocusing(length: length, reference)
    kL = S(k * length)
    kLL = S(k * length * length)
  }

  @inlinable @inline(__always)
  public func prepare(_ pt: S) -> ChromaticFocusing<S>.Stage { focusing.prepare(pt) }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, _ stage: ChromaticFocusing<S>.Stage) -> S.Mask {
    let (horizontal, vertical) = Stumpff<S>.pair(kLL * stage.inverseDelta)
    return focusing.move(&z, stage, x: (horizontal, kL), y: (vertical, -kL))
  }
}
