import AutoDiff

/// The map of a slice of an element, z ↦ M(z), for the scalar `S`.
///
/// It is a type-erased ``Motion``, made where the motion's type is known: one call per point, and
/// one per tile.
public struct TransferMap<S: ParticleScalar>: Sendable {
  @usableFromInline let onPoint: (@Sendable (inout PhaseSpace<S>) -> S.Mask)?
  @usableFromInline let onTile: TileAction<S.Word>?
  @usableFromInline let actions: TangentActions<S.Word>
  /// What the map leaves as it is.
  public let kept: KeptCoordinates

  /// The map of a motion.
  @inlinable
  public init<M: Motion>(_ motion: M) where M.S == S {
    actions = S.tangentActions(motion)
    onPoint = S.Actions.point(motion)
    onTile = S.tileAction(motion)
    kept = M.kept
  }

  /// The map of a motion in two stages.
  @inlinable
  public init<M: StagedMotion>(staged motion: M) where M.S == S {
    actions = S.tangentActions(motion)
    onPoint = S.Actions.point(motion)
    onTile = S.tileAction(inStagesBy: motion)
    kept = M.kept
  }

  @inlinable @inline(__always)
  static func move<M: Motion>(_ tile: inout Tile<S.Word>, by motion: M) where M.S == S {
    let stride = Tile<S.Word>.componentStride
    var address = tile.base
    let end = address + tile.count
    while address < end {
      var z = PhaseSpace<S>(loadedFrom: address, stride: stride)
      let isInside = motion.move(&z)
      if tile.isIntact && isInside.all {
        z.store(to: address, stride: stride)
      } else {
        tile.settle(z, isInside, at: address)
      }
      address += S.laneCount
    }
  }

  @inlinable @inline(__always)
  static func move<M: StagedMotion>(_ tile: inout Tile<S.Word>, inStagesBy motion: M)
  where M.S == S {
    let stride = Tile<S.Word>.componentStride
    let pitch = Tile<S.Word>.capacity
    var address = tile.base
    let end = address + tile.count
    var stages = InlineArray<16, M.Stage>(repeating: motion.prepare(.zero))
    while address < end {
      let groups = min(16, (end - address + S.laneCount - 1) / S.laneCount)
      for i in 0..<groups {
        stages[unchecked: i] = motion.prepare(
          S.load(address + (5 * pitch + i * S.laneCount), stride: stride))
      }
      for i in 0..<groups {
        var z = PhaseSpace<S>(loadedFrom: address, stride: stride)
        let isInside = motion.move(&z, stages[unchecked: i])
        if tile.isIntact && isInside.all {
          z.store(to: address, stride: stride)
        } else {
          tile.settle(z, isInside, at: address)
        }
        address += S.laneCount
      }
    }
  }

  /// Moves one point. A group of lanes is moved by tiles only.
  ///
  /// - Returns: False where the point is outside the map's domain; its coordinates are then not
  ///   valid.
  @discardableResult @inlinable
  public func callAsFunction(_ z: inout PhaseSpace<S>) -> S.Mask {
    guard let onPoint else { preconditionFailure("groups of lanes are moved by tiles") }
    return onPoint(&z)
  }
}

extension PhaseSpace where S: ParticleScalar {
  @inlinable @inline(__always)
  package init(loadedFrom address: UnsafePointer<S.Word>, stride: Int) {
    let pitch = Tile<S.Word>.capacity
    self.init(
      x: S.load(address, stride: stride), px: S.load(address + pitch, stride: stride),
      y: S.load(address + 2 * pitch, stride: stride),
      py: S.load(address + 3 * pitch, stride: stride),
      t: S.load(address + 4 * pitch, stride: stride),
      pt: S.load(address + 5 * pitch, stride: stride))
  }

  @inlinable @inline(__always)
  package func store(to address: UnsafeMutablePointer<S.Word>, stride: Int) {
    let pitch = Tile<S.Word>.capacity
    x.store(to: address, stride: stride)
    px.store(to: address + pitch, stride: stride)
    y.store(to: address + 2 * pitch, stride: stride)
    py.store(to: address + 3 * pitch, stride: stride)
    t.store(to: address + 4 * pitch, stride: stride)
    pt.store(to: address + 5 * pitch, stride: stride)
  }
}
