import AutoDiff
import RandomNumbers

/// Phase space as a chain of two-body decays.
///
/// F. James, "Monte Carlo phase space", CERN 68-15 (1968), the method of Raubold and Lynch: the
/// masses of the systems of the first 2, 3, … clusters are drawn in ascending order, and the weight
/// is the product of the momenta of all decays. A cluster is one particle, or a pair whose mass has
/// been drawn evenly from its window: no event misses a window.
public struct SequentialDecays: EventGenerator {
  public let decay: ParticleDecay
  public let largestWeight: Double

  /// The clusters: single particles, and pairs with a window.
  private let clusters: [Cluster]
  /// 1/(M (4π)^(n−1) π^(n−2)) times the widths of all windows.
  private let factor: Double

  private struct Cluster: Sendable {
    /// A particle, or the first one of a pair.
    var first: Int
    /// The second one of a pair.
    var second: Int?
    /// The masses that the cluster can have [GeV].
    var masses: ClosedRange<Double>
  }

  /// A generator of a decay, with or without windows.
  public init(_ decay: ParticleDecay) {
    self.decay = decay
    let paired = Set(decay.windows.flatMap { [$0.first, $0.second] })
    let singles = decay.masses.indices.filter { !paired.contains($0) }.map {
      Cluster(first: $0, masses: decay.masses[$0]...decay.masses[$0])
    }
    var lowest = decay.windows.map {
      max($0.masses.lowerBound, decay.masses[$0.first] + decay.masses[$0.second])
    }
    // The mass of a pair leaves at least their smallest masses to all other clusters.
    let spare =
      decay.parentMass - lowest.reduce(0, +) - singles.reduce(0) { $0 + $1.masses.lowerBound }
    let pairs = decay.windows.enumerated().map { i, window in
      Cluster(
        first: window.first, second: window.second,
        masses: lowest[i]...min(window.masses.upperBound, lowest[i] + spare))
    }
    clusters = pairs + singles
    lowest += singles.map(\.masses.lowerBound)

    let n = Double(decay.masses.count)
    var factor = 1 / (decay.parentMass * Double.pow(4 * Double.pi, n - 1))
    factor /= Double.pow(Double.pi, n - 2)
    for pair in pairs { factor *= pair.masses.upperBound - pair.masses.lowerBound }
    self.factor = factor

    // The momentum of a decay, √λ(M², a², b²)/2M, grows with M and falls with a and b. So each is
    // at most what the heaviest parent and the lightest products have, and the free energy at most
    // `spare`.
    var bound = factor * Self.simplex(spare, clusters.count - 2)
    for (i, cluster) in pairs.enumerated() {
      let window = decay.windows[i]
      bound *= ParticleDecay.momentum(
        cluster.masses.upperBound, decay.masses[window.first], decay.masses[window.second])
    }
    var inside = lowest[0]
    for mass in lowest.dropFirst() {
      bound *= ParticleDecay.momentum(inside + mass + spare, inside, mass)
      inside += mass
    }
    largestWeight = bound
  }

  /// The volume Tⁿ/n! of the ordered energies below T.
  private static func simplex(_ energy: Double, _ n: Int) -> Double {
    (0..<max(n, 0)).reduce(1.0) { $0 * energy / Double($1 + 1) }
  }

