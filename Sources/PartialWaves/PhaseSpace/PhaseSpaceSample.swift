import AutoDiff
import Communication
import RandomNumbers
import SystemLibrary

/// The momenta of many events, with their weights.
public struct PhaseSpaceSample: Sendable {
  /// Which events of those of all processes these are.
  public let share: EventShare
  /// Particles in an event.
  public let particleCount: Int
  /// The momenta, shape (particle, component px, py, pz or E, event), the event fastest [GeV].
  public private(set) var components: [Double]
  /// Weights, whose mean estimates the volume of phase space; all 1 for unweighted events.
  public private(set) var weights: [Double]

  /// Draws events 0 ..< count.
  ///
  /// Event i depends on the decay, the generator, the seed and i alone: not on `count` and not on
  /// how many threads there are.
  ///
  /// - Parameters:
  ///   - generator: Draws one event.
  ///   - count: The number of events.
  ///   - seed: The seed of the random numbers.
  ///   - isWeighted: Whether every event is kept, with its weight. Otherwise events are accepted
  ///     with probabilities proportional to their weights, and all weights are 1.
  ///   - workers: The threads.
  /// - Throws: `Interruption` if the workers were stopped.
  public init(
    of generator: some EventGenerator, count: Int, seed: UInt64, isWeighted: Bool = false,
    workers: Workers = .one
  ) throws {
    require(count >= 0, "a sample cannot have less than no events")
    try self.init(
      of: generator, EventShare(allOf: count), seed: seed, isWeighted: isWeighted,
      workers: workers)
  }

  /// Draws the events of a share; otherwise as ``init(of:count:seed:isWeighted:workers:)``.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  public init(
    of generator: some EventGenerator, _ share: EventShare, seed: UInt64,
    isWeighted: Bool = false, workers: Workers = .one
  ) throws {
    self.share = share
    let count = share.count
    let particles = generator.decay.masses.count
    particleCount = particles
    components = Array(repeating: 0, count: 4 * particles * count)
    weights = Array(repeating: 1, count: count)
    let capacity = 1024
    try components.withUnsafeMutableBufferPointer { components in
      try weights.withUnsafeMutableBufferPointer { weights in
        // Every block writes its own events.
        nonisolated(unsafe) let (components, weights) = (components, weights)
        try workers.forEach((count + capacity - 1) / capacity) { block in
          var momenta = Array(repeating: FourVector<Double>(atRest: 0), count: particles)
          for i in block * capacity..<min((block + 1) * capacity, count) {
            var random = PhiloxGenerator(
              seed: seed, stream: Self.stream, item: UInt64(share.events.lowerBound + i))
            if isWeighted {
              weights[i] = generator.draw(&momenta, &random)
            } else {
              generator.drawUnweighted(&momenta, &random)
            }
            for (particle, p) in momenta.enumerated() {
              components[(4 * particle + 0) * count + i] = p.px
              components[(4 * particle + 1) * count + i] = p.py
              components[(4 * particle + 2) * count + i] = p.pz
              components[(4 * particle + 3) * count + i] = p.energy
            }
          }
        }
      }
    }
  }

  /// Number of events of this process.
  public var count: Int { share.count }

  /// The stream of random numbers that events are drawn from.
  private static let stream: UInt32 = 1

  /// The momentum of a particle in an event.
  public func momentum(of particle: Int, event: Int) -> FourVector<Double> {
    precondition(0 <= event && event < count, "there is no event \(event)")
    let first = 4 * particle * count + event
    return FourVector(
      px: components[first], py: components[first + count], pz: components[first + 2 * count],
      energy: components[first + 3 * count])
  }

  /// Calls `body` with the columns of all particles.
  public func withColumns<Result, Failure: Error>(
    _ body: ([MomentumColumns]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try components.withUnsafeBufferPointer { (words) throws(Failure) in
      guard let base = words.baseAddress else { return try body([]) }
      return try body(
        (0..<particleCount).map {
          let first = base + 4 * $0 * count
          return MomentumColumns(
            px: first, py: first + count, pz: first + 2 * count, energy: first + 3 * count)
        })
    }
  }
}
