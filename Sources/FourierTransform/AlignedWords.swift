import SystemLibrary

/// Numbers that begin on a cache line, so that vectors of them never cross one.
public final class AlignedWords<Word: FourierWord>: @unchecked Sendable {
  // Who shares it shares out what is written to.
  public let words: UnsafeMutablePointer<Word>
  public let count: Int

  /// `count` numbers, of which nothing is known yet. Memory is taken where they are written.
  public init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Word>.stride
    let isLarge = bytes >= 1 << 22
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? 1 << 21 : 64)
    #if canImport(Glibc)
      // A mesh is read along all three axes: with small pages, most steps along the last one would
      // look up a page first.
      if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    words = memory.bindMemory(to: Word.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(words).deallocate() }
}
