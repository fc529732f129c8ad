import BeamDynamics
import BeamSamples
import Testing

/// Crab cavities and multipoles that oscillate.
@Suite struct DeflectingTests {
  /// Largest difference of the images of all points, in units of the largest coordinate of a kind.
  private func expectSame<A: Element, B: Element>(
    _ a: A, _ b: B, _ beam: TestBeam, atMost limit: Double
  ) throws {
    for z in beam.points {
      let first = try #require(a.image(of: z.variables, beam))
      let second = try #require(b.image(of: z, beam))
      let scale = PhaseSpace.scale(of: first.values, from: z, first.jacobian)
      for i in 0..<6 {
        #expect((first.values[i] - second[i]).magnitude <= limit * scale[i])
      }
    }
  }

  /// A kick of the whole voltage at one place, whatever the model is called.
  @Test(arguments: TestBeam.allCases)
  func aCrabCavityOfNoLengthIsThin(_ beam: TestBeam) throws {
    let exact = CrabCavity(normalizedVoltage: 2e-3, frequency: 5e7, phase: 0.4)
    var thin = exact
    thin.model = .thin
    try expectSame(exact, thin, beam, atMost: 0)
  }

  /// −v·x·cos(φ + kt) is the potential of a dipole; 8 roundings.
  @Test(arguments: TestBeam.allCases)
  func aCrabCavityIsADipoleThatOscillates(_ beam: TestBeam) throws {
    let reference: ReferenceParticle<Double> = beam.reference()
    let cavity = CrabCavity(normalizedVoltage: 2e-3, frequency: 5e7, phase: 0.4)
    var dipole = RFMultipole(normal: [-2e-3 / reference.betaGamma], frequency: 5e7)
    dipole.normalPhase = [0.4]
    try expectSame(cavity, dipole, beam, atMost: 8 * 0x1p-52)
  }

  /// Drift, kick and drift: the model thin of a cavity that has a length.
  @Test(arguments: TestBeam.allCases)
  func aThinCrabCavityKicksInTheMiddleOfItsLength(_ beam: TestBeam) throws {
    var cavity = CrabCavity(normalizedVoltage: 2e-3, frequency: 5e7, phase: 0.4, length: 0.6)
    cavity.model = .thin
    let kick = CrabCavity(normalizedVoltage: 2e-3, frequency: 5e7, phase: 0.4)
    for z in beam.points {
      let before = try #require(Drift(length: 0.3).image(of: z, beam))
      let kicked = try #require(kick.image(of: before, beam))
      #expect(cavity.image(of: z, beam) == Drift(length: 0.3).image(of: kicked, beam))
    }
  }

  /// At frequency 0 and phase 0 nothing oscillates; 8 roundings.
  @Test(arguments: TestBeam.allCases)
  func anRFMultipoleOfNoFrequencyIsAThinMultipole(_ beam: TestBeam) throws {
    let (normal, skew) = ([1e-3, 0.6, -3, 20, 100], [0, -0.4, 7])
    try expectSame(
      RFMultipole(normal: normal, skew: skew, frequency: 0),
      ThinMultipole(normal: normal, skew: skew), beam, atMost: 8 * 0x1p-52)
  }

  @Test func phasesWithoutAmplitudesAreDoubtful() {
    var multipole = RFMultipole(normal: [0, 0.1], frequency: 4e8)
    multipole.normalPhase = [0, 0.2]
    #expect(multipole.warnings.isEmpty)
    multipole.skewPhase = [0.1]
    #expect(multipole.warnings.count == 1)
  }
}
