import AutoDiff

/// No motion at all.
public struct Rest<S: ParticleScalar>: Motion {
  @inlinable public init() {}

  @inlinable @inline(__always)
  public func advance(_ z: inout PhaseSpace<S>) -> S.Mask { S.Mask(repeating: true) }
}
