import Communication
import PartialWaves
import RandomNumbers
import Testing

@Suite struct PhaseSpaceEventTests {
  private func fourBody() throws -> ParticleDecay {
    try ParticleDecay(parentMass: 3.686, masses: [0.493677, 0.493677, 0.13957039, 0])
  }

  @Test func energyAndMomentumAreConservedAndMassesKept() throws {
    let windowed = try ParticleDecay(
      parentMass: 3.686, masses: [0.493677, 0.493677, 0.13957039, 0.13957039],
      windows: [MassWindow(0, 1, masses: 1.01...1.03)])
    let pair = try ParticleDecay(parentMass: 3.686, masses: [0, 1.2])
    let generators: [any EventGenerator] = try [
      SequentialDecays(fourBody()), Rambo(fourBody()), SequentialDecays(windowed),
      SequentialDecays(pair), Rambo(pair),
    ]
    for generator in generators {
      let sample = try PhaseSpaceSample(of: generator, count: 5000, seed: 1)
      for event in 0..<sample.count {
        let p = (0..<sample.particleCount).map { sample.momentum(of: $0, event: event) }
        let sum = p.dropFirst().reduce(p[0], +)
        // Tens of roundings of energies below 4 GeV.
        let residual = [sum.px, sum.py, sum.pz, sum.energy - generator.decay.parentMass]
        #expect(residual.allSatisfy { abs($0) < 1e-12 })
        for (momentum, mass) in zip(p, generator.decay.masses) {
          #expect(abs(momentum.invariant - mass * mass) < 1e-12)
        }
      }
    }
  }

  @Test func everyEventIsInItsWindows() throws {
    let windows = [MassWindow(3, 1, masses: 1.01...1.03), MassWindow(0, 2, masses: 0.5...5)]
    let decay = try ParticleDecay(
      parentMass: 3.686, masses: [0.13957039, 0.493677, 0.13957039, 0.493677], windows: windows)
    let sample = try PhaseSpaceSample(of: SequentialDecays(decay), count: 5000, seed: 2)
    for event in 0..<sample.count {
      for window in windows {
        let pair =
          sample.momentum(of: window.first, event: event)
          + sample.momentum(of: window.second, event: event)
        let mass = pair.invariant.squareRoot()
        // Rounding of E² of 4 GeV².
        #expect(window.masses.lowerBound - 1e-14 < mass && mass < window.masses.upperBound + 1e-14)
      }
    }
  }

  /// Event for event what weighted events, accepted or not, make of the same random numbers; with windows that
  /// together may exceed the parent's mass, too.
  @Test func anAcceptedEventIsTheFirstWeightedOneThatPasses() throws {
    let pion = 0.13957039
    let generators = try [
      SequentialDecays(fourBody()),
      SequentialDecays(ParticleDecay(parentMass: 3.686, masses: [0, 1.2])),
      SequentialDecays(
        ParticleDecay(
          parentMass: 3.686, masses: [pion, 0.493677, pion, 0.493677, pion],
          windows: [MassWindow(3, 1, masses: 1...3), MassWindow(0, 2, masses: 0.5...3)])),
    ]
    func words(_ p: FourVector<Double>) -> [Double] { [p.px, p.py, p.pz, p.energy] }
    for generator in generators {
      var momenta = generator.decay.masses.map { FourVector<Double>(atRest: $0) }
      var expected = momenta
      var atRest = 0
      for item in 0..<300 as Range<UInt64> {
        var random = PhiloxGenerator(seed: 7, item: item)
        var judge = random
        for _ in 0..<3 {
          generator.drawUnweighted(&momenta, &random)
          while true {
            let weight = generator.draw(&expected, &judge)
            if weight == 0 { atRest += 1 }
            if weight >= judge.nextUniform() * generator.largestWeight { break }
          }
          #expect(momenta.map(words) == expected.map(words))
        }
      }
      #expect((atRest > 0) == (generator.decay.windows.count == 2))
    }
  }

