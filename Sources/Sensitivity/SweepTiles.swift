import AutoDiff
import BeamTracking

/// The particles of a bunch with their derivatives, tile by tile: for each tile a block of
/// coordinates, and one of tangents if the scalar has them.
final class SweepTiles<C: SweepScalar>: @unchecked Sendable {
  // Unchecked: each tile is written by one thread.
  let words: UnsafeMutablePointer<Double>
  let share: BunchShare
  let hasUniformWeights: Bool

  /// The number of words of a tile with all blocks.
  static var tileWords: Int { C.componentCount * Tile<Double>.wordCount }

  init(_ share: BunchShare, hasUniformWeights: Bool) {
    self.share = share
    self.hasUniformWeights = hasUniformWeights
    let tiles = (share.count + Tile<Double>.capacity - 1) / Tile<Double>.capacity
    words = Self.allocate(tiles * Self.tileWords)
  }

  deinit { UnsafeMutableRawPointer(words).deallocate() }

  /// A copy with the particles' present values.
  func copy() -> SweepTiles<C> {
    let result = SweepTiles<C>(share, hasUniformWeights: hasUniformWeights)
    result.take(self)
    return result
  }

  /// Copies the present particles of `other`.
  func take(_ other: SweepTiles<C>) {
    words.update(from: other.words, count: tileCount * Self.tileWords)
  }

  /// Marks a lost particle as living.
  func revive(_ particle: Int) {
    let (tile, i) = blocks.place(ofParticle: particle)
    address(ofTile: tile)[Tile<Double>.alivePlane * Tile<Double>.capacity + i] = 1
  }

  /// The memory of all particles with their derivatives [bytes].
  static func byteCount(particles: Int) -> Int {
    (particles + Tile<Double>.capacity - 1) / Tile<Double>.capacity * tileWords * 8
  }

  var tileCount: Int { blocks.tileCount }

  /// The numbers of the particles in a tile.
  func particles(ofTile number: Int) -> Range<Int> { blocks.particles(ofTile: number) }

  func address(ofTile number: Int) -> UnsafeMutablePointer<Double> {
    words + number * Self.tileWords
  }

  /// The particles in the form for collective effects.
  var blocks: ParticleBlocks<Double> {
    ParticleBlocks(base: words, share: share, blockCount: C.componentCount)
  }

  /// `count` words that begin at a cache line.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
      .bindMemory(to: Double.self, capacity: max(count, 1))
  }
}

/// The memory of one thread for the backward pass of a tile: coordinates and cotangents, the points
/// before a map, and the sums of derivatives.
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

  /// The lanes of the groups that kernels sum up: those of the instruction set, 8 with AVX-512.
  static var laneCount: Int { Lanes<NativeDoubleShape.Shape>.laneCount }
  static var sumWords: Int { laneCount * C.componentCount }

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

  /// Loads a tile, with cotangents of zero.
  func load(_ source: UnsafePointer<Double>) {
    tile.update(from: source, count: Self.block)
    (tile + Self.block).update(repeating: 0, count: Self.block)
    sums.update(repeating: 0, count: max(slotCount, 1) * Self.sumWords)
  }

  func sum(_ slot: Int) -> UnsafeMutablePointer<Double> { sums + slot * Self.sumWords }

  func keptPoints(_ number: Int) -> UnsafeMutablePointer<Double> { kept + number * Self.block }

  /// Copies coordinates with their tangents between two blocks in the layout of a tile.
  static func copyPoints(
    from source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    for component in 0..<C.componentCount {
      let offset = component * Tile<Double>.componentStride
      (target + offset).update(from: source + offset, count: 6 * Tile<Double>.capacity)
    }
  }
}
