import Synchronization

/// The particles that an effect loses while it acts, from any thread.
@usableFromInline
final class EffectLosses: Sendable {
  private let numbers = Mutex<[Int]>([])

  func append(_ particle: Int) { numbers.withLock { $0.append(particle) } }

  /// In the order of their numbers.
  var particles: [Int] { numbers.withLock { $0.sorted() } }
}

extension ParticleBlocks {
  /// The same particles; those that are lost are told to `losses`.
  func telling(_ losses: EffectLosses) -> Self {
    var blocks = self
    blocks.losses = losses
    return blocks
  }

  /// Brings a particle back from the frame at fixed time, if there is a way.
  func leaveFixedTime(_ particle: Int, _ reference: ReferenceParticle<Double>) {
    let (number, i) = particle.quotientAndRemainder(dividingBy: Tile<Word>.capacity)
    let numbers = particles(ofTile: number)
    var tile = Tile(
      base: address(ofTile: number), count: numbers.count, firstParticle: numbers.lowerBound)
    tile.leaveFixedTime(i, reference)
  }
}

extension Tile {
  /// The same for particle `i` of this tile.
  mutating func leaveFixedTime(_ i: Int, _ reference: ReferenceParticle<Double>) {
    var z = point(i)
    if FixedTimeExit<Double>(reference).advance(&z), z.isFinite { setPoint(i, to: z) }
  }
}
