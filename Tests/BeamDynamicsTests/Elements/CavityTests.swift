import AutoDiff
import BeamDynamics
import BeamSamples
import LinearAlgebra
import Testing

/// What is special about elements that focus in time or change the energy.
@Suite struct CavityTests {
  /// Drift and channel are one formula; there k|k| has a derivative of 0.
  @Test(arguments: TestBeam.allCases)
  func constantFocusingWithoutStrengthIsADrift(_ beam: TestBeam) throws {
    let channel = ConstantFocusing(length: 0.7)
    let drift = Drift(length: 0.7, model: .linear)
    for z in beam.points {
      let image = try #require(channel.image(of: z, beam))
      let expected = try #require(drift.image(of: z, beam))
      for i in 0..<6 { #expect((image[i] - expected[i]).magnitude <= 4 * 0x1p-52) }
      for path in [\ConstantFocusing.kx, \.ky, \.kt] {
        let q = Lifted<ConstantFocusing, Dual<1, Double>>(channel)
          .replacing(path, by: Dual(0, variable: 0))
        let moved = try #require(channel.image(of: z.map { Dual<1, Double>($0) }, beam, q))
        for i in 0..<6 { #expect(moved[i].tangent[0] == 0) }
      }
    }
  }

  /// After a phase advance of 2π everybody is back, in all planes at once; a negative strength grows
  /// by cosh.
  @Test(arguments: TestBeam.allCases)
  func constantFocusingTurnsPhaseSpace(_ beam: TestBeam) throws {
    let k = 1.3
    let turn = ConstantFocusing(length: 2 * .pi / k, kx: k, ky: k, kt: k)
    let away = ConstantFocusing(length: 2 / k, kx: -k, ky: k)
    let reference: ReferenceParticle<Double> = beam.reference()
    // In units in which the ellipse is round: t of 1 is as much as pt of k(βγ)².
    let unit = [1, k, 1, k, 1, k * reference.betaGamma * reference.betaGamma]
    for z in beam.points {
      let image = try #require(turn.image(of: z, beam))
      for plane in [0, 2, 4] {
        let size = max(
          (z[plane] / unit[plane]).magnitude, (z[plane + 1] / unit[plane + 1]).magnitude)
        // sin 2π of the rounded angle: 2π·2⁻⁵² and the roundings of L·k.
        for i in plane...plane + 1 {
          #expect((image[i] - z[i]).magnitude <= 1e-14 * size * unit[i])
        }
      }
      let grown = try #require(away.image(of: z, beam))
      let expected = z.x * Double.cosh(2) + z.px / k * Double.sinh(2)
      #expect((grown.x - expected).magnitude <= 1e-15 * 8 * (z.x.magnitude + z.px.magnitude))
    }
  }

  /// Energies are those of one wave at each particle's time: γ + V·cos(kt + φ).
  @Test(arguments: TestBeam.allCases)
  func aShortCavityGivesEachParticleTheFieldAtItsTime(_ beam: TestBeam) throws {
    let before: ReferenceParticle<Double> = beam.reference()
    for phase in [0, -0.5 * .pi, 0.7] {
      let cavity = ShortRFCavity(normalizedVoltage: 3e-3, frequency: 1.3e9, phase: phase)
      var after = before
      cavity.advance(&after, over: Slice())
      let gain = 3e-3 * Double.cos(phase)
      // One rounding of γ − 1.
      let rounding = 0x1p-52 * before.kineticEnergyOverMass
      #expect(
        (after.kineticEnergyOverMass - before.kineticEnergyOverMass - gain).magnitude <= rounding)
      let k = 2 * Double.pi * 1.3e9 / PhysicalConstants.speedOfLight
      for z in beam.points {
        let image = try #require(cavity.image(of: z, beam))
        let energy = before.gamma - before.betaGamma * z.pt + 3e-3 * Double.cos(k * z.t + phase)
        let found = after.gamma - after.betaGamma * image.pt
        #expect((found - energy).magnitude <= 8 * 0x1p-52 * before.gamma)
        // Transverse momenta in units of mc stay; positions and times too.
        #expect(
          (image.px * after.betaGamma - z.px * before.betaGamma).magnitude
            <= 4 * 0x1p-52 * (z.px * before.betaGamma).magnitude)
        #expect(image.x == z.x && image.y == z.y && image.t == z.t)
      }
    }
  }

