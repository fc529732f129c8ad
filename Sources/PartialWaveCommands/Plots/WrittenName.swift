/// Names of particles and resonances as a paper writes them, with parts raised by `^{…}` and
/// lowered by `_{…}`.
enum WrittenName {
  /// Greek letters by the names that files use for them.
  private static let letters = [
    "pi": "π", "eta": "η", "rho": "ρ", "omega": "ω", "phi": "φ", "psi": "ψ", "chi": "χ",
    "sigma": "σ", "kappa": "κ", "Lambda": "Λ", "Sigma": "Σ", "Xi": "Ξ", "Omega": "Ω", "mu": "μ",
    "tau": "τ", "gamma": "γ", "Upsilon": "ϒ",
  ]

  /// "K_S0" is K with S lowered and 0 raised; a name of another form is left as it is.
  ///
  /// - Parameter number: Which of several particles of this name.
  static func particle(_ name: String, number: Int? = nil) -> String {
    var base = name[...]
    let charge = base.reversed().prefix { "+-0'*".contains($0) }.reversed()
    base = base.dropLast(charge.count)
    let parts = base.split(separator: "_", maxSplits: 1)
    guard let stem = parts.first, !base.contains("(") else { return name }
    let lowered = parts.dropFirst().joined() + (number.map { "\($0)" } ?? "")
    return (letters[String(stem)] ?? String(stem)) + (lowered.isEmpty ? "" : "_{\(lowered)}")
      + raised(String(charge))
  }

  /// Two particles that differ in their charges only: π^{±}.
  static func merged(_ a: String, _ b: String) -> String {
    guard a.dropLast() == b.dropLast(), Set([a.last, b.last]) == ["+", "-"] else {
      return particle(a) + "," + particle(b)
    }
    return particle(String(a.dropLast())) + "^{±}"
  }

  /// "f0_980" is f with 0 lowered, then (980); in a name of another form "_" becomes a space.
  static func resonance(_ name: String) -> String {
    let parts = name.split(separator: "_")
    guard parts.count == 2, let mass = parts.last, mass.allSatisfy(\.isNumber),
      let head = parts.first
    else { return name.replacing("_", with: " ") }
    let stem = head.prefix(while: \.isLetter)
    let spin = head.dropFirst(stem.count).prefix(while: \.isNumber)
    let rest = head.dropFirst(stem.count + spin.count)
    guard !stem.isEmpty, rest.allSatisfy({ "+-0'*".contains($0) }) else {
      return name.replacing("_", with: " ")
    }
    return (letters[String(stem)] ?? String(stem)) + (spin.isEmpty ? "" : "_{\(spin)}")
      + raised(String(rest)) + "(\(mass))"
  }

  private static func raised(_ text: String) -> String {
    text.isEmpty ? "" : "^{" + text.replacing("-", with: "−").replacing("'", with: "′") + "}"
  }
}
