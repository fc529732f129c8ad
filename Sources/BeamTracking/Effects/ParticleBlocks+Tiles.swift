import AutoDiff
import BeamMaps
import Communication

// Iteration of effects over particles: over the living, tile by tile, on several threads, with sums
// in one fixed tree.

extension ParticleBlocks {
  /// Access to the particles of one tile.
  public struct TileView: @unchecked Sendable {
    // Unchecked: no two threads have the same tile.
    @usableFromInline let base: UnsafeMutablePointer<Word>
    @usableFromInline let losses: EffectLosses?
    /// The index of the tile among those of this process.
    public let index: Int
    /// The numbers of its particles in the bunch.
    public let particles: Range<Int>

    @inlinable
    init(
      _ base: UnsafeMutablePointer<Word>, _ losses: EffectLosses?, _ index: Int,
      _ particles: Range<Int>
    ) {
      self.base = base
      self.losses = losses
      self.index = index
      self.particles = particles
    }

    /// Calls `body` for each living particle.
    ///
    /// - Parameter body: Receives the particle's number in the bunch, the number of real particles
    ///   that it represents, and its coordinates, which it may change.
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

    /// Calls `body` for each living particle, without changing it.
    ///
    /// - Parameter body: As in ``forEach(_:_:)``; the coordinates are constant.
    @inlinable @inline(__always)
    public func forEachParticle<C: SweepScalar>(
      _ number: C.Type = C.self, _ body: (Int, Double, PhaseSpace<C>) -> Void
    ) {
      for i in 0..<particles.count where isAlive(i) {
        body(particles.lowerBound + i, weight(i), point(i))
      }
    }

    /// Marks a living particle of the tile, by its number in the bunch, as lost.
    ///
    /// The loss is recorded as one by an effect, with the coordinates after the effect; where the
    /// body of ``forEach(_:_:)`` calls this function, these are the coordinates that the body sets.
    /// The backward pass revives the particle with these coordinates before it reverses the effect.
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

  /// Calls `body` for each tile of this process, on several threads.
  ///
  /// - Throws: ``Interruption`` if the workers were stopped, and the errors of `body`.
  @inlinable
  public func forEachTile(
    _ workers: Workers, _ body: @Sendable (TileView) throws -> Void
  ) throws {
    let chunks = chunks
    try workers.forEach(chunks.count) { chunk in
      for number in chunks.tiles(chunks.first + chunk) { try body(view(ofTile: number)) }
    }
  }

  /// Sums over the tiles of all processes; the bits of the result do not depend on the number of threads
  /// and processes.
  ///
  /// - Parameters:
  ///   - zero: The value of an empty sum.
  ///   - body: Adds one tile to a partial sum.
  /// - Throws: ``Interruption`` if the workers were stopped, and the errors of `body`.
  @inlinable
  public func sum<Value: Mergeable & Packable & Sendable>(
    _ workers: Workers, zero: Value, _ body: @Sendable (TileView, inout Value) -> Void
  ) throws -> Value {
    let chunks = chunks
    let total = try workers.sum(chunks.numbers) { chunk in
      var sum = zero
      for number in chunks.tiles(chunk) { body(view(ofTile: number), &sum) }
      return sum
    }
    return total ?? zero
  }

  @inlinable
  func view(ofTile number: Int) -> TileView {
    TileView(address(ofTile: number), losses, number, particles(ofTile: number))
  }
}
