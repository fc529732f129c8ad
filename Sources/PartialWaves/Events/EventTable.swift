import DataFiles
import SystemLibrary

/// The four-momenta of events, as they are read from files or generated. Where several processes work together, each
/// has a range of the events.
public struct EventTable: Sendable, Equatable {
  /// Which events of those of all processes these are.
  public let share: EventShare
  /// Particles in an event.
  public let particleCount: Int
  /// The momenta, shape (particle, component px, py, pz or E, event), the event fastest [GeV].
  public private(set) var components: [Double]

  /// - Precondition: `components` has the shape of ``components``: four numbers for each particle
  ///   of each event [GeV].
  public init(count: Int, particleCount: Int, components: [Double]) {
    self.init(EventShare(allOf: count), particleCount: particleCount, components: components)
  }

  /// - Precondition: `components` has the shape of ``components``: four numbers for each particle
  ///   of each event of the share [GeV].
  public init(_ share: EventShare, particleCount: Int, components: [Double]) {
    require(components.count == 4 * particleCount * share.count, "four numbers for each particle")
    self.share = share
    self.particleCount = particleCount
    self.components = components
  }

  /// Number of events of this process.
  public var count: Int { share.count }

  /// The events of a phase-space sample, without its weights.
  public init(_ sample: PhaseSpaceSample) {
    self.init(
      sample.share, particleCount: sample.particleCount, components: sample.components)
  }

  /// A component (0 … 3 for px, py, pz, E) of a particle's momentum in an event [GeV]; all are
  /// counted from 0.
  public subscript(particle: Int, component: Int, event: Int) -> Double {
    components[(4 * particle + component) * count + event]
  }

  /// The squared invariant mass of some particles of an event [GeV²].
  public func squaredMass(of particles: [Int], event: Int) -> Double {
    var sums = (0.0, 0.0, 0.0, 0.0)
    for particle in particles {
      sums.0 += self[particle, 0, event]
      sums.1 += self[particle, 1, event]
      sums.2 += self[particle, 2, event]
      sums.3 += self[particle, 3, event]
    }
    return sums.3 * sums.3 - sums.0 * sums.0 - sums.1 * sums.1 - sums.2 * sums.2
  }

  /// The events with the given numbers, in their order.
  public func selecting(_ events: [Int]) -> Self {
    var selected: [Double] = []
    selected.reserveCapacity(4 * particleCount * events.count)
    for column in 0..<4 * particleCount {
      for event in events { selected.append(components[column * count + event]) }
    }
    return Self(count: events.count, particleCount: particleCount, components: selected)
  }

  func withColumns<Result>(_ body: (UnsafePointer<Double>) throws -> Result) rethrows -> Result? {
    try components.withUnsafeBufferPointer { try $0.baseAddress.map(body) }
  }
}
