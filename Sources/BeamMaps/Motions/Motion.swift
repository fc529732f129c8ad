import AutoDiff

/// The formula by which a slice of an element moves one particle, or the particles in one group of
/// lanes.
///
/// A conforming struct holds the slice's constants. A motion is a type and not a closure, so that
/// the compiler inlines it into the loop over a tile.
public protocol Motion<S>: Sendable {
  associatedtype S: ParticleScalar
  /// What it leaves as it is; nothing if the motion does not say.
  static var kept: KeptCoordinates { get }
  /// Moves `z`.
  ///
  /// - Returns: False where `z` was outside the formula's domain; the new value of `z` is then not
  ///   valid. Such particles are lost with their coordinates before the motion.
  func move(_ z: inout PhaseSpace<S>) -> S.Mask
}

extension Motion {
  @inlinable public static var kept: KeptCoordinates { .none }
}

/// A ``Motion`` whose first part depends on the energy alone: a root and a division, each of which
/// waits for the result before it.
///
/// The loop over a tile does this part for several groups of lanes before it moves the first of
/// them, so that the waiting times overlap: 4.8 ns instead of 6.0 per particle for the chromatic
/// quadrupole.
public protocol StagedMotion<S>: Motion {
  /// The values that depend on the energy alone.
  associatedtype Stage: Sendable
  /// The first part: the values that depend on pt.
  func prepare(_ pt: S) -> Stage
  /// The second part; as ``Motion/move(_:)``.
  func move(_ z: inout PhaseSpace<S>, _ stage: Stage) -> S.Mask
}

extension StagedMotion {
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask { move(&z, prepare(z.pt)) }
}
