import BeamDynamics
import Documents
import OwnEffects
import Testing

@testable import LatticeFiles

@Suite struct EffectReadingTests {
  private static let known = EffectCatalog([Wake.self, Scattering.self])

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
    return try RunFile.parse([UInt8](text.utf8), path: "run.json", effects: catalog)
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

  @Test func theCatalogOfTheSurroundingsIsTheDefault() throws {
    let text = #"""
      {"lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
       "tracking": {"effects": [{"kind": "Wake"}]}}
      """#
    let run = try Catalogs.$effects.withValue(Self.known) {
      try RunFile.parse([UInt8](text.utf8), path: "run.json")
    }
    #expect(run.tracking.effects.count == 1)
    #expect(throws: InvalidInput.self) {
      try RunFile.parse([UInt8](text.utf8), path: "run.json")
    }
  }
}
