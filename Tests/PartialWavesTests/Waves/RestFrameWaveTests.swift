import AutoDiff
import PartialWaves
import Testing

@Suite struct RestFrameWaveTests {
  /// U in the order of the catalog.
  private func waves(_ event: FourTracks<Double>, parentMass: Double, radius: Double)
    -> [ThreeVector<Double>]
  {
    let fast = RestFrameWaves(
      event, parentMass: parentMass, barrier: OrbitalBarrier(radius: radius))
    let (spin0, spin2, spin4) = (fast.spin0, fast.spin2, fast.spin4)
    return spin0.indices.map { spin0[$0] } + spin2.indices.map { spin2[$0] }
      + spin4.indices.map { spin4[$0] }
  }

  @Test func bothChannelsAgreeWithAnIndependentImplementation() throws {
    let reference = try WaveReference.read()
    for channel in reference.channels {
      for (i, wave) in WaveCatalog.waves.prefix(7).enumerated() {
        var (worst, largest) = (0.0, 0.0)
        for (event, known) in zip(channel.events, channel.waves[i]) {
          let u = waves(event, parentMass: reference.parentMass, radius: reference.radius)[i]
          for (found, value) in zip([u.x, u.y, u.z], known) {
            worst = max(worst, abs(found - value))
            largest = max(largest, abs(value))
          }
        }
        // Some hundred roundings of 1.1e-16, and the reference's own 2.6e-14 of the maximum.
        #expect(worst < 1e-13 * largest, "\(channel) \(wave.spin) \(wave.label)")
      }
      for (i, event) in channel.events.enumerated() {
        let fast = RestFrameWaves(
          event, parentMass: reference.parentMass, barrier: OrbitalBarrier())
        // E² of at most 7 GeV² with two roundings, against masses from 0.08 to 7 GeV².
        #expect(abs(fast.squaredPhiMass - channel.squaredPhiMasses[i]) < 1e-14)
        #expect(abs(fast.squaredFMass - channel.squaredFMasses[i]) < 1e-14)
      }
    }
  }

  @Test(arguments: [0.493677, 0.13957039], [1, 0.7])
  func theyAreTheCovariantWaves(hadronMass: Double, radius: Double) throws {
    let events = try Cascades(hadronMass: hadronMass, count: 500, seed: 8).events
    for (i, wave) in WaveCatalog.waves.enumerated() {
      var (worst, largest) = (0.0, 0.0)
      for event in events {
        let tensors = CascadeTensors(
          event, spin: wave.spin, parentMass: Cascades.parentMass,
          barrier: OrbitalBarrier(radius: radius))
        let definition = wave.amplitude(tensors)
        let u = waves(event, parentMass: Cascades.parentMass, radius: radius)[i]
        worst = max(
          worst, abs(u.x - definition.px), abs(u.y - definition.py), abs(u.z - definition.pz))
        largest = max(largest, abs(u.x), abs(u.y), abs(u.z))
      }
      // Some hundred roundings of 1.1e-16. Of t^(2) and t^(4), terms of size γ² and γ⁴ cancel, and f
      // → π⁺π⁻ has up to γ = 6.
      let tolerance = wave.spin == 4 ? 2e-12 : 1e-13
      #expect(worst < tolerance * largest, "\(wave.spin) \(wave.label)")
    }
  }

  @Test func derivativesPassThrough() throws {
    // The waves are generic over the scalar: the derivative along a rotation about the beam turns
    // every U as a vector, dU/dφ = e_z × U.
    for event in try Cascades(hadronMass: 0.493677, count: 20, seed: 2).events {
      func rotating(_ p: FourVector<Double>) -> FourVector<Dual<1, Double>> {
        FourVector(
          px: Dual(p.px) { _ in -p.py }, py: Dual(p.py) { _ in p.px }, pz: Dual(p.pz),
          energy: Dual(p.energy))
      }
      let waves = RestFrameWaves(
        FourTracks(
          positiveKaon: rotating(event.positiveKaon), negativeKaon: rotating(event.negativeKaon),
          positiveHadron: rotating(event.positiveHadron),
          negativeHadron: rotating(event.negativeHadron)),
        parentMass: Cascades.parentMass, barrier: OrbitalBarrier())
      let spin2 = waves.spin2
      for i in spin2.indices {
        let u = spin2[i]
        let size = abs(u.x.value) + abs(u.y.value) + abs(u.z.value)
        // A hundred roundings, times the ratio of terms to result.
        let tolerance = 1e-12 * size + 1e-12
        #expect(abs(u.x.tangent[0] + u.y.value) < tolerance)
        #expect(abs(u.y.tangent[0] - u.x.value) < tolerance)
        #expect(abs(u.z.tangent[0]) < tolerance)
      }
    }
  }
}
