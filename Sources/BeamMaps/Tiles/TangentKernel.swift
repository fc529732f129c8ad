import AutoDiff
import LinearAlgebra

/// A map whose numbers carry tangents, applied to whole tiles; derivatives of particle tracking are
/// computed with it. Always of double precision.
///
/// A tile with tangents is a row of blocks of ``Tile/wordCount`` words: the coordinates, then the
/// tangents (see `StoredScalar`).
///
/// In a backward pass, a cotangent w of the coordinates is stored as v = Ω⁻¹w. For a symplectic
/// map, MᵀΩM = Ω, so that w ← Mᵀw becomes v ← M⁻¹v: v is propagated like a tangent by the inverse
/// map.
public struct TangentKernel: Sendable {
  @usableFromInline let onTile: TileAction<Double>?
  @usableFromInline let actions: TangentActions<Double>

  /// The kernel of a map whose scalar is a group of lanes with tangents.
  @inlinable
  public init<S: ChainRuleScalar & ParticleScalar>(_ map: TransferMap<S>) where S.Word == Double {
    onTile = map.onTile
    actions = map.actions
  }

  package init(onTile: TileAction<Double>?, _ actions: TangentActions<Double>) {
    self.onTile = onTile
    self.actions = actions
  }

  /// Moves the coordinates of the living particles, and their tangents.
  @inlinable
  public func callAsFunction(_ tile: inout Tile<Double>) {
    guard let onTile else { preconditionFailure("pairs of tangents move no tiles") }
    onTile(&tile)
  }

  /// For a map with two tangents: moves the coordinates and the first tangents, v, and adds v ∧ u,
  /// summed over the living particles, to `sums`. u are the second tangents, which begin as zero
  /// and are not stored.
  ///
  /// v ∧ u = Σ(v_q·u_p − v_p·u_q) over the planes (q, p), which is −wᵀu.
  package func pullBack(_ tile: inout Tile<Double>, addingTo sums: UnsafeMutablePointer<Double>) {
    actions.pullBack?(&tile, sums)
  }

  /// For a map with one tangent, which only its constants carry: adds v ∧ u to `sums`. u is the
  /// tangent of the image of `points`, coordinates in the layout of a tile, and v are the tile's
  /// tangents. No coordinates change.
  package func slope(
    _ tile: inout Tile<Double>, at points: UnsafeMutablePointer<Double>,
    addingTo sums: UnsafeMutablePointer<Double>
  ) {
    actions.project?(&tile, points, Vector6(repeating: 0), nil, sums)
  }

  /// For a map with one tangent and constants without any: writes v ∧ u to `results`, one number
  /// for each particle. u is the tangent of the image of `points` along `coordinate`, and v are the
  /// tile's tangents. No coordinates change.
  package func project(
    _ tile: inout Tile<Double>, at points: UnsafeMutablePointer<Double>, along coordinate: Int,
    to results: UnsafeMutablePointer<Double>
  ) {
    var direction = Vector6<Double>(repeating: 0)
    direction[coordinate] = 1
    actions.project?(&tile, points, direction, results, nil)
  }
}

extension TileKernel<Double> {
  /// The kernel that moves coordinates and their tangents together.
  package init(_ kernel: TangentKernel) { self.init { tile in kernel(&tile) } }
}

/// The further actions of a map on tangents, made where the motion's type is known.
public struct TangentActions<Word: ParticleWord>: Sendable {
  /// The address of words in a tile, or of results.
  public typealias Address = UnsafeMutablePointer<Word>
  /// Propagates coordinates and cotangents of a tile backward, and adds to the sums at the address.
  public typealias PullBack = @Sendable (inout Tile<Word>, Address) -> Void
  /// Contracts a tile's tangents with those of the images of points along a direction. The
  /// arguments are the tile, the points, the direction, and the addresses of one result for each
  /// particle and of their sum, either of which may be nil.
  public typealias Projection =
    @Sendable (inout Tile<Word>, Address, Vector6<Double>, Address?, Address?) -> Void

  @usableFromInline let pullBack: PullBack?
  @usableFromInline let project: Projection?

  /// These actions; none for a map without tangents.
  @inlinable
  public init(pullBack: PullBack? = nil, project: Projection? = nil) {
    self.pullBack = pullBack
    self.project = project
  }
}

extension ParticleScalar {
  @inlinable
  public static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word>
  where M.S == Self { TangentActions() }
}

extension TangentPair where Value: ParticleScalar {
  @inlinable
  public static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word>
  where M.S == Self { TangentActions(pullBack: Actions.pullBack(motion)) }

  @inlinable @inline(__always)
  static func pullBack<M: Motion>(
    _ motion: M, _ tile: inout Tile<Word>, _ sums: UnsafeMutablePointer<Word>
  ) where M.S == Self {
    let stride = Tile<Word>.componentStride
    let span = Value.componentCount * stride
    var sum = Value.load(sums, stride: laneCount)
    var offset = 0
    while offset < tile.count {
      let address = tile.base + offset
      var z = PhaseSpace<Self>(
        PhaseSpace<Value>(loadedFrom: address, stride: stride),
        PhaseSpace<Value>(loadedFrom: address + span, stride: stride))
      let isInside = motion.move(&z)
      sum = sum + tile.pullBack(z, isInside, at: address)
      offset += laneCount
    }
    sum.store(to: sums, stride: laneCount)
  }
}