  @Test func eventsDependOnTheirNumberAlone() throws {
    let generator = try SequentialDecays(fourBody())
    // Three blocks, the last of them not full.
    let one = try PhaseSpaceSample(of: generator, count: 2500, seed: 3)
    for threads in [2, 3] {
      let other = try PhaseSpaceSample(
        of: generator, count: 2500, seed: 3, workers: Workers(count: threads))
      #expect(other.components == one.components)
      #expect(other.weights == one.weights)
    }
    let fewer = try PhaseSpaceSample(of: generator, count: 7, seed: 3)
    let otherSeed = try PhaseSpaceSample(of: generator, count: 7, seed: 4)
    for event in 0..<7 {
      let p = one.momentum(of: 2, event: event)
      #expect(fewer.momentum(of: 2, event: event).px == p.px)
      #expect(otherSeed.momentum(of: 2, event: event).px != p.px)
    }
  }

  @Test func theDalitzPlotIsFlat() throws {
    // Squares of the plot that lie inside its border hold equally many events: χ² with k − 1
    // degrees of freedom has the deviation √(2k), and exceeds it by five of these with a
    // probability below 1e-5 (for about 60 squares).
    let masses = [0.493677, 0.13957039, 0.1349768]
    let decay = try ParticleDecay(parentMass: 1.86484, masses: masses)
    let cells = 12
    let low = (masses[0] + masses[1]) * (masses[0] + masses[1])
    let high = (1.86484 - masses[2]) * (1.86484 - masses[2])
    let low2 = (masses[1] + masses[2]) * (masses[1] + masses[2])
    let high2 = (1.86484 - masses[0]) * (1.86484 - masses[0])
    /// Whether s12 and s23 are those of an event: the cosine between 2 and 3 for 1 and 2 at rest.
    func isInside(_ s12: Double, _ s23: Double) -> Bool {
      let m = s12.squareRoot()
      if s12 < low || s12 > high { return false }
      let e2 = (s12 - masses[0] * masses[0] + masses[1] * masses[1]) / (2 * m)
      let e3 = (1.86484 * 1.86484 - s12 - masses[2] * masses[2]) / (2 * m)
      let p2 = max(e2 * e2 - masses[1] * masses[1], 0).squareRoot()
      let p3 = max(e3 * e3 - masses[2] * masses[2], 0).squareRoot()
      let energy = masses[1] * masses[1] + masses[2] * masses[2] + 2 * e2 * e3
      return abs(s23 - energy) <= 2 * p2 * p3
    }
    for generator in [SequentialDecays(decay), Rambo(decay)] as [any EventGenerator] {
      let sample = try PhaseSpaceSample(of: generator, count: 60_000, seed: 4)
      var counts = [Double](repeating: 0, count: cells * cells)
      for event in 0..<sample.count {
        let p = (0..<3).map { sample.momentum(of: $0, event: event) }
        let x = Double(cells) * ((p[0] + p[1]).invariant - low) / (high - low)
        let y = Double(cells) * ((p[1] + p[2]).invariant - low2) / (high2 - low2)
        counts[min(max(Int(x), 0), cells - 1) * cells + min(max(Int(y), 0), cells - 1)] += 1
      }
      // The plot is convex: a square is inside if its corners are.
      let inside = (0..<cells * cells).filter { cell in
        [(0, 0), (0, 1), (1, 0), (1, 1)].allSatisfy { dx, dy in
          isInside(
            low + (high - low) * Double(cell / cells + dx) / Double(cells),
            low2 + (high2 - low2) * Double(cell % cells + dy) / Double(cells))
        }
      }
      #expect(inside.count > 40)
      let mean = inside.reduce(0) { $0 + counts[$1] } / Double(inside.count)
      let chiSquare = inside.reduce(0) { $0 + (counts[$1] - mean) * (counts[$1] - mean) } / mean
      let freedom = Double(inside.count - 1)
      #expect(abs(chiSquare - freedom) < 5 * (2 * freedom).squareRoot())
    }
  }

