import AutoDiff
import BeamDynamics
import Communication
import Documents
import SampleEffects
import Testing

@testable import Sensitivity

/// Effects that move each particle by itself.
@Suite struct LocalEffectTests {
  /// Nothing about it is linear or small; it has more constants than one pass of the way back looks at,
  /// and loses whoever comes too far out.
  struct Swirl: LocalEffect, CatalogEffect {
    var strength = 30.0
    var edge = 1.0
    var frame = EffectFrame.fixedPosition
    static let summary = "Turns and shears."
    static let parameters = ParameterTable<Self>([
      .real("strength", \.strength, "Of the shear.")
    ])
    static let variableParameters = ["strength"]
    init() {}
    init(edge: Double, in frame: EffectFrame) {
      self.edge = edge
      self.frame = frame
    }

    func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] {
      let q = slice.lifted(self)
      let share = 0.1 + slice.length + 0.2 * slice.curvature
      return [
        q.strength * share, share, 1.0 / slice.reference.betaGamma,
        1e18 * slice.charge, T(0.3), 0.5 * slice.length,
      ]
    }
    func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
      let x = z.x + q[1] * 0.1 * z.px
      z.px = z.px * (1.0 - q[1] * q[4]) - q[0] * x * x * (1.0 + z.pt)
      z.x = x + 0.01 * q[5] * z.y
      z.py = z.py + q[3] * .sin(z.y) + q[2] * z.t
      z.pt = z.pt + q[5] * 0.1 * (z.x * z.px)
    }
    func keeps(_ z: PhaseSpace<Double>) -> Bool { z.x.magnitude < edge }
  }

  private static func check(_ effects: [any CollectiveEffect]) throws -> EffectCheck {
    let line = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.1, model: .exact)),
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
        BeamlineElement("c", ShortRFCavity(normalizedVoltage: 2e-2, frequency: 1e9, phase: 0.3)),
        BeamlineElement("b", Bend(length: 0.2, angle: 0.1, model: .linear)),
      ], order: [0, 1, 2, 3, 0])
    var check = EffectCheck(line, effects)
    check.names = ["d.length", "q.k1", "b.angle"]
    check.effectParameters = effects.indices.flatMap { effects.parameters(ofEffect: $0) }
    check.bunch = EffectCheck.bunch(count: 60)
    return check
  }

  @Test(arguments: [EffectFrame.fixedPosition, .fixedTime])
  func theFormulaIsEnoughForDerivatives(_ frame: EffectFrame) throws {
    for edge in [1, 9e-4] {
      let check = try Self.check([Swirl(edge: edge, in: frame)])
      try check.expectDerivatives()
      try check.expectSameBits()
      let losses = try check.expectTrackerAgrees().losses
      #expect(losses.contains { $0.cause == .effect } == (edge < 1))
    }
  }

  @Test func theExampleHasDerivatives() throws {
    let check = try Self.check([EnergyLoss(), Wake()])
    try check.expectDerivatives(differences: false)
    let alone = try Self.check([EnergyLoss()])
    #expect(alone.effectParameters.count == 1)
    try alone.expectDerivatives()
  }

  @Test func chanceHasValuesOnly() throws {
    let check = try Self.check([Scattering()])
    try check.expectTrackerAgrees()
    #expect(throws: EffectWithoutDerivatives(kind: "Scattering", place: "d#1")) {
      try check.gradient(check.start)
    }
  }

  @Test func aFormulaWithoutInverseIsNamed() throws {
    struct Fold: LocalEffect {
      static let kind = "Fold"
      func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
        z.x = S(1e-3)
      }
    }
    let check = try Self.check([Fold()])
    #expect(throws: EffectNotReversible.self) { try check.gradient(check.start) }
  }
}
