import Synchronization

/// Collects the particles that an effect loses while it acts; any thread may add to it.
@usableFromInline
package final class EffectLosses: Sendable {
  private let numbers = Mutex<[Int]>([])

  package init() {}

  @usableFromInline
  package func append(_ particle: Int) { numbers.withLock { $0.append(particle) } }

  /// The numbers of the lost particles, in ascending order.
  package var particles: [Int] { numbers.withLock { $0.sorted() } }
}

extension ParticleBlocks {
  /// The same particles; losses are recorded in `losses`.
  @inlinable
  package func telling(_ losses: EffectLosses) -> Self {
    var blocks = self
    blocks.losses = losses
    return blocks
  }
}
