import Synchronization

/// The particles that an effect loses while it acts, from any thread.
@usableFromInline
package final class EffectLosses: Sendable {
  private let numbers = Mutex<[Int]>([])

  package init() {}

  @usableFromInline
  package func append(_ particle: Int) { numbers.withLock { $0.append(particle) } }

  /// In the order of their numbers.
  package var particles: [Int] { numbers.withLock { $0.sorted() } }
}

extension ParticleBlocks {
  /// The same particles; those that are lost are told to `losses`.
  @inlinable
  package func telling(_ losses: EffectLosses) -> Self {
    var blocks = self
    blocks.losses = losses
    return blocks
  }
}
