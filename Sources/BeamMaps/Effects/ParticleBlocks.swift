/// The memory of a bunch's particles, as given to a collective effect.
///
/// Tiles follow each other in memory. Each is a row of blocks of ``Tile/wordCount`` words: first
/// the coordinates, then their derivatives, if there are any.
public struct ParticleBlocks<Word: ParticleWord>: @unchecked Sendable {
  // Unchecked: threads that work at the same time must take different tiles.
  @usableFromInline package let base: UnsafeMutablePointer<Word>
  /// Which particles these are, living or lost.
  public let share: BunchShare
  /// The number of blocks in one tile.
  @usableFromInline package let blockCount: Int
  /// Records the particles that are lost.
  @usableFromInline package var losses: EffectLosses?

  @inlinable
  package init(base: UnsafeMutablePointer<Word>, share: BunchShare, blockCount: Int) {
    self.base = base
    self.share = share
    self.blockCount = blockCount
  }

  /// The number of particles in this process, living or lost.
  @inlinable package var count: Int { share.count }

  /// The number of tiles in this process.
  @inlinable package var tileCount: Int { (count + Tile<Word>.capacity - 1) / Tile<Word>.capacity }

  /// The chunks of tiles over which sums are made.
  @inlinable package var chunks: TileChunks { TileChunks(share) }

  @inlinable @inline(__always)
  package func address(ofTile number: Int) -> UnsafeMutablePointer<Word> {
    base + number * blockCount * Tile<Word>.wordCount
  }

  /// The particles in a tile, counted from the first in this process.
  @inlinable
  package func indices(ofTile number: Int) -> Range<Int> {
    let first = number * Tile<Word>.capacity
    return first..<min(first + Tile<Word>.capacity, count)
  }

  /// The numbers of the particles in a tile.
  @inlinable
  package func particles(ofTile number: Int) -> Range<Int> {
    let indices = indices(ofTile: number)
    return share.first + indices.lowerBound..<share.first + indices.upperBound
  }

  /// The tile of the particle of this number, and its index in it.
  package func place(ofParticle number: Int) -> (tile: Int, index: Int) {
    let (tile, index) = (number - share.first).quotientAndRemainder(
      dividingBy: Tile<Word>.capacity)
    return (tile, index)
  }
}