  /// At the zero crossing a short cavity is a buncher to first order, but for its focusing.
  @Test(arguments: TestBeam.allCases)
  func aBuncherIsAShortCavityAtItsZeroCrossing(_ beam: TestBeam) throws {
    let reference: ReferenceParticle<Double> = beam.reference()
    let k = 2 * Double.pi * 1.3e9 / PhysicalConstants.speedOfLight
    let cavity = ShortRFCavity(normalizedVoltage: 2e-3, frequency: 1.3e9, phase: -0.5 * .pi)
    let buncher = Buncher(normalizedVoltage: 2e-3 / reference.betaGamma, wavenumber: k)
    let short = try #require(cavity.jacobian(at: .zero, beam))
    let linear = try #require(buncher.jacobian(at: .zero, beam))
    #expect(linear[5][4] < 0)
    #expect(abs(short[5][4] / linear[5][4] - 1) < 1e-14)
    // The divergence of the field in x and y makes up for that in z: Laplace's equation.
    #expect(linear[1][0] == linear[3][2])
    let momentum = reference.betaGamma
    #expect(abs(2 * linear[1][0] * momentum * momentum / -linear[5][4] - 1) < 1e-14)
  }

  /// Volts accelerate the beam's own species, whatever its sign: by their share of its rest energy.
  @Test(arguments: TestBeam.allCases)
  func voltsAreDividedByTheRestEnergy(_ beam: TestBeam) {
    let before: ReferenceParticle<Double> = beam.reference()
    var after = before
    ShortRFCavity(voltage: 2e5, frequency: 1e9).advance(&after, over: Slice())
    // Energies of up to 100 MeV are rounded to 1e-14 MeV.
    #expect(abs(after.kineticEnergy - before.kineticEnergy - 0.2) < 3e-14)
  }

