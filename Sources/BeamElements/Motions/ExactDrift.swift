import AutoDiff
import BeamMaps

/// Free flight over a given length.
public struct ExactDrift<S: ParticleScalar>: Motion {
  @inlinable public static var kept: KeptCoordinates { .momenta }

  @usableFromInline let flight: FreeFlight<S>
  @usableFromInline let length: S

  /// A drift over `length` [m].
  @inlinable
  public init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    flight = FreeFlight(reference)
    self.length = S(length)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask { flight.move(&z, over: length) }
}
