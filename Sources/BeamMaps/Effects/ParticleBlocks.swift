/// The memory of a bunch's particles, as given to a collective effect.
///
/// Tiles follow each other in memory. Each is a row of blocks of ``Tile/wordCount`` words: first
/// the coordinates, then their derivatives, if there are any.
public struct ParticleBlocks<Word: ParticleWord>: @unchecked Sendable {
  // Unchecked: threads that work at the same time must take different tiles.
  @usableFromInline package let base: UnsafeMutablePointer<Word>
  /// The number of particles, living or lost.
  @usableFromInline package let count: Int
  /// The number of blocks in one tile.
  @usableFromInline package let blockCount: Int
  /// Records the particles that are lost.
  @usableFromInline package var losses: EffectLosses?

  @inlinable
  package init(base: UnsafeMutablePointer<Word>, count: Int, blockCount: Int) {
    self.base = base
    self.count = count
    self.blockCount = blockCount
  }

  @inlinable package var tileCount: Int { (count + Tile<Word>.capacity - 1) / Tile<Word>.capacity }

  @inlinable @inline(__always)
  package func address(ofTile number: Int) -> UnsafeMutablePointer<Word> {
    base + number * blockCount * Tile<Word>.wordCount
  }

  /// The numbers of the particles in a tile.
  @inlinable
  package func particles(ofTile number: Int) -> Range<Int> {
    let first = number * Tile<Word>.capacity
    return first..<min(first + Tile<Word>.capacity, count)
  }
}
