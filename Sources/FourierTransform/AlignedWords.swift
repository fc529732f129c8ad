import SystemLibrary

/// An array of numbers that begins at a cache line, so that no vector of them crosses one.
public final class AlignedWords<Word: FourierWord>: @unchecked Sendable {
  /// The address of the first number.
  // Threads that use it must write to different parts of it.
  public let words: UnsafeMutablePointer<Word>
  /// How many numbers there are.
  public let count: Int

  /// `count` numbers that are not initialised. The system provides memory where they are written
  /// first.
  public init(count: Int) {
    self.count = count
    // A mesh is read along all three axes: with small pages, most steps along the last one would look up
    // a page first.
    let memory = LargePages.allocate(byteCount: max(count, 1) * MemoryLayout<Word>.stride)
    words = memory.bindMemory(to: Word.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(words).deallocate() }
}
