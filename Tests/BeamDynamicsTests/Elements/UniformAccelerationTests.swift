import AutoDiff
import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// What is special about uniform fields along the axis.
@Suite struct UniformAccelerationTests {
  /// Without fields it is the chromatic drift: an ordinary point of one formula.
  @Test(arguments: TestBeam.allCases)
  func withoutFieldsItIsADrift(_ beam: TestBeam) throws {
    let drift = Drift(length: 0.7, model: .chromatic)
    let none = UniformAcceleration(length: 0.7, ez: 0)
    for z in beam.points {
      let expected = try #require(drift.image(of: z.variables, beam))
      let image = try #require(none.image(of: z, beam))
      let scale = PhaseSpace.scale(of: expected.values, from: z, expected.jacobian)
      for i in 0..<6 {
        #expect((image[i] - expected.values[i]).magnitude <= 16 * 0x1p-52 * scale[i])
      }
    }
  }

  /// Many slices are one, as the flow is exact: five times the roundings.
  @Test(arguments: TestBeam.allCases)
  func slicesAddUp(_ beam: TestBeam) throws {
    let element = UniformAcceleration(length: 0.8, ez: 6e-3, bz: 0.9)
    for z in beam.points {
      let whole = try #require(element.image(of: z.variables, beam))
      let sliced = try #require(element.image(of: z, beam, slices: 5))
      let scale = PhaseSpace.scale(of: whole.values, from: z, whole.jacobian)
      for i in 0..<6 {
        #expect((sliced[i] - whole.values[i]).magnitude <= 40 * 0x1p-52 * scale[i])
      }
    }
  }

  /// The equations of motion by Runge and Kutta's method: slow electrons that gain several times
  /// their energy, and lose most of it.
  @Test(arguments: [(ez: 20.0, bz: 8.0), (ez: 20, bz: 0), (ez: -3, bz: -5), (ez: 0, bz: 8)])
  func particlesFollowTheEquationsOfMotion(_ fields: (ez: Double, bz: Double)) throws {
    let start = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 2)
    let length = 0.5
    let element = UniformAcceleration(length: length, ez: fields.ez, bz: fields.bz)
    var end = start
    element.advance(&end, over: Slice())
    let map: TransferMap<Double> = element.map(SliceInputs(Slice(), end))
    let alpha = 0.5 * fields.bz
    for z in TestBeam.electrons.points {
      // x, px, y, py, t, with momenta over mc, and P, which stays.
      let p = z.pt * start.betaGamma
      func rate(_ s: Double, _ w: [Double]) -> [Double] {
        let gammaOfReference = start.gamma + fields.ez * s
        let gamma = gammaOfReference - p
        let momentum = (gamma * gamma - 1).squareRoot()
        let momentumOfReference = (gammaOfReference * gammaOfReference - 1).squareRoot()
        let (kx, ky) = (w[1] + alpha * w[2], w[3] - alpha * w[0])
        let n = kx * kx + ky * ky
        return [
          kx / momentum, alpha * ky / momentum, ky / momentum, -alpha * kx / momentum,
          gamma / momentum - gammaOfReference / momentumOfReference
            + n * gamma / (2 * momentum * momentum * momentum),
        ]
      }
      var w = [z.x, z.px * start.betaGamma, z.y, z.py * start.betaGamma, z.t]
      let count = 4000
      let d = length / Double(count)
      for n in 0..<count {
        let s = Double(n) * d
        func shifted(_ k: [Double], _ h: Double) -> [Double] { zip(w, k).map { $0 + h * $1 } }
        let a = rate(s, w)
        let b = rate(s + d / 2, shifted(a, d / 2))
        let c = rate(s + d / 2, shifted(b, d / 2))
        let e = rate(s + d, shifted(c, d))
        for i in 0..<5 { w[i] += d / 6 * (a[i] + 2 * b[i] + 2 * c[i] + e[i]) }
      }
      var image = z
      #expect(map(&image))
      let found = [
        image.x, image.px * end.betaGamma, image.y, image.py * end.betaGamma, image.t,
      ]
      // The other method's roundings, 4000 of them, and its error of (αd)⁴.
      for i in 0..<5 { #expect((found[i] - w[i]).magnitude <= 1e-13, "\(i) of \(z)") }
      #expect((image.pt * end.betaGamma - p).magnitude <= 4 * 0x1p-52 * p.magnitude)
    }
  }

  /// The reference particle gains ez a metre, and flies as long as (p_f − p_i)/ez.
  @Test(arguments: [20.0, -3])
  func theReferenceParticleIsAcceleratedUniformly(_ ez: Double) {
    let start = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 2)
    var end = start
    UniformAcceleration(length: 0.5, ez: ez).advance(&end, over: Slice())
    #expect(end.kineticEnergyOverMass == 2 + 0.5 * ez)
    let time = (end.betaGamma - start.betaGamma) / ez
    #expect((end.t / time - 1).magnitude <= 16 * 0x1p-52)
    #expect(end.s == 0.5 && end.position.z == 0.5)
  }

  /// A particle that the field turns round is outside the map's domain, and stays as it came; the
  /// reference particle that is stopped ends the run.
  @Test func whoIsStoppedIsLost() throws {
    let start = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 2)
    let line = Beamline([
      BeamlineElement("d", Drift(length: 0, model: .linear)),
      BeamlineElement("brake", UniformAcceleration(length: 0.5, ez: -3)),
      BeamlineElement("k", Kicker(kickX: 1)),
    ])
    var bunch = Bunch<Double>(count: 3, reference: start)
    // γ − 1 of 1, 1.49 and 1.51 for a loss of 1.5.
    for (i, kinetic) in [1, 1.49, 1.51].enumerated() {
      bunch[i] = PhaseSpace(
        x: 1e-3, px: 0, y: 0, py: 0, t: 0, pt: (2 - kinetic) / start.betaGamma)
    }
    let before = bunch
    let losses = try Tracker(line, workers: .one).track(&bunch)
    #expect(losses.map(\.particle) == [0, 1])
    #expect(losses.allSatisfy { $0.cause == .domain && $0.place == 1 && $0.s == 0 })
    #expect(bunch[0] == before[0] && bunch[1] == before[1])
    #expect(bunch.isAlive(2))

    let wall = Beamline([BeamlineElement("wall", UniformAcceleration(length: 1, ez: -3))])
    #expect(throws: StoppedBeam(place: "wall")) {
      try Tracker(wall, workers: .one).track(&bunch)
    }
  }
}
