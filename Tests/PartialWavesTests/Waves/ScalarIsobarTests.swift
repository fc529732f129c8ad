import AutoDiff
import Foundation
import PartialWaves
import Testing

@Suite struct ScalarIsobarTests {
  /// D⁰ → K⁻π⁺π⁰ in flight.
  private func events(_ count: Int) throws
    -> [(FourVector<Double>, FourVector<Double>, FourVector<Double>)]
  {
    let mass = 1.86484
    let decay = try ParticleDecay(parentMass: mass, masses: [0.493677, 0.13957039, 0.1349768])
    let sample = try PhaseSpaceSample(of: SequentialDecays(decay), count: count, seed: 12)
    let flight = ThreeVector(0.4, -0.2, 0.8)
    let parent = FourVector(flight, energy: (flight.squaredLength + mass * mass).squareRoot())
    return (0..<count).map { i in
      let p = (0..<3).map {
        sample.momentum(of: $0, event: i).boosted(along: parent, mass: mass)
      }
      return (p[0], p[1], p[2])
    }
  }

  @Test(arguments: 0...4, [true, false])
  func theClosedFormIsTheContractionOfTheTensors(spin: Int, hasBarrier: Bool) throws {
    let isobar = ScalarIsobar(spin: spin, barrier: hasBarrier ? OrbitalBarrier(radius: 3) : nil)
    var (worst, largest) = (0.0, 0.0)
    for (a, b, c) in try events(300) {
      let definition = isobar.definition(a: a, b: b, bachelor: c)
      worst = max(worst, abs(isobar(a: a, b: b, bachelor: c) - definition))
      largest = max(largest, abs(definition))
    }
    // Some hundred roundings of 1.1e-16.
    #expect(worst < 1e-13 * largest)
  }

  @Test func aVectorHasTheFactorOfDalitzPlotAnalysesTimesAnEnergy() throws {
    // CLEO, Phys. Rev. D 63, 092001 (2001): s_bc − s_ac + (M² − m_c²)(m_a² − m_b²)/s_ab. There
    // the momenta of the first decay are made orthogonal to R, and not to P: ours has E_R/M besides.
    let isobar = ScalarIsobar(spin: 1, barrier: nil)
    for (a, b, c) in try events(100) {
      let (parent, s) = ((a + b + c).invariant, (a + b).invariant)
      let difference = (parent - c.invariant) * (a.invariant - b.invariant) / s
      let known = (b + c).invariant - (a + c).invariant + difference
      let energy = 0.5 * (parent + s - c.invariant) / parent
      // Ten roundings of squared energies of up to 4 GeV².
      #expect(abs(isobar(a: a, b: b, bachelor: c) - energy * known) < 5e-15)
    }
  }

  @Test func exchangingTheProductsChangesTheSignOfOddSpins() throws {
    for (a, b, c) in try events(20) {
      for spin in 0...4 {
        let isobar = ScalarIsobar(spin: spin)
        let x = isobar(a: a, b: b, bachelor: c)
        let y = isobar(a: b, b: a, bachelor: c)
        // Rounding differs in the squared break-up momenta alone.
        #expect(abs(x - (spin.isMultiple(of: 2) ? y : -y)) < 1e-14 * (1 + abs(x)))
      }
    }
  }

  @Test func columnsAreThoseOfTheSingleEvents() throws {
    let decay = try ParticleDecay(parentMass: 1.86484, masses: [0.493677, 0.13957039, 0.1349768])
    // No multiple of any lane count.
    let count = 61
    let sample = try PhaseSpaceSample(of: SequentialDecays(decay), count: count, seed: 13)
    for spin in 0...4 {
      let isobar = ScalarIsobar(spin: spin)
      var factors = [Double](repeating: .nan, count: count)
      sample.withColumns { p in
        isobar.fill(&factors, a: p[0], b: p[1], bachelor: p[2], count: count)
      }
      let known = (0..<count).map { i in
        let p = (0..<3).map { sample.momentum(of: $0, event: i) }
        return isobar(a: p[0], b: p[1], bachelor: p[2])
      }
      let largest = known.map(abs).max()!
      // Lanes may fuse products and sums: some tens of roundings.
      #expect(zip(factors, known).allSatisfy { abs($0 - $1) < 1e-13 * largest })
    }
  }
}
