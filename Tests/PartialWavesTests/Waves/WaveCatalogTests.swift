import AutoDiff
import Foundation
import PartialWaves
import Testing

/// What must be true of every wave in the catalog.
@Suite struct WaveCatalogTests {
  private func amplitude(
    _ wave: CovariantWave, _ event: FourTracks<Double>,
    parentMass: Double = Cascades.parentMass
  ) -> ThreeVector<Double> {
    let tensors = CascadeTensors(
      event, spin: wave.spin, parentMass: parentMass, barrier: OrbitalBarrier())
    return wave.amplitude(tensors).space
  }

  @Test func rotatedEventsHaveRotatedWaves() throws {
    // x → y → z → x
    func turned(_ p: FourVector<Double>) -> FourVector<Double> {
      FourVector(px: p.pz, py: p.px, pz: p.py, energy: p.energy)
    }
    for event in try Cascades(hadronMass: 0.493677, count: 10, seed: 5).events {
      let other = FourTracks(
        positiveKaon: turned(event.positiveKaon), negativeKaon: turned(event.negativeKaon),
        positiveHadron: turned(event.positiveHadron), negativeHadron: turned(event.negativeHadron))
      for wave in WaveCatalog.waves {
        let (u, v) = (amplitude(wave, event), amplitude(wave, other))
        // A thousand roundings, some of terms larger than the result.
        let tolerance = 1e-12 * (abs(u.x) + abs(u.y) + abs(u.z))
        #expect(abs(v.x - u.z) < tolerance)
        #expect(abs(v.y - u.x) < tolerance)
        #expect(abs(v.z - u.y) < tolerance)
      }
    }
  }

  @Test func mirroredEventsHaveMirroredWaves() throws {
    // ψ and φ are vectors, and L is even.
    func mirrored(_ p: FourVector<Double>) -> FourVector<Double> {
      FourVector(px: -p.px, py: -p.py, pz: -p.pz, energy: p.energy)
    }
    for event in try Cascades(hadronMass: 0.493677, count: 10, seed: 6).events {
      let other = FourTracks(
        positiveKaon: mirrored(event.positiveKaon), negativeKaon: mirrored(event.negativeKaon),
        positiveHadron: mirrored(event.positiveHadron),
        negativeHadron: mirrored(event.negativeHadron))
      for wave in WaveCatalog.waves {
        let (u, v) = (amplitude(wave, event), amplitude(wave, other))
        // Every operation is odd or even in space, to the bit.
        #expect(v.x == -u.x && v.y == -u.y && v.z == -u.z)
      }
    }
  }

  @Test func exchangingTheProductsOfPhiChangesTheSignAndOfFDoesNot() throws {
    for event in try Cascades(hadronMass: 0.493677, count: 10, seed: 7).events {
      var otherPhi = event
      (otherPhi.positiveKaon, otherPhi.negativeKaon) = (event.negativeKaon, event.positiveKaon)
      var otherF = event
      (otherF.positiveHadron, otherF.negativeHadron) =
        (event.negativeHadron, event.positiveHadron)
      for wave in WaveCatalog.waves {
        let u = amplitude(wave, event)
        let (v, w) = (amplitude(wave, otherPhi), amplitude(wave, otherF))
        // A thousand roundings, some of terms larger than the result.
        let tolerance = 1e-12 * (abs(u.x) + abs(u.y) + abs(u.z))
        #expect(abs(v.x + u.x) < tolerance && abs(w.x - u.x) < tolerance)
        #expect(abs(v.y + u.y) < tolerance && abs(w.y - u.y) < tolerance)
        #expect(abs(v.z + u.z) < tolerance && abs(w.z - u.z) < tolerance)
      }
    }
  }

  @Test(arguments: [(0, 0.99), (2, 2.665), (4, 2.665)])
  func slowWavesOfDifferentLAndSDoNotInterfere(spin: Int, fMass: Double) throws {
    // Where φ and f hardly move, v and t are tensors of space, and waves of different L and S are
    // orthogonal over all directions and polarisations. Here the products have β² < 1e-4.
    let parentMass = 1.02 + fMass + 0.0001
    let count = 4000
    let events = try Cascades(
      parentMass: parentMass, hadronMass: 0.493677, count: count, seed: 11,
      phiMasses: 1.01999...1.02001, fMasses: fMass - 0.00001...fMass + 0.00001
    ).events
    let waves = WaveCatalog.waves(spin: spin)
    let columns = waves.map { wave in
      events.map { amplitude(wave, $0, parentMass: parentMass) }
    }
    func overlap(_ i: Int, _ j: Int) -> Double {
      zip(columns[i], columns[j]).reduce(0) { $0 + $1.0.dot($1.1) }
    }
    for i in waves.indices {
      for j in 0..<i {
        let correlation = overlap(i, j) / (overlap(i, i) * overlap(j, j)).squareRoot()
        // Each event adds a number of size 1, or of 2 where a wave is uneven: N^(−1/2) for the mean.
        #expect(
          abs(correlation) < 5 * 2 / Double(count).squareRoot(),
          "\(spin): \(waves[i].label), \(waves[j].label)")
      }
    }
  }
}
