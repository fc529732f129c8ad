import AutoDiff
import BeamDynamics
import Communication
import Documents
import Testing

@testable import Sensitivity

/// Effects that change the reference particle's energy.
@Suite struct EffectEnergyTests {
  /// A plasma that gives energy to everyone, by the length, the charge and the energy that the
  /// reference particle has; with a share of focusing that the sums decide on.
  struct Plasma: EffectBySums, CatalogEffect {
    var gradient = 4.0
    var frame = EffectFrame.fixedPosition
    static let summary = "Gives energy."
    static let parameters = ParameterTable<Self>([
      .real("gradient", \.gradient, unit: "1/m", "Gain of gamma per length.")
    ])
    static let variableParameters = ["gradient"]
    init() {}
    init(_ gradient: Double, in frame: EffectFrame = .fixedPosition) {
      self.gradient = gradient
      self.frame = frame
    }

    var sumCount: Int { 2 }
    var changesReferenceEnergy: Bool { true }

    func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T {
      let q = slice.lifted(self)
      let density: T = 1e7 * slice.charge * 1e11
      let share: T = 1.0 + density + 0.01 * slice.reference.gamma
      return q.gradient * slice.length * (share + 0.1 * .sin(slice.reference.t))
    }
    func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
      sums.add(S(1.0), to: 0)
      sums.add(at.x, to: 1)
    }
    func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
      let gain = frame == .fixedPosition ? energyGain(slice) / slice.reference.betaGamma : T(0.0)
      return [sums[1] / sums[0], slice.reference.gamma * 1e-2, gain]
    }
    func kick<S: EffectScalar>(
      _ at: EffectPosition<S>, by response: inout Response<S>
    ) -> EffectKick<S> {
      EffectKick(px: response[1] * (response[0] - at.x), pt: -response[2])
    }
  }

  private static func check(_ frame: EffectFrame) throws -> EffectCheck {
    let line = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.1, model: .exact)),
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
        BeamlineElement(
          "c", ShortRFCavity(normalizedVoltage: 2e-2, frequency: 1e9, phase: 0.3),
          placement: Placement(aperture: ApertureShape.ellipse(x: 2e-3, y: 2e-3))),
        BeamlineElement("l", Drift(length: 0.2, model: .linear)),
      ], order: [0, 1, 2, 3, 0])
    var check = EffectCheck(line, [Plasma(4, in: frame), Plasma(1)])
    check.names = ["d.length", "q.k1", "q.length", "c.phase"]
    check.effectParameters = [
      try check.effects.parameter(named: "gradient", ofEffect: 0),
      try check.effects.parameter(named: "gradient", ofEffect: 1),
    ]
    return check
  }

  @Test(arguments: [EffectFrame.fixedPosition, .fixedTime])
  func derivativesGoThroughTheReferenceParticle(_ frame: EffectFrame) throws {
    var check = try Self.check(frame)
    try check.expectSameBits()
    try check.expectTrackerAgrees()
    check.bunch = EffectCheck.bunch(count: 60)
    try check.expectDerivatives()
  }

  /// A gain of which the particles have their share leaves their coordinates as an accelerator does: px
  /// falls as 1/p₀, and nobody has another energy than the reference.
  @Test func momentaShrinkWithTheReferenceMomentum() throws {
    struct Gain: CollectiveEffect {
      var slicing: EffectSlicing { .kickFirst }
      var frame = EffectFrame.fixedPosition
      var changesReferenceEnergy: Bool { true }
      func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T { 10.0 * slice.length }
      func begin(_ workers: Workers) -> any EffectRun { Run() }
      final class Run: EffectRun {
        func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) {}
        func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) {}
      }
    }
    let before = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    for frame in [EffectFrame.fixedPosition, .fixedTime] {
      var bunch = Bunch<Double>(count: 2, reference: before)
      bunch[0] = PhaseSpace(x: 1e-3, px: 2e-3, y: 0, py: -1e-3, t: 1e-3, pt: 3e-3)
      var options = TrackingOptions()
      options.effects = [Gain(frame: frame)]
      var notes = Notes()
      let start = bunch[0]
      try Tracker(Beamline([Drift(length: 1e-6, model: .exact)]), options: options, workers: .one)
        .track(&bunch, observer: &notes)
      let after = bunch.reference
      #expect(
        abs(after.kineticEnergyOverMass - before.kineticEnergyOverMass - 1e-5) < 1e-13)
      #expect(notes.energies == [before.kineticEnergyOverMass, after.kineticEnergyOverMass])
      let ratio = before.betaGamma / after.betaGamma
      // A drift of a micrometre; roundings of γ.
      #expect(abs(bunch[0].px - start.px * ratio) < 1e-15)
      #expect(abs(bunch[0].py - start.py * ratio) < 1e-15)
      // The particle's energy is what it was: γ = γ₀ − pt·p₀.
      let energies = [
        before.gamma - start.pt * before.betaGamma, after.gamma - bunch[0].pt * after.betaGamma,
      ]
      #expect(abs(energies[0] - energies[1]) < 1e-12 * energies[0])
      #expect(bunch[1].pt > 0, "who was the reference particle is slower than it now")
    }
  }

  /// Steps are chosen for the energy that particles have where they are taken.
  @Test func stepsAreChosenForTheEnergyBehindTheGain() throws {
    let effects: [any CollectiveEffect] = [Plasma(-20)]
    let drift = Drift(length: 1, model: .exact)
    let quadrupole = Quadrupole(length: 0.2, k1: 20, model: .exact)
    let start = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    var bunch = Bunch<Double>(count: 1, reference: start)
    var options = TrackingOptions()
    options.effects = effects
    try Tracker(Beamline([drift]), options: options, workers: .one).track(&bunch)
    #expect(bunch.reference.gamma < 0.6 * start.gamma)

    let line = Beamline([drift, quadrupole])
    let choice = try #require(line.splittingChoices(from: start, effects: effects).first?.choice)
    let expected = try #require(
      Beamline([quadrupole]).splittingChoices(from: bunch.reference).first?.choice)
    let without = try #require(line.splittingChoices(from: start).first?.choice)
    #expect(choice.splitting == expected.splitting)
    // Energies are equal to roundings, and an error is a difference of 1e-6 of the coordinates at least.
    #expect(abs(choice.error - expected.error) < 1e-6 * expected.error)
    #expect(choice.error != without.error)
    let chosen = line.choosingSteps(from: start, effects: effects)
    #expect((chosen[place: 1].element as? Quadrupole)?.splitting == choice.splitting)
  }

  @Test func aReferenceParticleWithoutEnergyIsNamedWhereItStops() throws {
    var check = try Self.check(.fixedPosition)
    check.effects = [Plasma(-1000)]
    check.effectParameters = []
    #expect(throws: StoppedBeam(place: "d#1")) { try check.evaluation(check.start) }
    var bunch = check.bunch
    var options = TrackingOptions()
    options.effects = check.effects
    #expect(throws: StoppedBeam.self) {
      try Tracker(check.beamline, options: options, workers: .one).track(&bunch)
    }
  }

  /// Whom the effect takes more energy than there is, is lost behind it, with the reference particle's
  /// energy changed; what it did before has its derivative.
  @Test func aParticleWithoutEnergyIsLost() throws {
    struct Brake: LocalEffect {
      var changesReferenceEnergy: Bool { true }
      func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] { [energyGain(slice)] }
      func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T { -2.0 * slice.length }
      func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
        z.pt = z.pt + .select(S(9.9e-4) < z.x, S(2.5), q[0] * z.x)
      }
    }
    var check = try Self.check(.fixedPosition)
    check.effects = [Brake()]
    check.effectParameters = []
    let losses = try check.expectTrackerAgrees().losses
    #expect(losses.contains { $0.cause == .energy })
    try check.expectSameBits()
    check.bunch = EffectCheck.bunch(count: 60)
    try check.expectDerivatives(differences: false)
  }

  /// Matrices are those of elements alone, at energies that the beam would not have.
  @Test func aTransferMatrixIsRefused() throws {
    let check = try Self.check(.fixedPosition)
    let sweep = ParticleSweep<Double>(
      beamline: check.beamline, effects: check.effects, parameters: [], values: [],
      requests: [ObservationRequest(after: 2, needsTransferMatrix: true)], workers: .one)
    do {
      _ = try sweep.forward(check.bunch, from: BeamStart(check.bunch.reference))
      Issue.record("a matrix was promised")
    } catch {
      #expect("\(error)".contains("\"Plasma\"") && "\(error)".contains("d#1"))
    }
  }

  private struct Notes: TrackingObserver {
    var energies: [Double] = []
    mutating func record(_ observation: Observation, _ moments: Moments) {
      energies.append(observation.reference.kineticEnergyOverMass)
    }
    mutating func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {}
  }
}
