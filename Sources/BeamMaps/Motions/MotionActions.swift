import AutoDiff
import LinearAlgebra

/// Moves the living particles of a tile.
public typealias TileAction<Word: ParticleWord> = @Sendable (inout Tile<Word>) -> Void

/// The actions of a motion for a type of scalar: it moves points, or tiles of particles.
///
/// The choice is made by types, and not by conditions inside one function, so that the compiler
/// makes no machine code for actions that a scalar does not support. The functions are not
/// `@inline(__always)`: in closures of functions that are, calls of C functions are not inlined.
public protocol MotionActions {
  /// The action that moves a point; nil if there is none.
  static func point<M: Motion>(_ motion: M) -> (@Sendable (inout PhaseSpace<M.S>) -> M.S.Mask)?
  /// The action that moves a tile; nil if there is none.
  static func tile<M: Motion>(_ motion: M) -> TileAction<M.S.Word>?
  /// The action that moves a tile, and computes the motion's first stage for several groups of
  /// lanes ahead; nil if there is none.
  static func tile<M: StagedMotion>(inStagesBy motion: M) -> TileAction<M.S.Word>?
  /// The action that contracts the cotangents of a tile with derivatives along a direction.
  static func projection<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.Projection? where M.S == Tangent<V>
  /// The action that propagates the cotangents of a tile backward.
  static func pullBack<M: Motion, V: ParticleScalar>(
    _ motion: M
  ) -> TangentActions<V.Word>.PullBack? where M.S == TangentPair<V>
}

/// The actions of single numbers, with or without derivatives: they move points.
public enum PointActions: MotionActions {
  @inlinable
  public static func point<M: Motion>(
    _ motion: M
  ) -> (@Sendable (inout PhaseSpace<M.S>) -> M.S.Mask)? {
    { z in motion.move(&z) }
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

/// The actions of groups of lanes, with or without derivatives: they move tiles.
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
