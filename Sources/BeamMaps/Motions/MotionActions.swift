import AutoDiff
import LinearAlgebra

/// Moves the living particles of a tile.
public typealias TileAction<Word: ParticleWord> = @Sendable (inout Tile<Word>) -> Void

/// What becomes of a motion for a kind of numbers: it moves points, or tiles of particles.
///
/// These are functions of types, and not conditions inside one function, so that the compiler never makes
/// machine code for what these numbers do not do. They are not `@inline(__always)`: in closures of functions
/// that are, calls of C functions are not inlined.
public protocol MotionActions {
  /// Moves a point.
  static func point<M: Motion>(_ motion: M) -> (@Sendable (inout PhaseSpace<M.S>) -> M.S.Mask)?
  /// Moves a tile.
  static func tile<M: Motion>(_ motion: M) -> TileAction<M.S.Word>?
  /// Moves a tile, with the motion's first part for several groups of lanes ahead.
  static func tile<M: StagedMotion>(inStagesBy motion: M) -> TileAction<M.S.Word>?
  /// Takes cotangents of a tile to derivatives along a direction.
  static func projection<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.Projection? where M.S == Tangent<V>
  /// Takes cotangents of a tile back.
  static func pullBack<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.PullBack? where M.S == TangentPair<V>
}

/// Single numbers, with any derivatives: they move points.
public enum PointActions: MotionActions {
  @inlinable
  public static func point<M: Motion>(
    _ motion: M
  ) -> (@Sendable (inout PhaseSpace<M.S>) -> M.S.Mask)? {
    { z in motion.advance(&z) }
  }
  @inlinable
  public static func tile<M: Motion>(_ motion: M) -> TileAction<M.S.Word>? { nil }
  @inlinable
  public static func tile<M: StagedMotion>(inStagesBy motion: M) -> TileAction<M.S.Word>? { nil }
  @inlinable
  public static func projection<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.Projection? where M.S == Tangent<V> { nil }
  @inlinable
  public static func pullBack<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.PullBack? where M.S == TangentPair<V> { nil }
}

/// Groups of lanes, with any derivatives: they move tiles.
public enum TileActions: MotionActions {
  @inlinable
  public static func point<M: Motion>(
    _ motion: M
  ) -> (@Sendable (inout PhaseSpace<M.S>) -> M.S.Mask)? { nil }
  @inlinable
  public static func tile<M: Motion>(_ motion: M) -> TileAction<M.S.Word>? {
    { tile in TransferMap<M.S>.move(&tile, by: motion) }
  }
  @inlinable
  public static func tile<M: StagedMotion>(inStagesBy motion: M) -> TileAction<M.S.Word>? {
    { tile in TransferMap<M.S>.move(&tile, inStagesBy: motion) }
  }
  @inlinable
  public static func projection<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.Projection? where M.S == Tangent<V> {
    { tile, points, direction, results, sums in
      Tangent<V>.project(motion, &tile, points, direction, results, sums)
    }
  }
  @inlinable
  public static func pullBack<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.PullBack? where M.S == TangentPair<V> {
    { tile, sums in TangentPair<V>.pullBack(motion, &tile, sums) }
  }
}
