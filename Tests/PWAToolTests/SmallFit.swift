/// A fit of a scalar and a tensor meson to 400 events, in a second.
enum SmallFit {
  static func text(
    starts: Int = 2, data: String = #"{"toy": 400, "seed": 1}"#, integration: Int = 4000
  ) -> String {
    """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "channels": {"phikk": {
        "final_state": ["K+", "K-", "K+", "K-"],
        "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": 1.02, "width": 0.004},
        "windows": {"1 2": [1.01, 1.03]},
        "data": \(data), "integration": {"phase_space": \(integration), "seed": 2},
        "resonances": {
          "f0_1710": {"spin": 0, "lineshape": "breit-wigner", "mass": {"value": 1.7}, "width": {"value": 0.15},
            "couplings": {"0 1": {"re": 1, "im": 0}}},
          "f2_1525": {"spin": 2, "lineshape": "breit-wigner", "mass": {"value": 1.52}, "width": {"value": 0.09},
            "couplings": {"0 1": {"re": {"value": 0.4}, "im": {"value": 0.5}}}}}}},
      "fit": {"starts": \(starts), "seed": 1}
    }
    """
  }
}