  public func draw(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * clusters.count) { words in
      var event = Masses(words)
      guard let weight = draw(&event, &random) else {
        for i in momenta.indices { momenta[i] = FourVector(atRest: decay.masses[i]) }
        return 0
      }
      decay(event, into: &momenta, &random)
      return weight
    }
  }

  /// The weight depends on masses alone: directions are drawn for the event that is accepted, and the others'
  /// random numbers are skipped.
  public func drawUnweighted(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * clusters.count) { words in
      var event = Masses(words)
      while true {
        let weight = draw(&event, &random)
        var directions = random
        if weight != nil { random.skip(2 * (decay.masses.count - 1)) }
        if (weight ?? 0) < random.nextUniform() * largestWeight { continue }
        decay(event, into: &momenta, &directions)
        return
      }
    }
  }

  /// The masses of an event's clusters and systems.
  private struct Masses {
    let clusters: UnsafeMutableBufferPointer<Double>
    /// Of the first 1, 2, … clusters together.
    let systems: UnsafeMutableBufferPointer<Double>
    /// Energies above threshold of the systems.
    let energies: UnsafeMutableBufferPointer<Double>

    /// In memory for three numbers for each cluster.
    init(_ words: UnsafeMutableBufferPointer<Double>) {
      let count = words.count / 3
      clusters = UnsafeMutableBufferPointer(rebasing: words[..<count])
      systems = UnsafeMutableBufferPointer(rebasing: words[count..<2 * count])
      energies = UnsafeMutableBufferPointer(rebasing: words[(2 * count)...])
    }
  }

  /// Draws masses.
  ///
  /// - Returns: The event's weight; nil, for 0, where the masses of two windows exceed the parent's.
  private func draw(_ event: inout Masses, _ random: inout PhiloxGenerator) -> Double? {
    let count = clusters.count
    var sum = 0.0
    for i in 0..<count {
      var mass = clusters[i].masses.lowerBound
      if clusters[i].second != nil {
        mass += (clusters[i].masses.upperBound - mass) * random.nextUniform()
      }
      event.clusters[i] = mass
      sum += mass
    }
    let energy = decay.parentMass - sum
    if energy <= 0 { return nil }

    // In ascending order, from 0 for the first cluster.
    event.energies[0] = 0
    for i in 1..<count - 1 {
      var place = i
      let next = energy * random.nextUniform()
      while event.energies[place - 1] > next {
        event.energies[place] = event.energies[place - 1]
        place -= 1
      }
      event.energies[place] = next
    }
    var inside = 0.0
    for i in 0..<count - 1 {
      inside += event.clusters[i]
      event.systems[i] = inside + event.energies[i]
    }
    event.systems[count - 1] = decay.parentMass

    var weight = factor * Self.simplex(energy, count - 2)
    for i in stride(from: count - 1, through: 0, by: -1) {
      let mass = event.clusters[i]
      if i > 0 {
        weight *= ParticleDecay.momentum(event.systems[i], event.systems[i - 1], mass)
      }
      if let second = clusters[i].second {
        weight *= ParticleDecay.momentum(
          mass, decay.masses[clusters[i].first], decay.masses[second])
      }
    }
    return weight
  }

  /// Draws the directions of all decays: that of the system of the first i + 1 clusters, to the system of the first
  /// i and the last cluster, and those of pairs.
  private func decay(
    _ event: Masses, into momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) {
    var system = FourVector<Double>(atRest: decay.parentMass)
    for i in stride(from: clusters.count - 1, through: 0, by: -1) {
      let mass = event.clusters[i]
      var away = system
      if i > 0 {
        (system, away) = Self.split(
          system, mass: event.systems[i], into: (event.systems[i - 1], mass), &random)
      }
      let (a, b) = (clusters[i].first, clusters[i].second)
      momenta[a] = away
      guard let b else { continue }
      (momenta[a], momenta[b]) = Self.split(
        away, mass: mass, into: (decay.masses[a], decay.masses[b]), &random)
    }
  }

  /// The momenta of two products in a random direction.
  private static func split(
    _ parent: FourVector<Double>, mass: Double, into masses: (Double, Double),
    _ random: inout PhiloxGenerator
  ) -> (FourVector<Double>, FourVector<Double>) {
    let length = ParticleDecay.momentum(mass, masses.0, masses.1)
    let momentum = length * random.nextDirection()
    func energy(_ mass: Double) -> Double { (length * length + mass * mass).squareRoot() }
    return (
      FourVector(momentum, energy: energy(masses.0)).boosted(along: parent, mass: mass),
      FourVector(-momentum, energy: energy(masses.1)).boosted(along: parent, mass: mass)
    )
  }
}
