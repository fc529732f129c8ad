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
    /// A particle, or a pair.
    var particles: [Int]
    /// The masses that the cluster can have [GeV].
    var masses: ClosedRange<Double>
  }

  /// A generator of a decay, with or without windows.
  public init(_ decay: ParticleDecay) {
    self.decay = decay
    let paired = Set(decay.windows.flatMap { [$0.first, $0.second] })
    let singles = decay.masses.indices.filter { !paired.contains($0) }.map {
      Cluster(particles: [$0], masses: decay.masses[$0]...decay.masses[$0])
    }
    var lowest = decay.windows.map {
      max($0.masses.lowerBound, decay.masses[$0.first] + decay.masses[$0.second])
    }
    // The mass of a pair leaves at least their smallest masses to all other clusters.
    let spare =
      decay.parentMass - lowest.reduce(0, +) - singles.reduce(0) { $0 + $1.masses.lowerBound }
    let pairs = decay.windows.enumerated().map { i, window in
      Cluster(
        particles: [window.first, window.second],
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
    let count = clusters.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count) { words in
      let masses = UnsafeMutableBufferPointer(rebasing: words[..<count])
      let systems = UnsafeMutableBufferPointer(rebasing: words[count..<2 * count])
      let energies = UnsafeMutableBufferPointer(rebasing: words[(2 * count)...])
      var sum = 0.0
      for (i, cluster) in clusters.enumerated() {
        var mass = cluster.masses.lowerBound
        if cluster.particles.count == 2 {
          mass += (cluster.masses.upperBound - mass) * random.nextUniform()
        }
        masses[i] = mass
        sum += mass
      }
      let energy = decay.parentMass - sum
      if energy <= 0 {
        // The masses of two windows may exceed the parent's: such an event has weight zero.
        for i in momenta.indices { momenta[i] = FourVector(atRest: decay.masses[i]) }
        return 0
      }
      var weight = factor * Self.simplex(energy, count - 2)

      // Energies above threshold of the systems, in ascending order, from 0 for the first cluster.
      energies[0] = 0
      for i in 1..<count - 1 {
        var place = i
        let next = energy * random.nextUniform()
        while energies[place - 1] > next {
          energies[place] = energies[place - 1]
          place -= 1
        }
        energies[place] = next
      }
      var inside = 0.0
      for i in 0..<count - 1 {
        inside += masses[i]
        systems[i] = inside + energies[i]
      }
      systems[count - 1] = decay.parentMass

      // The system of the first i + 1 clusters decays to that of the first i and to the last
      // cluster.
      var system = FourVector<Double>(atRest: decay.parentMass)
      for i in stride(from: count - 1, to: 0, by: -1) {
        let (rest, away) = Self.split(
          system, mass: systems[i], into: (systems[i - 1], masses[i]),
          &random, &weight)
        finish(clusters[i], away, mass: masses[i], &momenta, &random, &weight)
        system = rest
      }
      finish(clusters[0], system, mass: masses[0], &momenta, &random, &weight)
      return weight
    }
  }

  /// Gives a cluster's momentum to its particle, or lets a pair decay.
  private func finish(
    _ cluster: Cluster, _ momentum: FourVector<Double>, mass: Double,
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator, _ weight: inout Double
  ) {
    if cluster.particles.count == 1 {
      momenta[cluster.particles[0]] = momentum
      return
    }
    let (a, b) = (cluster.particles[0], cluster.particles[1])
    (momenta[a], momenta[b]) = Self.split(
      momentum, mass: mass, into: (decay.masses[a], decay.masses[b]), &random, &weight)
  }

  /// The momenta of two products in a random direction; their momentum in the rest frame multiplies
  /// the weight.
  private static func split(
    _ parent: FourVector<Double>, mass: Double, into masses: (Double, Double),
    _ random: inout PhiloxGenerator, _ weight: inout Double
  ) -> (FourVector<Double>, FourVector<Double>) {
    let length = ParticleDecay.momentum(mass, masses.0, masses.1)
    weight *= length
    let momentum = length * random.nextDirection()
    func energy(_ mass: Double) -> Double { (length * length + mass * mass).squareRoot() }
    return (
      FourVector(momentum, energy: energy(masses.0)).boosted(along: parent, mass: mass),
      FourVector(-momentum, energy: energy(masses.1)).boosted(along: parent, mass: mass)
    )
  }
}
