import AutoDiff
import PartialWaves
import Testing

/// The volume of phase space is the mean of the weights.
@Suite struct PhaseSpaceVolumeTests {
  private func mean(_ weights: [Double]) -> (value: Double, error: Double) {
    let n = Double(weights.count)
    let mean = weights.reduce(0, +) / n
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return (mean, (variance / n).squareRoot())
  }

  /// ∫ f over (a, b), f with square roots at both ends: by x = centre − half·cos φ these are smooth
  /// and periodic in φ, where the midpoint rule converges faster than any power.
  private func integral(_ range: ClosedRange<Double>, _ f: (Double) -> Double) -> Double {
    let half = 0.5 * (range.upperBound - range.lowerBound)
    let count = 2000
    return (0..<count).reduce(0) { sum, i in
      let angle = Double.pi * (Double(i) + 0.5) / Double(count)
      let x = 0.5 * (range.lowerBound + range.upperBound) - half * Double.cos(angle)
      return sum + f(x) * half * Double.sin(angle) * Double.pi / Double(count)
    }
  }

  private func momentum(_ m: Double, _ a: Double, _ b: Double) -> Double {
    let sum = m * m - (a + b) * (a + b)
    let difference = m * m - (a - b) * (a - b)
    return max(sum * difference, 0).squareRoot() / (2 * m)
  }

  /// Three particles, by one integral over the mass of the first two.
  private func volume(
    _ mass: Double, _ m: [Double], pairMasses: ClosedRange<Double>? = nil
  ) -> Double {
    let range = pairMasses ?? (m[0] + m[1])...(mass - m[2])
    let factor = 1 / (16 * Double.pi * Double.pi * Double.pi * mass)
    return factor * integral(range) { momentum(mass, $0, m[2]) * momentum($0, m[0], m[1]) }
  }

