import PartialWaves
import Testing

@Suite struct CovariantWaveTests {
  @Test func bothChannelsAgreeWithAnIndependentImplementation() throws {
    let reference = try WaveReference.read()
    for channel in reference.channels {
      let events = channel.events
      for (i, wave) in WaveCatalog.waves.prefix(7).enumerated() {
        var (worst, largest) = (0.0, 0.0)
        for (event, known) in zip(events, channel.waves[i]) {
          let tensors = CascadeTensors(
            event, spin: wave.spin, parentMass: reference.parentMass,
            barrier: OrbitalBarrier(radius: reference.radius))
          // Only x and y have a meaning; where U is transverse to P, its time component is 0.
          let u = wave.amplitude(tensors).components
          for k in 0..<3 {
            worst = max(worst, abs(u[k] - known[k]))
            largest = max(largest, abs(known[k]))
          }
        }
        // Some hundred roundings of 1.1e-16, and the reference's own 2.6e-14 of the maximum.
        #expect(worst < 1e-13 * largest, "\(channel) \(wave.spin) \(wave.label)")
      }
    }
  }

  @Test func theOrderOfTheWavesIsFixed() {
    #expect(WaveCatalog.spins == [0, 2, 4])
    #expect(WaveCatalog.labels(spin: 0) == ["0 1", "2 1"])
    #expect(WaveCatalog.labels(spin: 2) == ["0 1", "2 1", "2 2", "2 3", "4 3"])
    #expect(WaveCatalog.labels(spin: 4) == ["2 3", "4 3", "4 4", "4 5"])
  }
}
