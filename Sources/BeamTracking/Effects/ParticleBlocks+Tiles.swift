import AutoDiff
import BeamMaps
import Communication

// What effects do with particles: go through the living, tile by tile, in threads; sum over them in
// one fixed tree.

extension ParticleBlocks {
  /// A tile of particles, and where they lie.
  public struct TileView: @unchecked Sendable {
    // Whoever goes through a tile has it alone.
    @usableFromInline let base: UnsafeMutablePointer<Word>
    @usableFromInline let losses: EffectLosses?
    /// Which tile it is.
    public let number: Int
    /// The numbers of its particles in the bunch.
    public let particles: Range<Int>

    @inlinable
    init(
      _ base: UnsafeMutablePointer<Word>, _ losses: EffectLosses?, _ number: Int,
      _ particles: Range<Int>
    ) {
      self.base = base
      self.losses = losses
      self.number = number
      self.particles = particles
    }

    /// Goes through the living particles.
    ///
    /// - Parameter body: Gets a particle's number in the bunch, how many real particles it stands for,
    ///   and its coordinates, which it may change.
    @inlinable @inline(__always)
    public func forEach<C: SweepScalar>(
      _ number: C.Type = C.self, _ body: (Int, Double, inout PhaseSpace<C>) -> Void
    ) {
      for i in 0..<particles.count where isAlive(i) {
        var point = self.point(i) as PhaseSpace<C>
        body(particles.lowerBound + i, weight(i), &point)
        store(point, i)
      }
    }

    /// Looks at the living particles.
    ///
    /// - Parameter body: As in ``forEach(_:_:)``, for coordinates that stay as they are.
    @inlinable @inline(__always)
    public func look<C: SweepScalar>(
      _ number: C.Type = C.self, _ body: (Int, Double, PhaseSpace<C>) -> Void
    ) {
      for i in 0..<particles.count where isAlive(i) {
        body(particles.lowerBound + i, weight(i), point(i))
      }
    }

    /// Loses a living particle of the tile, by its number in the bunch.
    ///
    /// It is recorded as lost by an effect, with the coordinates that it has when the effect has acted;
    /// those that the body of ``forEach(_:_:)`` leaves it with, if it is called there. On the way back
    /// it lives again before the effect is gone back through, with these coordinates.
    @inlinable @inline(__always)
    public func lose(_ particle: Int) {
      let i = particle - particles.lowerBound
      if isAlive(i) { lose(at: i) }
    }

    @usableFromInline @inline(never)
    func lose(at i: Int) {
      base[Tile<Word>.alivePlane * Tile<Word>.capacity + i] = 0
      losses?.append(particles.lowerBound + i)
    }

    @inlinable @inline(__always)
    func isAlive(_ i: Int) -> Bool { base[Tile<Word>.alivePlane * Tile<Word>.capacity + i] != 0 }

    @inlinable @inline(__always)
    func weight(_ i: Int) -> Double {
      Double(base[Tile<Word>.weightPlane * Tile<Word>.capacity + i])
    }

    @inlinable @inline(__always)
    func point<C: SweepScalar>(_ i: Int) -> PhaseSpace<C> {
      if Word.self == Double.self {
        let words = UnsafeRawPointer(base).assumingMemoryBound(to: Double.self)
        return PhaseSpace<C>(loadedFrom: words + i, stride: Tile<Double>.wordCount)
      }
      var point = PhaseSpace<C>.zero
      for k in 0..<6 { point[k] = C(Double(base[k * Tile<Word>.capacity + i])) }
      return point
    }

    @inlinable @inline(__always)
    func store<C: SweepScalar>(_ point: PhaseSpace<C>, _ i: Int) {
      if Word.self == Double.self {
        let words = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Double.self)
        point.store(to: words + i, stride: Tile<Double>.wordCount)
        return
      }
      for k in 0..<6 { base[k * Tile<Word>.capacity + i] = Word(point[k].plain) }
    }
  }

  /// Goes through all tiles, shared out over threads.
  @inlinable
  public func forEachTile(
    _ workers: Workers, _ body: @Sendable (TileView) throws -> Void
  ) throws {
    let chunks = TileChunks(tileCount: tileCount)
    try workers.forEach(chunks.count) { chunk in
      for number in chunks.tiles(chunk) { try body(view(ofTile: number)) }
    }
  }

  /// A sum over all tiles, of the same bits for any number of threads.
  ///
  /// - Parameters:
  ///   - zero: What nothing adds up to.
  ///   - body: Adds a tile.
  @inlinable
  public func sum<Value: Mergeable & Sendable>(
    _ workers: Workers, zero: Value, _ body: @Sendable (TileView, inout Value) -> Void
  ) throws -> Value {
    let chunks = TileChunks(tileCount: tileCount)
    let parts = try workers.map(chunks.count) { chunk in
      var sum = zero
      for number in chunks.tiles(chunk) { body(view(ofTile: number), &sum) }
      return sum
    }
    var tree = TreeSum<Value>()
    for part in parts { tree.append(part) }
    return tree.total ?? zero
  }

  @inlinable
  func view(ofTile number: Int) -> TileView {
    TileView(address(ofTile: number), losses, number, particles(ofTile: number))
  }
}