  /// A particle whose energy the cavity takes is lost, with the coordinates it came with.
  @Test func aShortCavityLosesParticlesThatItStops() throws {
    // A wave of 2 at a reference particle with γ = 2.5 and no gain; half a wave later: −2.
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 1.5)
    let cavity = ShortRFCavity(normalizedVoltage: 2, frequency: 1e9, phase: 0.5 * .pi)
    let k = 2 * Double.pi * 1e9 / PhysicalConstants.speedOfLight
    var bunch = Bunch<Double>(count: 2, reference: reference)
    let stopped = PhaseSpace<Double>(x: 1e-3, px: 0, y: 0, py: 0, t: 0.5 * .pi / k, pt: 0)
    bunch[1] = stopped
    let losses = try Tracker(Beamline([cavity]), workers: .one).track(&bunch)
    #expect(losses.map(\.particle) == [1] && losses.map(\.cause) == [.energy])
    // After the kick: pt = (γ − γ_particle)/βγ = 2/βγ.
    #expect((bunch[1].pt * reference.betaGamma - 2).magnitude <= 1e-14)
    #expect(bunch[1].x == stopped.x && bunch[1].t == stopped.t)
  }

  /// The reference particle by Runge and Kutta's method in many steps, with the field as it is
  /// written.
  @Test(arguments: TestBeam.allCases)
  func theReferenceParticleFollowsTheFieldOfItsCavity(_ beam: TestBeam) {
    let isFast = beam == .electrons
    let frequency = isFast ? 7e8 : 7e7
    var cavity = RFCavity(
      length: 0.8, scale: isFast ? 5 : 5e-3, frequency: frequency, phase: 0.4,
      cosine: [0.4, 0.3, -0.5, 0.1], sine: [0, 0.2, -0.1])
    cavity.steps = 2000
    let start: ReferenceParticle<Double> = beam.reference()
    var reference = start
    cavity.advance(&reference, over: Slice())

    let k = 2 * Double.pi * frequency / PhysicalConstants.speedOfLight
    func rate(_ z: Double, _ t: Double, _ u: Double) -> (t: Double, u: Double) {
      var field = 0.5 * cavity.cosine[0]
      for j in 1...3 {
        let angle = 2 * Double.pi * Double(j) * z / 0.8
        field += cavity.cosine[j] * Double.cos(angle)
        if j < 3 { field += cavity.sine[j] * Double.sin(angle) }
      }
      return (
        (1 + u) / (u * (u + 2)).squareRoot(), cavity.scale * field * Double.cos(k * t + 0.4)
      )
    }
    var (t, u) = (start.t, start.kineticEnergyOverMass)
    let count = 4000
    let d = 0.8 / Double(count)
    for n in 0..<count {
      let z = -0.4 + Double(n) * d
      let a = rate(z, t, u)
      let b = rate(z + d / 2, t + d / 2 * a.t, u + d / 2 * a.u)
      let c = rate(z + d / 2, t + d / 2 * b.t, u + d / 2 * b.u)
      let e = rate(z + d, t + d * c.t, u + d * c.u)
      t += d / 6 * (a.t + 2 * b.t + 2 * c.t + e.t)
      u += d / 6 * (a.u + 2 * b.u + 2 * c.u + e.u)
    }
    // Second order: a step's phase is 0.006, which leaves some 1e-6 of the effect; the other
    // method errs by 1e-12.
    #expect(abs(reference.t - t) < 1e-6)
    let change = abs(u - start.kineticEnergyOverMass)
    #expect(abs(reference.kineticEnergyOverMass - u) < 1e-5 * change)
    #expect(reference.s == 0.8 && reference.position.z == 0.8)
  }

  /// The particles' matrix is the derivative of the reference particle's own way: one that comes
  /// later, or with more energy, is a reference particle with another start.
  @Test(arguments: TestBeam.allCases)
  func theLongitudinalMatrixIsTheReferenceParticlesDerivative(_ beam: TestBeam) throws {
    var cavity = RFCavity(
      length: 0.8, scale: beam == .electrons ? 5 : 5e-3, frequency: 7e8, phase: 0.4,
      cosine: [0.4, 0.3, -0.5, 0.1], sine: [0, 0.2, -0.1])
    cavity.steps = 400
    typealias D = Dual<2, Double>
    var reference: ReferenceParticle<D> = beam.reference()
    let before = reference.betaGamma.value
    reference.t = D(reference.t.value, variable: 0)
    reference.kineticEnergyOverMass = D(reference.kineticEnergyOverMass.value, variable: 1)
    cavity.advance(&reference, over: Slice(), Lifted(cavity))
    let after = reference.betaGamma.value
    let m = try #require(cavity.jacobian(at: .zero, beam))
    // dγ = −βγ·pt.
    let expected = [
      reference.t.tangent[0], -before * reference.t.tangent[1],
      -reference.kineticEnergyOverMass.tangent[0] / after,
      before / after * reference.kineticEnergyOverMass.tangent[1],
    ]
    let found = [m[4][4], m[4][5], m[5][4], m[5][5]]
    // Both come from the same steps; the particles' slip is linear in each.
    let scale = expected.map(\.magnitude).max() ?? 1
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12 * max(scale, 1)) }
  }

  /// Half the steps, four times the error.
  @Test func aCavitysStepsConvergeWithTheirSquare() throws {
    func matrix(_ steps: Int) throws -> [Double] {
      var cavity = RFCavity(
        length: 0.8, scale: 5, frequency: 7e8, phase: 0.4, cosine: [0.4, 0.3, -0.5, 0.1])
      cavity.steps = steps
      return try #require(cavity.jacobian(at: .zero, .electrons)).flatMap { $0 }
    }
    let best = try matrix(640)
    func error(_ steps: Int) throws -> Double {
      zip(try matrix(steps), best).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    }
    let ratio = try error(20) / error(40)
    // Terms of fourth order change the ratio by some per cent.
    #expect((3.6...4.4).contains(ratio), "\(ratio)")
  }

  /// Tracking, envelope and reference-only runs all name the element that takes the beam's energy.
  @Test func aStoppedBeamNamesThePlace() throws {
    let beamline = Beamline([
      BeamlineElement("d", Drift(length: 0.1)),
      BeamlineElement("brake", ShortRFCavity(normalizedVoltage: -300, frequency: 1e9)),
    ])
    var bunch = Bunch<Double>(count: 3, reference: TestBeam.electrons.reference())
    #expect(throws: StoppedBeam(place: "brake")) {
      try Tracker(beamline, workers: .one).track(&bunch)
    }
    for tracksEnvelope in [true, false] {
      var options = EnvelopeOptions()
      options.tracksEnvelope = tracksEnvelope
      var sweep = EnvelopeSweep(
        beamline, options: options,
        start: EnvelopeStart<Double>(
          reference: TestBeam.electrons.reference(), covariance: .identity))
      #expect(throws: StoppedBeam(place: "brake")) { try sweep.run() }
    }
  }
}
