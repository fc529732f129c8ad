import Communication
import Documents
import PartialWaves

/// ψ(2S) → φ K⁺K⁻ with two resonances, 1,000 data events and 5,000 integration events: fits in a
/// twentieth of a second.
enum SmallModel {
  static let scalar = """
    "f0_1710": {"spin": 0, "lineshape": "breit-wigner", "mass": {"value": 1.70}, "width": {"value": 0.15},
      "couplings": {"0 1": {"re": 0.1, "im": 0}, "2 1": {"re": {"value": 0.05}, "im": {"value": 0.04}}}}
    """
  static let tensor = """
    "f2_2340": {"spin": 2, "lineshape": "breit-wigner", "mass": {"value": 2.30}, "width": {"value": 0.20},
      "couplings": {"0 1": {"re": {"value": -0.15}, "im": {"value": 0.1}}}}
    """

  static func file(
    _ resonances: [String] = [scalar, tensor], truth: Bool = false, events: Int = 1000,
    data: UInt64 = 1
  ) throws -> ModelFile {
    try ModelFile.parse(
      Array(
        """
        {
          "parent": {"name": "psi(2S)", "mass": 3.686},
          "channels": {"phikk": {
            "final_state": ["K+", "K-", "K+", "K-"],
            "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": 1.02, "width": 0.004},
            "windows": {"1 2": [1.01, 1.03]},
            "data": {"toy": \(events), "seed": \(data)},
            "integration": {"phase_space": 5000, "seed": 2},
            \(truth ? "\"truth\": {\"phase_space\": 3000, \"seed\": 3}," : "")
            "resonances": {\(resonances.joined(separator: ","))}
          }}
        }
        """.utf8), path: "small.json")
  }

  static func load(
    _ resonances: [String] = [scalar, tensor], truth: Bool = false, events: Int = 1000,
    data: UInt64 = 1
  ) throws -> LoadedModel {
    try file(resonances, truth: truth, events: events, data: data).load(workers: .one)
  }
}
