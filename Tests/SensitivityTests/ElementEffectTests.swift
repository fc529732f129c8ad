import AutoDiff
import BeamDynamics
import Communication
import Documents
import LinearAlgebra
import SampleEffects
import Testing

@testable import Sensitivity

/// Elements that call for an effect at their place.
@Suite struct ElementEffectTests {
  /// A pipe with a wake.
  struct RoughPipe: Element {
    var length = 0.0
    var strength = 0.0
    var window = 1.0

    init() {}
    init(length: Double, strength: Double, window: Double = 1) {
      self.length = length
      self.strength = strength
      self.window = window
    }

    static let kind = "RoughPipe"
    static let summary = "A drift with a wake."
    static let orbitLength = OrbitLength<Self>.along(\.length)
    static let modelChoice = ModelChoice<Self>.only(.exact)
    static let parameters = ParameterTable<Self>([
      .real("length", \.length, unit: "m", "Length."),
      .real("strength", \.strength, unit: "V/(C·m)", "Of the wake."),
      .real("window", \.window, unit: "m", "Of the wake."),
    ])

    var effect: (any CatalogEffect)? {
      if strength == 0 { return nil }
      var wake = Wake()
      wake.strength = strength
      wake.bins = 3
      wake.window = window
      return wake
    }

    func map<S: ParticleScalar>(
      _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
    ) -> TransferMap<S> {
      var drift = Drift(length: 0, model: .exact)
      drift.length = length
      return drift.map(
        Lifted(drift).replacing(\.length, by: q.length), slice, reference)
    }
  }

  private static func line(_ pipe: some Element) -> Beamline {
    Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.1, model: .exact)),
        BeamlineElement("p", pipe),
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
        BeamlineElement("e", Drift(length: 0.2, model: .exact)),
      ], order: [0, 1, 2, 1, 3])
  }

  @Test func itHasDerivativesToTheNumbersOfTheElement() throws {
    var wake = Wake()
    wake.bins = 3
    wake.window = 1
    wake.strength = 2e14
    var check = EffectCheck(Self.line(RoughPipe(length: 0.5, strength: 1e15)), [wake])
    check.names = ["p.strength", "p.length", "d.length"]
    check.effectParameters = [try check.effects.parameter(named: "strength", ofEffect: 0)]
    check.bunch = EffectCheck.bunch(count: 60)
    try check.expectDerivatives()
    try check.expectSameBits()
    try check.expectTrackerAgrees()
  }

  /// The same as the effect of the run, where there is nothing else for it to act in.
  @Test func itActsInTheElementAndNowhereElse() throws {
    let pipe = RoughPipe(length: 0.5, strength: 1e15)
    let called = EffectCheck(Beamline([BeamlineElement("p", pipe)]))
    let wake = try #require(pipe.effect)
    let listed = EffectCheck(
      Beamline([BeamlineElement("p", Drift(length: 0.5, model: .exact))]), [wake])
    let a = try called.expectTrackerAgrees().bunch
    let b = try listed.expectTrackerAgrees().bunch
    // The pipe's map is compiled here and the drift's in the library: their last bits may differ, of
    // coordinates of a thousandth.
    for i in 0..<a.count {
      for k in 0..<6 {
        #expect((a[i][k] - b[i][k]).magnitude <= 4 * max(b[i][k].magnitude, 1e-3).ulp)
      }
    }
    let sweep = try called.evaluation(called.start).sweep
    #expect(sweep.itinerary.effectCount == 4, "two turns of two slices")
    var longer = EffectCheck(Self.line(pipe))
    longer.turns = 1
    let itinerary = try longer.evaluation(longer.start).sweep.itinerary
    #expect(itinerary.effectCount == 4, "two places of two slices")
    #expect(itinerary.hasEffects(inElement: 1) && !itinerary.hasEffects(inElement: 0))
  }

  @Test func aNumberThatEntersTheEffectOtherwiseIsRefused() throws {
    var check = EffectCheck(Self.line(RoughPipe(length: 0.5, strength: 1e15)))
    check.names = ["p.window"]
    #expect(throws: FixedEffectParameter.self) { try check.value(check.start) }
    check.names = ["p.length"]
    _ = try check.value(check.start)
  }

  @Test func envelopesRefuseItByNameAndPlace() throws {
    let line = Self.line(RoughPipe(length: 0.5, strength: 1e15))
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    let start = EnvelopeStart(
      reference: reference, covariance: Matrix6 { i, j in i == j ? 1e-6 : 0 })
    var sweep = EnvelopeSweep<Double>(line, options: EnvelopeOptions(), start: start)
    do {
      _ = try sweep.run()
      Issue.record("an envelope has no wake")
    } catch {
      #expect("\(error)".contains("p#1") && "\(error)".contains("\"Wake\""))
    }
  }
}
