/// Words and numbers for pdfLaTeX, in ASCII: other characters are replaced by commands.
enum LaTeXText {
  private static let characters: [Character: String] = {
    var table: [Character: String] = [
      "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "_": "\\_", "%": "\\%", "&": "\\&",
      "#": "\\#",
      "$": "\\$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "$<$", ">": "$>$",
      "|": "$|$", "−": "$-$", "±": "$\\pm$", "×": "$\\times$", "·": "$\\cdot$", "→": "$\\to$",
      "′": "$'$", "∗": "$*$", "°": "$^\\circ$", "–": "--", "—": "---",
    ]
    let letters = [
      "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
      "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
      "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi",
      "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Λ": "Lambda", "Ξ": "Xi",
      "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "ϒ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
      "Ω": "Omega",
    ]
    for (letter, name) in letters { table[Character(letter)] = "$\\\(name)$" }
    for (place, digit) in "⁰¹²³⁴⁵⁶⁷⁸⁹".enumerated() { table[digit] = "$^{\(place)}$" }
    for (place, digit) in "₀₁₂₃₄₅₆₇₈₉".enumerated() { table[digit] = "$_{\(place)}$" }
    table["⁻"] = "$^{-}$"
    table["⁺"] = "$^{+}$"
    return table
  }()

  /// Any words. A character without a known command is written as its number: [U+2603].
  static func escaped(_ text: String) -> String {
    text.map { character in
      if let known = characters[character] { return known }
      if character.isASCII { return String(character) }
      return character.unicodeScalars.map {
        "[U+" + String($0.value, radix: 16, uppercase: true) + "]"
      }.joined()
    }.joined()
      // Adjacent formulas and exponents are joined.
      .replacing("$$", with: "").replacing("}^{", with: "").replacing("}_{", with: "")
  }

  /// A number, within $…$.
  static func number(_ text: String) -> String {
    let plain = text.replacing("−", with: "-")
    let parts = plain.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return plain }
    return "\(parts[0]) \\times 10^{\(exponent)}"
  }
}
