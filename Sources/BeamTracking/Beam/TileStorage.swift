import BeamMaps
import SystemLibrary

/// The words of a bunch, aligned so that no vector load crosses a cache line. It is a value: shared
/// storage is copied before it is written to.
@usableFromInline
package struct TileStorage<Word: ParticleWord>: Sendable {
  @usableFromInline
  final class Buffer: @unchecked Sendable {
    @usableFromInline let words: UnsafeMutablePointer<Word>
    @usableFromInline let count: Int

    init(count: Int) {
      self.count = count
      words = LargePages.allocate(byteCount: count * MemoryLayout<Word>.stride)
        .bindMemory(to: Word.self, capacity: count)
    }

    deinit { UnsafeMutableRawPointer(words).deallocate() }
  }

  @usableFromInline var buffer: Buffer

  /// `count` words that `initialize` fills, every one.
  package init(
    uninitialized count: Int, _ initialize: (UnsafeMutableBufferPointer<Word>) throws -> Void
  ) rethrows {
    buffer = Buffer(count: count)
    try initialize(UnsafeMutableBufferPointer(start: buffer.words, count: count))
  }

  /// `count` zeros.
  init(zeros count: Int) {
    self.init(uninitialized: count) { $0.initialize(repeating: 0) }
  }

  @usableFromInline var count: Int { buffer.count }

  @inlinable subscript(i: Int) -> Word {
    get {
      precondition(0 <= i && i < buffer.count)
      return buffer.words[i]
    }
    set {
      precondition(0 <= i && i < buffer.count)
      makeUnique()
      buffer.words[i] = newValue
    }
  }

  package func withUnsafeBufferPointer<R>(
    _ body: (UnsafeBufferPointer<Word>) throws -> R
  ) rethrows -> R {
    try withExtendedLifetime(buffer) {
      try body(UnsafeBufferPointer(start: buffer.words, count: buffer.count))
    }
  }

  package mutating func withUnsafeMutableBufferPointer<R>(
    _ body: (UnsafeMutableBufferPointer<Word>) throws -> R
  ) rethrows -> R {
    makeUnique()
    return try withExtendedLifetime(buffer) {
      try body(UnsafeMutableBufferPointer(start: buffer.words, count: buffer.count))
    }
  }

  @usableFromInline mutating func makeUnique() {
    if isKnownUniquelyReferenced(&buffer) { return }
    let shared = buffer
    buffer = Buffer(count: shared.count)
    buffer.words.initialize(from: shared.words, count: shared.count)
  }
}
