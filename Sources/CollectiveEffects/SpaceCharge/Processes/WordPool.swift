import FourierTransform
import Synchronization

/// Memory that is used again: the system clears new memory, which takes as long as copying into it.
final class WordPool<Word: FourierWord>: Sendable {
  private let idle = Mutex<[AlignedWords<Word>]>([])
  private let limit: Int

  /// - Parameter limit: The greatest number of areas to keep: as many as are in use at the same time.
  init(limit: Int = 6) { self.limit = limit }

  /// Memory for at least `count` words, with any contents.
  func take(_ count: Int) -> AlignedWords<Word> {
    let kept = idle.withLock { idle -> AlignedWords<Word>? in
      let fitting = idle.indices.filter { count <= idle[$0].count }
      guard let best = fitting.min(by: { idle[$0].count < idle[$1].count }) else { return nil }
      return idle.remove(at: best)
    }
    // The number of particles in a message changes a little from kick to kick.
    return kept ?? AlignedWords(count: count + count / 16)
  }

  /// Keeps memory that is not used any more.
  func giveBack(_ memory: AlignedWords<Word>) {
    idle.withLock { idle in
      if idle.count == limit { idle.removeFirst() }
      idle.append(memory)
    }
  }
}
