import AutoDiff

/// The identity map.
public struct Rest<S: ParticleScalar>: Motion {
  /// The identity.
  @inlinable public init() {}

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask { S.Mask(repeating: true) }
}
