/// The particles of a bunch as a collective effect sees them: where they lie in memory.
///
/// Tiles follow each other; each is a row of blocks of ``Tile/wordCount`` words, the coordinates
/// and then, where there are any, their derivatives.
public struct ParticleBlocks<Word: ParticleWord>: @unchecked Sendable {
  // Who shares it shares out the tiles.
  @usableFromInline package let base: UnsafeMutablePointer<Word>
  /// The number of particles, living or lost.
  @usableFromInline package let count: Int
  /// Blocks of one tile.
  @usableFromInline package let blockCount: Int
  /// Told who is lost.
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
