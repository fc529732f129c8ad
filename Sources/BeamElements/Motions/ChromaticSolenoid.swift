import AutoDiff
import BeamMaps

/// A uniform field B_z between hard edges, to second order in the transverse coordinates and exact
/// in the energy, with α = ks/2:
///
///     H = −δ + N/(2δ) − pt/β,  N = (px + αy)² + (py − αx)²
///
/// N is constant, so that ``SolenoidTurn`` solves it with ℓ = L/δ. Without field it is the chromatic
/// drift.
public struct ChromaticSolenoid<S: ParticleScalar>: StagedMotion {
  @usableFromInline let focusing: ChromaticFocusing<S>
  @usableFromInline let turn: SolenoidTurn<S>

  /// A solenoid of strength `ks` [1/m] over `length` [m].
  @inlinable
  public init(ks: S.Constant, length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    focusing = ChromaticFocusing(length: length, reference)
    turn = SolenoidTurn(ks: ks)
  }

  @inlinable @inline(__always)
  public func prepare(_ pt: S) -> ChromaticFocusing<S>.Stage { focusing.prepare(pt) }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, _ stage: ChromaticFocusing<S>.Stage) -> S.Mask {
    // The stage's factor is that of (2/L)·∫N ds = 2N.
    z.t = z.t + (stage.delay + stage.curvature * (2.0 * turn.transverse(z)))
    turn.move(&z, over: focusing.length * stage.inverseDelta)
    return stage.isInside
  }
}
