import AutoDiff
import RandomNumbers
import SystemLibrary

/// Phase space by RAMBO: all particles at once, without an order among them.
///
/// R. Kleiss, W. J. Stirling, S. D. Ellis, Comput. Phys. Commun. 40, 359 (1986),
/// doi:10.1016/0010-4655(86)90119-0: massless momenta with independent directions are boosted and
/// scaled to the parent at rest, where they have constant weight; then they shrink by a common
/// factor until the energies with the masses add up to the parent's.
public struct Rambo: EventGenerator {
  public let decay: ParticleDecay
  public let largestWeight: Double
  private let volume: Double

  /// - Precondition: The decay has no windows; use ``SequentialDecays`` for windows.
  public init(_ decay: ParticleDecay) {
    require(decay.windows.isEmpty, "RAMBO knows no mass windows; use sequential decays")
    self.decay = decay
    let n = decay.masses.count
    volume = ParticleDecay.masslessVolume(count: n, parentMass: decay.parentMass)
    // With β = |k|/E and M = ΣE, the weight is Φ·(Σ|k|/M)^(2n−3)·M Πβ/Σβ|k|. No β exceeds 1, so Πβ
    // is at most the smallest of them, Σβ|k| at least that times Σ|k|, and the weight at most
    // Φ·(Σ|k|/M)^(2n−4). The vectors (|k|, m) of lengths E sum to one not longer than M: (Σ|k|)² ≤
    // M² − (Σm)².
    let massRatio = decay.masses.reduce(0, +) / decay.parentMass
    largestWeight = volume * Double.pow((1 - massRatio) * (1 + massRatio), Double(n - 2))
  }

  public func draw(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) -> Double {
    let mass = decay.parentMass
    for i in momenta.indices {
      let energy = -Double.log(random.nextUniform() * random.nextUniform())
      momenta[i] = FourVector(energy * random.nextDirection(), energy: energy)
    }
    // If all momenta are nearly parallel, the invariant mass and the energies in the rest frame
    // lose digits in proportion to γ². The second pass starts near rest and removes that error.
    for _ in 0..<2 {
      let total = momenta.dropFirst().reduce(momenta[0], +)
      let invariant = Double.sqrt(total.invariant)
      let opposite = FourVector(-total.space, energy: total.energy)
      for i in momenta.indices {
        let k = mass / invariant * momenta[i].boosted(along: opposite, mass: invariant).space
        momenta[i] = FourVector(k, energy: Double.sqrt(k.squaredLength))
      }
    }
    return volume * shrink(&momenta)
  }

  /// Gives the particles their masses, with all momenta reduced by one factor ξ, and returns the
  /// ratio of the weights.
  private func shrink(_ momenta: inout [FourVector<Double>]) -> Double {
    let mass = decay.parentMass
    let needed = decay.masses.reduce(0, +)
    if needed == 0 { return 1 }
    // Σ√(m² + ξ²E²) grows with ξ and is convex in it: from a start above the solution of Σ… = M,
    // Newton's method approaches it from above. ξ = √(1 − (Σm/M)²) is such a start, as shown above.
    // The iteration stops at a step of the size of rounding.
    var xi = ((1 - needed / mass) * (1 + needed / mass)).squareRoot()
    for _ in 0..<50 {
      var (excess, slope) = (-mass, 0.0)
      for (momentum, m) in zip(momenta, decay.masses) {
        let k = xi * momentum.energy
        let energy = (m * m + k * k).squareRoot()
        excess += energy
        slope += k * momentum.energy / energy
      }
      let step = excess / slope
      xi -= step
      if step.magnitude <= 4 * xi.ulp { break }
    }
    var (length, product, sum) = (0.0, 1.0, 0.0)
    for (i, m) in decay.masses.enumerated() {
      let k = xi * momenta[i].energy
      let energy = (m * m + k * k).squareRoot()
      length += k
      product *= k / energy
      sum += k * k / energy
      momenta[i] = FourVector(xi * momenta[i].space, energy: energy)
    }
    let powers = Double.pow(length / mass, 2 * decay.masses.count - 3)
    return powers * product * mass / sum
  }
}