  @Test func bothGeneratorsFillTheSameDistributions() throws {
    // Histograms of four masses and two angles of N events each: for two samples of equal size χ² =
    // Σ(a − b)²/(a + b) with as many degrees of freedom as bins, less one.
    let count = 30_000
    let bins = 25
    func histograms(_ generator: some EventGenerator) throws -> [[Double]] {
      let sample = try PhaseSpaceSample(of: generator, count: count, seed: 5)
      var counts = [[Double]](repeating: Array(repeating: 0, count: bins), count: 6)
      for event in 0..<count {
        let p = (0..<4).map { sample.momentum(of: $0, event: event) }
        let values = [
          (p[0] + p[1]).invariant.squareRoot() / 3.686,
          (p[1] + p[3]).invariant.squareRoot() / 3.686,
          (p[0] + p[2] + p[3]).invariant.squareRoot() / 3.686,
          p[2].energy / 1.85,
          0.5 + 0.5 * p[2].pz / p[2].space.squaredLength.squareRoot(),
          0.5 + 0.5 * p[3].px / p[3].energy,
        ]
        for (i, value) in values.enumerated() {
          counts[i][min(max(Int(value * Double(bins)), 0), bins - 1)] += 1
        }
      }
      return counts
    }
    let (a, b) = try (histograms(SequentialDecays(fourBody())), histograms(Rambo(fourBody())))
    for (x, y) in zip(a, b) {
      let filled = zip(x, y).filter { $0 + $1 > 10 }
      let chiSquare = filled.reduce(0.0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / ($1.0 + $1.1)
      }
      let freedom = Double(filled.count - 1)
      // Five standard deviations.
      #expect(chiSquare - freedom < 5 * (2 * freedom).squareRoot())
    }
    for angle in 4..<6 {
      // Isotropy: cosines are evenly spread.
      let mean = Double(count) / Double(bins)
      let chiSquare = a[angle].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / mean
      #expect(abs(chiSquare - 24) < 5 * 48.0.squareRoot())
    }
  }
}

@Suite struct PhaseSpaceMistakeTests {
  private func message(_ body: () throws -> ParticleDecay) -> String {
    do {
      _ = try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func mistakesAreNamed() {
    #expect(
      message { try ParticleDecay(parentMass: 1, masses: [0.1]) }
        == "a decay needs at least two particles; it has 1")
    #expect(
      message { try ParticleDecay(parentMass: 1, masses: [0.1, -2]) }
        == "particle 2 has mass -2.0 GeV; masses are finite and not negative")
    #expect(
      message { try ParticleDecay(parentMass: 1, masses: [0.5, 0.75]) }
        == "the parent of 1.0 GeV is too light: its products need more than 1.25 GeV")
    #expect(
      message {
        try ParticleDecay(
          parentMass: 2, masses: [0.5, 0.5, 0.5], windows: [MassWindow(0, 1, masses: 1.75...1.8)])
      } == "the parent of 2.0 GeV is too light: its products need more than 2.25 GeV")
    #expect(
      message {
        try ParticleDecay(
          parentMass: 2, masses: [0.1, 0.1, 0.1], windows: [MassWindow(0, 3, masses: 0.5...1)])
      } == "a mass window is for particles 1 and 4; it needs two different ones of 1 … 3")
    #expect(
      message {
        try ParticleDecay(
          parentMass: 2, masses: [0.1, 0.1, 0.1],
          windows: [MassWindow(0, 1, masses: 0.5...1), MassWindow(1, 2, masses: 0.5...1)])
      } == "particle 2 is in two mass windows; it may be in one")
    #expect(
      message {
        try ParticleDecay(
          parentMass: 2, masses: [0.25, 0.25, 0.1], windows: [MassWindow(0, 1, masses: 0.1...0.2)])
      }
        == "the mass window of particles 1 and 2 ends at 0.2 GeV, below their threshold of 0.5 GeV")
    #expect(
      message {
        try ParticleDecay(
          parentMass: 2, masses: [0.25, 0.25], windows: [MassWindow(0, 1, masses: 0.1...3)])
      }
        == "particles 1 and 2 are the whole decay: their mass is the parent's, and a window cannot "
        + "restrict it")
  }
}
