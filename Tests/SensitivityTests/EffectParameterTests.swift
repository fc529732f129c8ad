import AutoDiff
import BeamDynamics
import ParameterTables
import SampleEffects
import Testing

@testable import Sensitivity

/// Numbers of effects that vary.
@Suite struct EffectParameterTests {
  private static func check(bins: Int = 3, window: Double = 1) throws -> EffectCheck {
    let line = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.4, model: .exact)),
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
        BeamlineElement("c", ShortRFCavity(normalizedVoltage: 2e-2, frequency: 1e9, phase: 0.3)),
      ], order: [0, 1, 2, 0])
    var wake = Wake()
    wake.bins = bins
    wake.window = window
    var other = wake
    other.strength = 3e14
    other.range = 1e-4
    var check = EffectCheck(line, [wake, other])
    check.names = ["d.length", "q.k1"]
    check.effectParameters = [
      try check.effects.parameter(named: "strength", ofEffect: 0),
      try check.effects.parameter(named: "range", ofEffect: 0),
      try check.effects.parameter(named: "strength", ofEffect: 1),
    ]
    return check
  }

  /// Linear interpolation between bins has kinks, where no difference converges: three bins have none
  /// but at the middle, where few particles are.
  @Test func theyHaveDerivatives() throws {
    var check = try Self.check()
    check.bunch = EffectCheck.bunch(count: 60)
    try check.expectDerivatives()
  }

  @Test func theWayBackAgreesWithTangents() throws {
    try Self.check(bins: 41, window: 5e-3).expectDerivatives(differences: false)
  }

  @Test func theBitsDependNeitherOnThreadsNorOnCheckpoints() throws {
    let check = try Self.check(bins: 41, window: 5e-3)
    try check.expectSameBits()
    try check.expectTrackerAgrees()
  }

  @Test func whatCannotVaryIsRefusedByNameAndReason() throws {
    let effects: [any CollectiveEffect] = [Wake(), Scattering()]
    func message(_ name: String, of index: Int, entry: Int? = nil) -> String {
      do {
        _ = try effects.parameter(named: name, entry: entry, ofEffect: index)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message("strength", of: 0).isEmpty)
    let window = message("window", of: 0)
    #expect(window.contains("\"Wake\"") && window.contains("strength, range"))
    #expect(message("bins", of: 0).contains("whole number"))
    #expect(message("strenth", of: 0).contains("did you mean \"strength\""))
    #expect(message("angle", of: 1).contains("\"Scattering\""))
    #expect(message("strength", of: 0, entry: 1).contains("not a list"))
    #expect(effects.parameters(ofEffect: 0).map(\.parameter) == [0, 1])

    var check = try Self.check()
    check.effectParameters = [EffectParameter(effect: 0, parameter: 2)]
    #expect(throws: FixedEffectParameter.self) { try check.value(check.start) }
  }

  /// Reads a parameter in the kick, where it has no derivative.
  struct Lens: EffectBySums, CatalogEffect {
    var strength = 3.0
    var readsItself = true
    static let kind = "Lens"
    static let summary = "A lens."
    static let parameters = ParameterTable<Self>([.real("strength", \.strength, "Its strength.")])
    static let variableParameters = ["strength"]
    var sumCount: Int { 1 }
    func deposit<S>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
      sums.add(S(1.0), to: 0)
    }
    func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
      [readsItself ? T(1.0) : slice.lifted(self).strength]
    }
    func kick<S>(_ at: EffectPosition<S>, by response: inout Response<S>) -> EffectKick<S> {
      EffectKick(px: (readsItself ? strength : 1) * response[0] * at.x)
    }
  }

  /// Reads a parameter for each particle.
  struct Loss: LocalEffect, CatalogEffect {
    var strength = 1e-3
    static let kind = "Loss"
    static let summary = "A loss."
    static let parameters = ParameterTable<Self>([.real("strength", \.strength, "Its strength.")])
    static let variableParameters = ["strength"]
    func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
      z.pt = z.pt + strength
    }
  }

  @Test func whatAFormulaForOneParticleReadsByItselfIsRefused() throws {
    func gradient(_ effect: any CollectiveEffect) throws {
      var check = EffectCheck(Beamline([Drift(length: 0.1)]), [effect])
      check.bunch = EffectCheck.bunch(count: 20)
      check.effectParameters = [try check.effects.parameter(named: "strength", ofEffect: 0)]
      try check.expectDerivatives()
    }
    for effect in [Lens(), Loss()] as [any CollectiveEffect] {
      do {
        try gradient(effect)
        Issue.record("\(type(of: effect).kind) has no such derivative")
      } catch let error as FixedEffectParameter {
        #expect(error.reason.contains("reads it directly"))
      }
    }
    try gradient(Lens(readsItself: false))
  }
}