  @Test(arguments: 2...7)
  func massesOfZeroGiveTheClosedForm(count: Int) throws {
    let decay = try ParticleDecay(parentMass: 3, masses: Array(repeating: 0, count: count))
    // (π/2)^{n−1} M^{2n−4}/((n−1)!(n−2)!) (2π)^{4−3n}
    func factorial(_ n: Int) -> Double { (1..<n + 1).reduce(1.0) { $0 * Double($1) } }
    var known = Double.pow(Double.pi / 2, count - 1) * Double.pow(3.0, 2 * count - 4)
    known *= Double.pow(2 * Double.pi, 4 - 3 * count)
    known /= factorial(count - 1) * factorial(count - 2)
    // Rounding.
    #expect(
      abs(ParticleDecay.masslessVolume(count: count, parentMass: 3) / known - 1) < 1e-14)
    let sample = try PhaseSpaceSample(
      of: SequentialDecays(decay), count: 20_000, seed: 1, isWeighted: true)
    let (value, error) = mean(sample.weights)
    // Five standard deviations; where all weights are equal, rounding of a sum of 2e4 numbers.
    #expect(abs(value - known) < 5 * error + 1e-12 * known)
    let flat = try PhaseSpaceSample(of: Rambo(decay), count: 100, seed: 1, isWeighted: true)
    #expect(flat.weights.allSatisfy { abs($0 / known - 1) < 1e-14 })
  }

  @Test func twoParticlesHaveOneMomentum() throws {
    let decay = try ParticleDecay(parentMass: 3.686, masses: [1.02, 1.5])
    let known = momentum(3.686, 1.02, 1.5) / (4 * Double.pi * 3.686)
    for generator in [SequentialDecays(decay), Rambo(decay)] as [any EventGenerator] {
      let sample = try PhaseSpaceSample(of: generator, count: 100, seed: 2, isWeighted: true)
      // Rounding; masses cost a factor three.
      #expect(sample.weights.allSatisfy { abs($0 / known - 1) < 1e-14 })
    }
  }

  @Test func threeParticlesHaveTheAreaOfTheDalitzPlot() throws {
    let masses = [0.493677, 0.13957039, 0.1349768]
    let decay = try ParticleDecay(parentMass: 1.86484, masses: masses)
    let known = volume(1.86484, masses)
    for generator in [SequentialDecays(decay), Rambo(decay)] as [any EventGenerator] {
      let sample = try PhaseSpaceSample(of: generator, count: 100_000, seed: 3, isWeighted: true)
      let (value, error) = mean(sample.weights)
      // Five standard deviations.
      #expect(abs(value - known) < 5 * error)
    }
  }

  @Test func aWindowCutsTheVolume() throws {
    let masses = [0.493677, 0.493677, 0.5]
    let window = MassWindow(0, 1, masses: 1.01...1.03)
    let decay = try ParticleDecay(parentMass: 3.686, masses: masses, windows: [window])
    let known = volume(3.686, masses, pairMasses: window.masses)
    let sample = try PhaseSpaceSample(
      of: SequentialDecays(decay), count: 20_000, seed: 4, isWeighted: true)
    let (value, error) = mean(sample.weights)
    // Five standard deviations.
    #expect(abs(value - known) < 5 * error)
    #expect(error < 0.005 * known, "the window is not found by chance")
  }

  @Test func twoWindowsMayShareTheEnergy() throws {
    // The windows allow 3.2 + 1.2 GeV, the parent has 4: a quarter of the square is empty.
    let masses = [0.1, 0.2, 0.3, 0.4]
    let windows = [MassWindow(0, 2, masses: 2...3.2), MassWindow(3, 1, masses: 0.7...1.6)]
    let decay = try ParticleDecay(parentMass: 4, masses: masses, windows: windows)
    let sample = try PhaseSpaceSample(
      of: SequentialDecays(decay), count: 100_000, seed: 5, isWeighted: true)
    let (value, error) = mean(sample.weights)
    let open = try PhaseSpaceSample(
      of: Rambo(ParticleDecay(parentMass: 4, masses: masses)), count: 400_000, seed: 6,
      isWeighted: true)
    let inside = open.weights.indices.map { i in
      let p = (0..<4).map { open.momentum(of: $0, event: i) }
      let (a, b) = ((p[0] + p[2]).invariant.squareRoot(), (p[1] + p[3]).invariant.squareRoot())
      return windows[0].masses.contains(a) && windows[1].masses.contains(b) ? open.weights[i] : 0
    }
    let (known, knownError) = mean(inside)
    // Five standard deviations of both.
    #expect(abs(value - known) < 5 * (error * error + knownError * knownError).squareRoot())
  }

  @Test func noWeightExceedsItsBound() throws {
    let decays = try [
      ParticleDecay(parentMass: 3.686, masses: [0.493677, 0.493677, 0.13957, 0.13957]),
      ParticleDecay(parentMass: 1.2, masses: [0.5, 0.1, 0, 0.2, 0.3]),
      ParticleDecay(parentMass: 1, masses: [0, 0.9]),
      ParticleDecay(
        parentMass: 3.686, masses: [0.493677, 0.493677, 0.13957, 0.13957],
        windows: [MassWindow(0, 1, masses: 1.01...1.03), MassWindow(2, 3, masses: 0...4)]),
    ]
    for decay in decays {
      var generators: [any EventGenerator] = [SequentialDecays(decay)]
      if decay.windows.isEmpty { generators.append(Rambo(decay)) }
      for generator in generators {
        let sample = try PhaseSpaceSample(of: generator, count: 50_000, seed: 7, isWeighted: true)
        // Where all weights are equal, they are the bound but for rounding.
        #expect(
          sample.weights.allSatisfy { 0 <= $0 && $0 <= generator.largestWeight * (1 + 1e-14) })
        #expect(sample.weights.max()! > 0.01 * generator.largestWeight, "the bound is of use")
      }
    }
  }
}
