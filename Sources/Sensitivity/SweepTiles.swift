import AutoDiff
import BeamTracking

/// The particles of a bunch with their derivatives, tile after tile: for each tile a block of
/// coordinates, and one of tangents where the numbers have them.
final class SweepTiles<C: SweepScalar>: @unchecked Sendable {
  // Tiles are written by one thread each.
  let words: UnsafeMutablePointer<Double>
  let particleCount: Int
  let hasUniformWeights: Bool

  /// Words of a tile with its blocks.
  static var tileWords: Int { C.componentCount * Tile<Double>.wordCount }

  init(particleCount: Int, hasUniformWeights: Bool) {
    self.particleCount = particleCount
    self.hasUniformWeights = hasUniformWeights
    let tiles = (particleCount + Tile<Double>.capacity - 1) / Tile<Double>.capacity
    words = Self.allocate(tiles * Self.tileWords)
  }

  deinit { UnsafeMutableRawPointer(words).deallocate() }

  /// Another with the same particles, as they are now.
  func copy() -> SweepTiles<C> {
    let result = SweepTiles<C>(
      particleCount: particleCount, hasUniformWeights: hasUniformWeights)
    result.take(self)
    return result
  }

  /// The particles of `other`, as they are now.
  func take(_ other: SweepTiles<C>) {
    words.update(from: other.words, count: tileCount * Self.tileWords)
  }

  /// Lets a particle live that was lost.
  func revive(_ particle: Int) {
    let (tile, i) = particle.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
    address(ofTile: tile)[Tile<Double>.alivePlane * Tile<Double>.capacity + i] = 1
  }

  /// Memory of all particles with their derivatives [bytes].
  static func byteCount(particles: Int) -> Int {
    (particles + Tile<Double>.capacity - 1) / Tile<Double>.capacity * tileWords * 8
  }

  var tileCount: Int { (particleCount + Tile<Double>.capacity - 1) / Tile<Double>.capacity }

  /// The numbers of the particles in a tile.
  func particles(ofTile number: Int) -> Range<Int> {
    let first = number * Tile<Double>.capacity
    return first..<min(first + Tile<Double>.capacity, particleCount)
  }

  func address(ofTile number: Int) -> UnsafeMutablePointer<Double> {
    words + number * Self.tileWords
  }

  /// As a collective kick sees them.
  var blocks: ParticleBlocks<Double> {
    ParticleBlocks(base: words, count: particleCount, blockCount: C.componentCount)
  }

  /// `count` words at the start of a cache line.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
      .bindMemory(to: Double.self, capacity: max(count, 1))
  }
}

/// What a tile needs on its way back, for one thread: coordinates and cotangents, the points that a
/// map came from, and the sums of derivatives.
final class SweepWorkspace<C: SweepScalar> {
  private static var block: Int { C.componentCount * Tile<Double>.wordCount }

  /// Coordinates, then cotangents v = Ω⁻¹w.
  let tile: UnsafeMutablePointer<Double>
  /// Coordinates before the last map.
  let points: UnsafeMutablePointer<Double>
  /// Projections of cotangents on six directions.
  let projections: UnsafeMutablePointer<Double>
  /// One group of lanes for each slot.
  let sums: UnsafeMutablePointer<Double>
  /// Coordinates before each map without an inverse.
  let kept: UnsafeMutablePointer<Double>
  let slotCount: Int

  static var sumWords: Int { C.Four.laneCount * C.componentCount }

  init(slotCount: Int, keptCount: Int) {
    self.slotCount = slotCount
    tile = SweepTiles<C>.allocate(2 * Self.block)
    points = SweepTiles<C>.allocate(Self.block)
    projections = SweepTiles<C>.allocate(Self.block)
    sums = SweepTiles<C>.allocate(max(slotCount, 1) * Self.sumWords)
    kept = SweepTiles<C>.allocate(keptCount * Self.block)
  }

  deinit {
    for pointer in [tile, points, projections, sums, kept] {
      UnsafeMutableRawPointer(pointer).deallocate()
    }
  }

  /// Puts a tile in, with cotangents of zero.
  func load(_ source: UnsafePointer<Double>) {
    tile.update(from: source, count: Self.block)
    (tile + Self.block).update(repeating: 0, count: Self.block)
    sums.update(repeating: 0, count: max(slotCount, 1) * Self.sumWords)
  }

  func sum(_ slot: Int) -> UnsafeMutablePointer<Double> { sums + slot * Self.sumWords }

  func keptPoints(_ number: Int) -> UnsafeMutablePointer<Double> { kept + number * Self.block }

  /// Copies coordinates with their tangents from one place of a tile's layout to another.
  static func copyPoints(
    from source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    for component in 0..<C.componentCount {
      let offset = component * Tile<Double>.componentStride
      (target + offset).update(from: source + offset, count: 6 * Tile<Double>.capacity)
    }
  }
}
