import BeamMaps

/// Sees to it that a particle whose coordinates are no finite numbers is lost where that happened.
///
/// What overflowed, or is not a number, spreads and does not come back: one look at a tile at the
/// end of a section of beamline finds it, and costs next to nothing. Where it does, the tile goes
/// back to where the section began and passes it once more, with a look after every step. Such a
/// particle is lost at that step, with the coordinates from before it; those that were no finite
/// numbers at the start of the section become 0.
package struct OverflowWatch<Word: ParticleWord>: ~Copyable {
  /// A copy of a tile at the beginning of the section.
  private let start: UnsafeMutablePointer<Word>
  private let blockCount: Int

  /// - Parameter blockCount: Blocks of a tile: 2 where its coordinates have tangents.
  package init(blockCount: Int = 1) {
    self.blockCount = blockCount
    start = .allocate(capacity: blockCount * Tile<Word>.wordCount)
  }

  deinit { start.deallocate() }

  /// Takes `tile`, which has lost nobody yet, through a section.
  ///
  /// - Parameter body: Takes it through, each step by ``step(_:isCareful:_:)``. It may be called
  ///   twice: the second time it is careful, and what it returned the first time is forgotten.
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
      // Coming back from a misplaced element's frame may be what overflows.
      if !tile.point(i).isFinite { takeBack(i, of: tile, last) }
    }
    tile.frame = frameAfter
    tile.cause = .domain
  }

  /// Gives particle `i` the coordinates that it had before the last step.
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
