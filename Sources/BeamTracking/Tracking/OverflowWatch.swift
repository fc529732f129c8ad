import BeamMaps

/// Detects particles whose coordinates are no longer finite, and records them as lost where this
/// happened.
///
/// A coordinate that has overflowed, or is NaN, stays so. One test of a tile at the end of a
/// section finds it, at almost no cost. If it finds one, the tile is restored to the beginning of
/// the section and passes it again, with a test after every step. The particle is lost at the step
/// in question, with its coordinates before the step. Coordinates that are not finite at the start
/// of the section become 0.
package struct OverflowWatch<Word: ParticleWord>: ~Copyable {
  /// A copy of the tile at the beginning of the section.
  private let start: UnsafeMutablePointer<Word>
  private let blockCount: Int

  /// - Parameter blockCount: The number of blocks of a tile: 2 where its coordinates have tangents.
  package init(blockCount: Int = 1) {
    self.blockCount = blockCount
    start = .allocate(capacity: blockCount * Tile<Word>.wordCount)
  }

  deinit { start.deallocate() }

  /// Tracks `tile`, which has recorded no losses yet, through a section.
  ///
  /// - Parameter body: Passes the section, each step by ``step(_:isCareful:_:)``. If a coordinate
  ///   overflows, it is called a second time, with `isCareful` true; the first result is then
  ///   discarded.
  @inline(__always)
  package borrowing func pass<Result>(
    _ tile: inout Tile<Word>, _ body: (inout Tile<Word>, _ isCareful: Bool) -> Result
  ) -> Result {
    copy(tile.base, to: start, tile.count)
    let whereabouts = tile.whereabouts
    let result = body(&tile, false)
    if tile.isFinite { return result }
    copy(start, to: tile.base, tile.count)
    tile.whereabouts = whereabouts
    tile.restart()
    step(&tile, isCareful: true) { _ in }
    return body(&tile, true)
  }

  /// Does one step of a section.
  @inline(__always)
  package borrowing func step(
    _ tile: inout Tile<Word>, isCareful: Bool, _ body: (inout Tile<Word>) -> Void
  ) {
    if isCareful { carefully(&tile, body) } else { body(&tile) }
  }

  @inline(never)
  private borrowing func carefully(
    _ tile: inout Tile<Word>, _ body: (inout Tile<Word>) -> Void
  ) {
    let last = UnsafeMutablePointer<Word>.allocate(capacity: blockCount * Tile<Word>.wordCount)
    defer { last.deallocate() }
    copy(tile.base, to: last, tile.count)
    let frame = tile.frame
    body(&tile)
    if tile.isFinite { return }
    let frameAfter = tile.frame
    tile.frame = frame
    tile.cause = .overflow
    for i in 0..<tile.count where !tile.point(i).isFinite {
      takeBack(i, of: tile, last)
      if tile.isAlive(i) { tile.lose(i) }
      // The transformation back from a misaligned element's frame may itself overflow.
      if !tile.point(i).isFinite { takeBack(i, of: tile, last) }
    }
    tile.frame = frameAfter
    tile.cause = .domain
  }

  /// Restores the coordinates of particle `i` from before the last step.
  private borrowing func takeBack(
    _ i: Int, of tile: borrowing Tile<Word>, _ last: UnsafePointer<Word>
  ) {
    for block in 0..<blockCount {
      for coordinate in 0..<6 {
        let word = block * Tile<Word>.wordCount + coordinate * Tile<Word>.capacity + i
        tile.base[word] = last[word].isFinite ? last[word] : 0
      }
    }
  }

  /// Copies the first `count` particles.
  private borrowing func copy(
    _ source: UnsafeMutablePointer<Word>, to target: UnsafeMutablePointer<Word>, _ count: Int
  ) {
    for plane in 0..<8 * blockCount {
      let first = plane * Tile<Word>.capacity
      (target + first).update(from: source + first, count: count)
    }
  }
}
