import AutoDiff
import BeamDynamics
import Documents
import LinearAlgebra
import SampleEffects
import Testing

@testable import LatticeFiles

@Suite struct EffectReadingTests {
  private static let known = EffectCatalog([Wake.self, Scattering.self])

  private func parse(_ text: String, _ effects: EffectCatalog = known) throws -> RunFile {
    try Catalogs.$current.withValue(Catalogs(effects: effects)) {
      try RunFile.parse([UInt8](text.utf8), path: "run.json")
    }
  }

  private func read(
    _ effects: String, method: String = "particles", _ catalog: EffectCatalog = known
  ) throws -> RunFile {
    let text = """
      {"beam": {"species": "electron", "kinetic_energy": 250, "charge": 1e-9, "particles": 10,
                "distribution": {"kind": "gaussian",
                                 "sigma": {"x": 1e-3, "px": 0, "y": 1e-3, "py": 0, "t": 1, "pt": 0}}},
       "constants": {"w": 2e15},
       "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
       "tracking": {"method": "\(method)", "effects": \(effects)}}
      """
    return try parse(text, catalog)
  }

  private func message(
    _ effects: String, method: String = "particles", _ catalog: EffectCatalog = known
  ) -> String {
    do {
      _ = try read(effects, method: method, catalog)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// With variables, of which the spread of energies is made small.
  private func design(_ variables: String, _ tracking: String) throws -> RunFile {
    let text = """
      {"beam": {"species": "electron", "kinetic_energy": 50, "charge": 1e-9, "particles": 300,
                "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "y": 1e-3, "t": 1e-3, "pt": 1e-4}}},
       "constants": {"w": 2e14},
       "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
       "tracking": {\(tracking)}, "variables": [\(variables)],
       "objective": {"terms": [{"at": "end", "quantity": "sigma_pt", "target": 0, "weight": 1e4}]}}
      """
    return try parse(text)
  }

  /// Before and behind other effects, by itself and through a constant.
  @Test(arguments: [
    #""effects": [{"kind": "Wake", "strength": "w"}]"#,
    #""space_charge": {"model": "gaussian"}, "effects": [{"kind": "Wake", "strength": "w"}]"#,
  ])
  func parametersOfEffectsAreVariables(_ tracking: String) throws {
    for variables in [
      #""effects[0].strength", "effects[0].range""#, #""constants.w", "effects[0].range""#,
    ] {
      let run = try design(variables, tracking)
      let problem = try #require(try run.makeDesign(workers: .one))
      let x = problem.variables.start
      #expect(x == [2e14, Wake().range])
      let gradient = try problem.valueAndGradient(at: x).gradient
      #expect(gradient.allSatisfy { $0 != 0 })
      for row in try problem.check(gradient, at: x).rows {
        #expect(row.verdict == .agrees, "\(row)")
      }
      let moved = try run.setting([3e14, 2e-3])
      #expect((moved.tracking.effects[0] as? Wake)?.strength == 3e14)
      #expect((moved.tracking.effects[0] as? Wake)?.range == 2e-3)
      // What is written is read again.
      let written = RunRecord(TrackingRun(moved)).input.pretty
      let again = try parse(written)
      #expect((again.tracking.effects[0] as? Wake)?.strength == 3e14)
      #expect(again.variables?.names == run.variables?.names)
      // Values that no effect can have are refused with their names.
      #expect {
        try problem.value(at: [3e14, -1])
      } throws: { "\($0)".contains("effects[0].range") }
    }
  }

  @Test(arguments: [
    (#""effects[0].bins""#, "whole number"), (#""effects[0].window""#, "no derivatives"),
    (#""effects[0].strenght""#, "strength"), (#""effects[1].strength""#, "0 to 0"),
    (#""effects.strength""#, "effects"), (#""effects[0]""#, "effects[0].strength"),
    (#""effects[0].range[1]""#, "not a list"),
  ])
  func otherParametersOfEffectsAreRefused(_ variable: String, _ reason: String) {
    #expect {
      try design(variable, #""effects": [{"kind": "Wake"}]"#)
    } throws: { "\($0)".contains(reason) }
  }

  @Test func effectsAreReadInOrder() throws {
    let run = try read(
      #"[{"kind": "Scattering"}, {"kind": "Wake", "strength": "2*w", "bins": 70}]"#)
    let effects = try run.tracking.makeEffects()
    #expect(effects.count == 2 && effects[0] is Scattering)
    let wake = try #require(effects[1] as? Wake)
    #expect(wake.strength == 4e15 && wake.bins == 70 && wake.range == Wake().range)
  }

  @Test func mistakesAreNamed() {
    #expect(message("[{}]").contains("\"kind\""))
    let unknown = message(#"[{"kind": "Wakes"}]"#)
    #expect(unknown.contains("Wakes") && unknown.contains("Wake") && unknown.contains("Scattering"))
    #expect(message(#"[{"kind": "Wake", "bin": 3}]"#).contains("bins"))
    #expect(message(#"[{"kind": "Wake", "range": -1}]"#).contains("range"))
    #expect(message("[3]").contains("effect 1"))
    #expect(message(#"[{"kind": "Wake"}]"#, EffectCatalog([])).contains("space_charge"))
    for method in ["envelope", "reference"] {
      #expect(message(#"[{"kind": "Wake"}]"#, method: method).contains("\"\(method)\""))
    }
  }

  /// A lens, for particles and for envelopes.
  private struct Lens: CatalogEffect, LocalEffect, LinearEffect {
    var k = 0.5
    static let kind = "Lens"
    static let summary = "A lens in x."
    static let parameters = ParameterTable<Self>([.real("k", \.k, unit: "1/m²", "Its strength.")])
    var isAboutMean: Bool { false }

    func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] { [k * slice.length] }
    func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
      z.px = z.px - q[0] * z.x
    }
    func kickMatrix<T: RealScalar>(
      mean: Vector6<T>, covariance: Matrix6<T>, _ slice: EffectSlice<T>
    ) -> Matrix6<T> {
      var matrix = Matrix6<T>.identity
      matrix[1, 0] = -k * slice.length
      return matrix
    }
  }

  /// Through half a drift of 1 m, the lens, and half a drift: x = (1 − kL²/2)x₀ + (L − kL³/4)px₀.
  @Test func envelopesTakeWhatHasAKickMatrix() throws {
    func run(_ method: String, _ effects: String, _ variable: String) throws -> RunFile {
      let text = """
        {"beam": {"species": "electron", "kinetic_energy": 50, "charge": 1e-9, "particles": 2000,
                  "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "px": 1e-3, "t": 1e-3}}},
         "lattice": {"elements": {"d": {"kind": "Drift", "length": 1, "model": "linear"}},
                     "lines": {"l": ["d"]}},
         "tracking": {"method": "\(method)", "effects": [\(effects)]}, "variables": ["\(variable)"],
         "objective": {"terms": [{"at": "end", "quantity": "sigma_x", "target": 0, "weight": 1e6}]}}
        """
      return try parse(text, Self.known + EffectCatalog([Lens.self]))
    }
    let lens = #"{"kind": "Lens", "k": 0.6}"#
    let envelope = try run("envelope", lens, "d.length")
    var sweep = EnvelopeSweep(
      envelope.beamline, options: envelope.envelopeOptions, start: try envelope.makeEnvelope())
    let end = try #require(try sweep.run().last)
    let expected = 1e-6 * (0.7 * 0.7 + 0.85 * 0.85)
    #expect(abs(end.covariance[0, 0] / expected - 1) < 1e-14)
    let problem = try #require(try envelope.makeDesign(workers: .one))
    let gradient = try problem.valueAndGradient(at: [1]).gradient
    for row in try problem.check(gradient, at: [1]).rows {
      #expect(row.verdict == .agrees, "\(row)")
    }
    // Particles see the same lens: 2000 of them to five times √(1/4000).
    let particles = try #require(try run("particles", lens, "d.length").makeDesign(workers: .one))
    #expect(
      abs(try particles.value(at: [1]) / (try problem.value(at: [1])) - 1) < 10 / 4000.squareRoot())
    for (method, effects, variable, reason) in [
      ("envelope", lens, "effects[0].k", "no derivatives"),
      ("envelope", #"{"kind": "Wake"}"#, "d.length", "kick matrix"),
      ("reference", #"{"kind": "Wake"}"#, "d.length", "kick matrix"),
    ] {
      #expect {
        try run(method, effects, variable)
      } throws: { "\($0)".contains(reason) }
    }
  }

  @Test func theCatalogOfTheSurroundingsIsTheDefault() throws {
    let text = #"""
      {"lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
       "tracking": {"effects": [{"kind": "Wake"}]}}
      """#
    let run = try parse(text)
    #expect(run.tracking.effects.count == 1)
    #expect(throws: InvalidInput.self) {
      try RunFile.parse([UInt8](text.utf8), path: "run.json")
    }
  }
}
