/// A decay at rest into two or more particles, which fill their phase space evenly.
///
/// Phase space is dΦ_n = (2π)⁴ δ⁴(P − Σp) Π d³p/((2π)³2E).
public struct ParticleDecay: Sendable, Equatable {
  /// Mass of the parent [GeV].
  public let parentMass: Double
  /// Masses of the products [GeV].
  public let masses: [Double]
  /// Pairs whose mass is restricted.
  public let windows: [MassWindow]

  /// - Throws: ``PhaseSpaceError`` if there is no phase space, or a window names no pair.
  public init(parentMass: Double, masses: [Double], windows: [MassWindow] = []) throws {
    if masses.count < 2 { throw PhaseSpaceError.tooFewParticles(masses.count) }
    for (i, mass) in masses.enumerated() where !(mass >= 0 && mass.isFinite) {
      throw PhaseSpaceError.unphysicalMass(particle: i, mass: mass)
    }
    var needed = masses.reduce(0, +)
    var used: Set<Int> = []
    for window in windows {
      let pair = [window.first, window.second]
      if window.first == window.second || !pair.allSatisfy(masses.indices.contains) {
        throw PhaseSpaceError.noSuchPair(window, particleCount: masses.count)
      }
      for i in pair where !used.insert(i).inserted {
        throw PhaseSpaceError.particleInTwoWindows(i)
      }
      if masses.count == 2 { throw PhaseSpaceError.windowOfWholeDecay(window) }
      let threshold = masses[window.first] + masses[window.second]
      if window.masses.upperBound <= threshold {
        throw PhaseSpaceError.emptyWindow(window, threshold: threshold)
      }
      needed += max(0, window.masses.lowerBound - threshold)
    }
    if !(parentMass > needed && parentMass.isFinite) {
      throw PhaseSpaceError.parentTooLight(mass: parentMass, needed: needed)
    }
    self.parentMass = parentMass
    self.masses = masses
    self.windows = windows
  }

  /// The volume of the phase space of `count` particles without mass [GeV^(2n−4)]:
  /// (π/2)^(n−1) M^(2n−4)/((n−1)!(n−2)!) (2π)^(4−3n).
  public static func masslessVolume(count: Int, parentMass: Double) -> Double {
    var volume = 1 / (8 * Double.pi)
    for n in 2..<max(count, 2) {
      // Φ_{n+1}/Φ_n = M²/(16π² n(n−1))
      volume *= parentMass * parentMass / (16 * Double.pi * Double.pi * Double(n * (n - 1)))
    }
    return volume
  }

  /// The momentum of either product when a mass decays at rest into two others [GeV]; 0 at and
  /// below threshold.
  ///
  /// Källén's function as a product of four factors: no difference of squares cancels.
  static func momentum(_ mass: Double, _ a: Double, _ b: Double) -> Double {
    let product = (mass - a - b) * (mass + a + b) * (mass - a + b) * (mass + a - b)
    return max(product, 0).squareRoot() / (2 * mass)
  }
}