extension Tangent where Value: ParticleScalar {
  @inlinable
  public static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word>
  where M.S == Self { TangentActions(project: Actions.projection(motion)) }

  @inlinable @inline(__always)
  static func project<M: Motion>(
    _ motion: M, _ tile: inout Tile<Word>, _ points: UnsafeMutablePointer<Word>,
    _ direction: Vector6<Double>, _ results: UnsafeMutablePointer<Word>?,
    _ sums: UnsafeMutablePointer<Word>?
  ) where M.S == Self {
    let stride = Tile<Word>.componentStride
    let span = Value.componentCount * stride
    let tangent = PhaseSpace<Value>(
      x: Value(direction[0]), px: Value(direction[1]), y: Value(direction[2]),
      py: Value(direction[3]), t: Value(direction[4]), pt: Value(direction[5]))
    var sum = Value.zero
    var offset = 0
    while offset < tile.count {
      let address = tile.base + offset
      let point = PhaseSpace<Value>(loadedFrom: points + offset, stride: stride)
      let v = PhaseSpace<Value>(loadedFrom: address + span, stride: stride)
      var z = PhaseSpace<Self>(point, tangent: tangent)
      let isInside = motion.move(&z)
      let isAlive = isInside .& Tile.aliveMask(Value.self, at: address)
      let product = Value.select(isAlive, v.wedge(z.map { $0.tangent }), .zero)
      if let results { product.store(to: results + offset, stride: stride) }
      sum = sum + product
      offset += laneCount
    }
    if let sums {
      (Value.load(sums, stride: laneCount) + sum).store(to: sums, stride: laneCount)
    }
  }
}

extension Tile {
  /// Gives the living particles of a group of lanes their coordinates and first tangents v after a
  /// map with two tangents.
  ///
  /// - Parameters:
  ///   - z: The images of the group.
  ///   - isInside: False in lanes in which the map is not defined.
  ///   - address: The group's first coordinate in the tile.
  /// - Returns: v ∧ u, with the second tangents u; 0 where no particle lives.
  @inlinable @inline(__always)
  package func pullBack<V: ParticleScalar>(
    _ z: PhaseSpace<TangentPair<V>>, _ isInside: V.Mask, at address: UnsafeMutablePointer<Word>
  ) -> V where V.Word == Word {
    let stride = Self.componentStride
    let tangents = address + V.componentCount * stride
    let after = z.map { $0.value }
    let moved = z.map { $0.first }
    let product = moved.wedge(z.map { $0.second })
    if isIntact && isInside.all {
      after.store(to: address, stride: stride)
      moved.store(to: tangents, stride: stride)
      return product
    }
    let isAlive = isInside .& Self.aliveMask(V.self, at: address)
    let before = PhaseSpace<V>(loadedFrom: address, stride: stride)
    let v = PhaseSpace<V>(loadedFrom: tangents, stride: stride)
    PhaseSpace.select(isAlive, after, before).store(to: address, stride: stride)
    PhaseSpace.select(isAlive, moved, v).store(to: tangents, stride: stride)
    return V.select(isAlive, product, .zero)
  }

  /// True in the lanes of living particles.
  @inlinable @inline(__always)
  package static func aliveMask<S: ParticleScalar>(
    _ scalar: S.Type, at address: UnsafeMutablePointer<Word>
  ) -> S.Mask where S.Word == Word {
    S.zero < S.load(address + alivePlane * capacity, stride: componentStride)
  }
}

extension PhaseSpace {
  /// A point with the tangent `tangent`.
  @inlinable @inline(__always)
  init<V: RealScalar>(_ point: PhaseSpace<V>, tangent: PhaseSpace<V>) where S == Tangent<V> {
    self.init(
      x: Tangent(point.x, tangent: tangent.x), px: Tangent(point.px, tangent: tangent.px),
      y: Tangent(point.y, tangent: tangent.y), py: Tangent(point.py, tangent: tangent.py),
      t: Tangent(point.t, tangent: tangent.t), pt: Tangent(point.pt, tangent: tangent.pt))
  }

  /// A point with the first tangent `tangent`, and the second one zero.
  @inlinable @inline(__always)
  init<V: RealScalar>(_ point: PhaseSpace<V>, _ tangent: PhaseSpace<V>)
  where S == TangentPair<V> {
    self.init(
      x: TangentPair(point.x, tangent.x, .zero), px: TangentPair(point.px, tangent.px, .zero),
      y: TangentPair(point.y, tangent.y, .zero), py: TangentPair(point.py, tangent.py, .zero),
      t: TangentPair(point.t, tangent.t, .zero), pt: TangentPair(point.pt, tangent.pt, .zero))
  }

  /// The coordinates, each transformed by `part`.
  @inlinable @inline(__always)
  package func map<T: RealScalar>(_ part: (S) -> T) -> PhaseSpace<T> {
    PhaseSpace<T>(
      x: part(x), px: part(px), y: part(y), py: part(py), t: part(t), pt: part(pt))
  }

  /// v ∧ u = Σ(v_q·u_p − v_p·u_q) over the planes (q, p).
  @inlinable @inline(__always)
  package func wedge(_ u: Self) -> S {
    let horizontal = x * u.px - px * u.x
    let vertical = y * u.py - py * u.y
    let longitudinal = t * u.pt - pt * u.t
    return horizontal + vertical + longitudinal
  }
}
