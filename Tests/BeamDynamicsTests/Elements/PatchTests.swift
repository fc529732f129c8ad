import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Changes of the frame of reference.
@Suite struct PatchTests {
  /// A patch along the axis is a drift.
  @Test(arguments: TestBeam.allCases)
  func aPatchAlongTheAxisIsADrift(_ beam: TestBeam) throws {
    for z in beam.points {
      let patch = try #require(Patch(dz: 0.7).image(of: z, beam))
      let drift = try #require(Drift(length: 0.7, model: .exact).image(of: z, beam))
      for i in 0..<6 { #expect((patch[i] - drift[i]).magnitude <= 1e-15) }
    }
  }

  /// Into a frame and back again: particles and the reference particle are where they were, but for the
  /// time of flight that both have.
  @Test(arguments: TestBeam.allCases)
  func aPatchAndItsInverseAreNothing(_ beam: TestBeam) throws {
    let there = Patch(dx: 0.02, dy: -0.01, dz: 0.3, pitch: -0.07, yaw: 0.12, tilt: 0.4)
    // Turned back step by step, then moved back.
    let back = [
      Patch(tilt: -0.4), Patch(pitch: 0.07), Patch(yaw: -0.12),
      Patch(dx: -0.02, dy: 0.01, dz: -0.3),
    ]
    let start: ReferenceParticle<Double> = beam.reference()
    for z in beam.points {
      var reference = start
      var point = z
      for patch in [there] + back {
        patch.advance(&reference, over: Slice())
        let map: TransferMap<Double> = patch.map(Lifted(patch), Slice(), reference)
        #expect(map(&point))
      }
      // The clock is that of the design's paths there and back, which need not be equal.
      point.t += reference.t
      for i in 0..<6 { #expect((point[i] - z[i]).magnitude <= 4e-15, "\(i)") }
      #expect(reference.position.x.magnitude + reference.position.z.magnitude <= 1e-15)
      #expect((reference.orientation.forward.z - 1).magnitude <= 1e-15)
    }
  }

  /// The clock of the reference particle is put forward, so that particles are early.
  @Test func aTimeOffsetMovesTheReferenceOnly() throws {
    let patch = Patch(timeOffset: 0.05)
    var reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    patch.advance(&reference, over: Slice())
    #expect(reference.t == 0.05)
    let image = try #require(patch.image(of: PhaseSpace<Double>.zero, .electrons))
    #expect(image.t == -0.05)
  }
}
