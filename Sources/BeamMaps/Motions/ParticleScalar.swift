import AutoDiff

/// A scalar that particles are tracked with. It can be loaded from a tile and stored to it.
public protocol ParticleScalar: StoredScalar where Word: ParticleWord {
  /// The actions of motions for this scalar, with or without derivatives: ``PointActions`` for
  /// single numbers, ``TileActions`` for groups of lanes.
  associatedtype Actions: MotionActions = PointActions
  /// The value of the mask in lane `i`.
  static func isTrue(_ mask: Mask, lane i: Int) -> Bool
  /// The action that moves a tile by `motion`; nil for scalars that move no tiles.
  static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self
  /// The same in stages, for scalars that are faster with them.
  static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self
  /// The further actions of the map of `motion` on tangents; none for scalars without tangents.
  static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word> where M.S == Self
}

extension ParticleScalar {
  @inlinable @inline(__always)
  public static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self {
    Actions.tile(motion)
  }

  /// Scalars with tangents have enough independent operations already, and too many values to keep:
  /// they use one stage.
  @inlinable @inline(__always)
  public static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self { tileAction(motion) }
}

extension ParticleScalar where Mask == Bool {
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Bool, lane i: Int) -> Bool { mask }
}

extension Double: ParticleScalar {}

extension Float: ParticleScalar {}

extension Lanes: ParticleScalar where Shape.Storage.Scalar: ParticleWord {
  public typealias Actions = TileActions
  @inlinable @inline(__always)
  public static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self { Actions.tile(inStagesBy: motion) }
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { mask[i] }
}

extension Dual: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension Tangent: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension TangentPair: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  /// Pairs of tangents only propagate cotangents backward.
  @inlinable @inline(__always)
  public static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self {
    nil
  }
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}
