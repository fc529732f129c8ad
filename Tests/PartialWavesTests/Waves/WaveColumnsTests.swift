import AutoDiff
import PartialWaves
import Testing

@Suite struct WaveColumnsTests {
  private func tracks(_ columns: [MomentumColumns]) -> FourTrackColumns {
    FourTrackColumns(
      positiveKaon: columns[0], negativeKaon: columns[1], positiveHadron: columns[2],
      negativeHadron: columns[3])
  }

  @Test(arguments: [[0], [2], [4], [0, 2], [0, 2, 4]] as [[Int]])
  func columnsAreThoseOfTheSingleEvents(spins: [Int]) throws {
    // 131 is no multiple of any lane count: the last events go one by one.
    let (count, stride) = (131, 140)
    let cascades = try Cascades(hadronMass: 0.13957039, count: count, seed: 3)
    let fill = WaveColumns(spins: spins, parentMass: Cascades.parentMass)
    #expect(fill.columnCount == 2 * spins.map { [0: 2, 2: 5, 4: 4][$0]! }.reduce(0, +))
    var amplitudes = [Double](repeating: .nan, count: fill.columnCount * stride)
    var phi = [Double](repeating: .nan, count: stride)
    var f = phi
    cascades.sample.withColumns { columns in
      fill.fill(
        &amplitudes, stride: stride, squaredPhiMasses: &phi, squaredFMasses: &f,
        from: tracks(columns), count: count)
    }
    for (w, wave) in fill.waves.enumerated() {
      let definitions = cascades.events.map { event in
        wave.amplitude(
          CascadeTensors(
            event, spin: wave.spin, parentMass: Cascades.parentMass, barrier: fill.barrier))
      }
      let largest = definitions.map { max(abs($0.px), abs($0.py)) }.max()!
      for (i, u) in definitions.enumerated() {
        // Some hundred roundings of 1.1e-16. Of t^(4), terms of size γ⁴ cancel, and the lightest f
        // here have γ = 6.
        let tolerance = wave.spin == 4 ? 2e-12 : 1e-13
        #expect(abs(amplitudes[2 * w * stride + i] - u.px) < tolerance * largest)
        #expect(abs(amplitudes[(2 * w + 1) * stride + i] - u.py) < tolerance * largest)
      }
      #expect(amplitudes[2 * w * stride + count].isNaN, "nothing beyond the last event")
    }
    for (i, event) in cascades.events.enumerated() {
      // Two roundings of E² < 14 GeV².
      #expect(abs(phi[i] - event.phi.invariant) < 1e-14)
      #expect(abs(f[i] - event.f.invariant) < 1e-14)
    }
  }

  @Test func aBlockCanBeFilledFromTheMiddle() throws {
    let cascades = try Cascades(hadronMass: 0.13957039, count: 40, seed: 3)
    let fill = WaveColumns(spins: [0], parentMass: Cascades.parentMass)
    func filled(from first: Int, count: Int) -> [Double] {
      var amplitudes = [Double](repeating: 0, count: fill.columnCount * count)
      var phi = [Double](repeating: 0, count: count)
      var f = phi
      cascades.sample.withColumns { columns in
        fill.fill(
          &amplitudes, stride: count, squaredPhiMasses: &phi, squaredFMasses: &f,
          from: tracks(columns).dropping(first), count: count)
      }
      return amplitudes
    }
    // Whole groups of lanes in both cases, so the same operations.
    #expect(filled(from: 16, count: 16)[0] == filled(from: 0, count: 40)[16])
  }
}
