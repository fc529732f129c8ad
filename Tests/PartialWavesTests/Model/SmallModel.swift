import PartialWaves

/// Model files of a scalar and a tensor meson that need no other file.
enum SmallModel {
  static let scalar = """
    "f0_1710": {"spin": 0, "lineshape": "breit-wigner", "mass": {"value": 1.7}, "width": {"value": 0.15},
      "couplings": {"0 1": {"re": 1, "im": 0}, "2 1": {"re": {"value": 0.3}, "im": {"value": -0.2}}}}
    """
  static let tensor = """
    "f2_1525": {"spin": 2, "lineshape": "breit-wigner", "mass": {"value": 1.52}, "width": {"value": 0.09},
      "couplings": {"0 1": {"re": {"value": 0.4}, "im": {"value": 0.5}},
                    "2 2": {"re": {"value": -0.2}, "im": {"value": 0.1}}}}
    """
  static let sources = """
    "data": {"toy": 300, "seed": 1}, "integration": {"phase_space": 3000, "seed": 2}
    """

  /// That of the φ.
  static let window = "[1.0, 1.04]"

  /// A channel ψ → φ K⁺K⁻.
  static func channel(
    _ name: String = "phikk", _ resonances: [String] = [scalar, tensor], sources: String = sources,
    spectator: String = #""mass": 1.02, "width": 0.004"#, more: String = ""
  ) -> String {
    """
    "\(name)": {
      "final_state": ["K+", "K-", "K+", "K-"], \(more)
      "spectator": {"name": "phi", "lineshape": "breit-wigner", \(spectator)},
      "windows": {"1 2": \(window)},
      \(sources),
      "resonances": {\(resonances.joined(separator: ",\n"))}
    }
    """
  }

  static func text(_ channels: [String] = [channel()], more: String = "") -> String {
    """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "channels": {\(channels.joined(separator: ",\n"))}\(more)
    }
    """
  }

  /// D → K π π through isobars.
  static func isobars(
    finalState: String = #"["K-", "pi+", "pi0"]"#, parent: String = "D0", more: String = ""
  ) -> String {
    """
    {"parent": {"name": "\(parent)"},
     "channels": {"kpipi": {"formalism": "isobar", "final_state": \(finalState), \(more)
       "data": {"toy": 200, "seed": 1}, "integration": {"phase_space": 2000, "seed": 2},
       "resonances": {
         "K*_892": {"spin": 1, "pair": [1, 2], "lineshape": "breit-wigner-running", "mass": 0.896, "width": 0.047,
           "coupling": {"magnitude": 1, "phase": 0}},
         "K2*_1430": {"spin": 2, "pair": [1, 2], "lineshape": "breit-wigner", "mass": {"value": 1.43}, "width": 0.1,
           "coupling": {"re": {"value": 0.3}, "im": {"value": -0.4}}},
         "flat": {"spin": 0, "pair": [2, 3], "lineshape": "constant",
           "coupling": {"magnitude": {"value": 2, "min": 0}, "phase": {"value": 0.7}}}}}}}
    """
  }

  static func read(_ text: String = text()) throws -> ModelFile {
    try ModelFile.parse(Array(text.utf8), path: "model.json")
  }

  static func value(_ text: String) throws -> Double {
    let file = try read(text)
    return try file.load(workers: .one).likelihood.value(at: file.parameters.start)
  }
}
