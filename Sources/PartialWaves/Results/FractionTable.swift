import SystemLibrary

/// The resonances with their fractions, masses and widths, as Markdown and LaTeX.
struct FractionTable {
  private let rows: [Row]
  private let sums: [(channel: String, text: Measured)]
  private let hasManyChannels: Bool

  /// A value with its error.
  struct Measured {
    let value: Double
    let error: Double?
    /// Whether the value was fixed: then all its digits are written.
    var isExact = false

    /// The value and its error, with two digits of the error.
    var text: String { parts.joined(separator: " ± ") }
    var latex: String {
      "$" + parts.map(LaTeXText.number).joined(separator: " \\pm ") + "$"
    }

    private var parts: [String] {
      if isExact { return [Decimals.shortest(value)] }
      guard let error, error > 0, error.isFinite else { return [Decimals.digits(value, 5)] }
      let places = Decimals.places(for: error)
      // With so many decimals both are written with significant digits.
      guard places < 10 else { return [value, error].map { Decimals.digits($0, 5) } }
      return [value, error].map { Decimals.text($0, places: places) }
    }
  }

  private struct Row {
    let channel: String
    let name: String
    let fraction: Measured
    let parameters: [(name: String, unit: String, Measured)]
  }

  init(_ record: FractionRecord) {
    let set = record.model.file.parameters
    let parameters = set.replacing(free: record.point).parameters
    let deviations = record.covariance?.deviations
    hasManyChannels = record.model.channels.count > 1
    var rows: [Row] = []
    var sums: [(String, Measured)] = []
    for (channel, fractions) in zip(record.model.channels, record.channels) {
      func measured(_ fraction: FitFractions.Fraction) -> Measured {
        Measured(
          value: 100 * fraction.value,
          error: record.covariance.map { 100 * fraction.deviation($0.matrix) })
      }
      let order = fractions.fractions.indices.sorted {
        fractions.fractions[$0].value > fractions.fractions[$1].value
      }
      for r in order {
        let name = fractions.names[r]
        let places = channel.channel.amplitude.parameters(ofResonance: r)
        rows.append(
          Row(
            channel: channel.model.name, name: name, fraction: measured(fractions.fractions[r]),
            parameters: places.map { place in
              let parameter = parameters[place]
              let short = parameter.name.dropFirst(name.count + 1).prefix { $0 != "@" }
              return (
                String(short), parameter.unit,
                Measured(
                  value: parameter.value,
                  error: set.freePlace(of: place).flatMap { deviations?[$0] },
                  isExact: set.freePlace(of: place) == nil)
              )
            }))
      }
      sums.append((channel.model.name, measured(fractions.sum)))
    }
    self.rows = rows
    self.sums = sums
  }

  var markdown: String {
    var text = "| \(header.joined(separator: " | ")) |\n|\(header.map { _ in "---|" }.joined())\n"
    for row in rows {
      text += "| \(cells(row, \.text) { "\($0) = \($1)" }.joined(separator: " | ")) |\n"
    }
    for sum in sums {
      let cells = (hasManyChannels ? [sum.channel] : []) + ["sum", sum.text.text, ""]
      text += "| \(cells.joined(separator: " | ")) |\n"
    }
    return text
  }

  var latex: String {
    var text = "\\begin{tabular}{\(hasManyChannels ? "l" : "")lrl}\n"
    text += header.map(LaTeXText.escaped).joined(separator: " & ") + " \\\\\n\\hline\n"
    for row in rows {
      let cells = cells(row, \.latex) { "\(LaTeXText.escaped($0)) $=$ \($1)" }
      text += cells.joined(separator: " & ") + " \\\\\n"
    }
    text += "\\hline\n"
    for sum in sums {
      let cells =
        (hasManyChannels ? [LaTeXText.escaped(sum.channel)] : []) + ["sum", sum.text.latex, ""]
      text += cells.joined(separator: " & ") + " \\\\\n"
    }
    return text + "\\end{tabular}\n"
  }

  private var header: [String] {
    (hasManyChannels ? ["channel"] : []) + ["resonance", "fraction [%]", "parameters"]
  }

  private func cells(
    _ row: Row, _ text: (Measured) -> String, _ parameter: (String, String) -> String
  ) -> [String] {
    let isLatex = text(Measured(value: 1, error: nil)).hasPrefix("$")
    let parameters = row.parameters.map { name, unit, value in
      parameter(name, text(value))
        + (unit.isEmpty ? "" : " \(isLatex ? LaTeXText.escaped(unit) : unit)")
    }.joined(separator: ", ")
    let names = (hasManyChannels ? [row.channel] : []) + [row.name]
    return (isLatex ? names.map(LaTeXText.escaped) : names) + [text(row.fraction), parameters]
  }
}

/// Numbers with a fixed count of decimals.
enum Decimals {
  /// The shortest text that gives this number exactly.
  static func shortest(_ value: Double) -> String {
    minus(value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)")
  }

  /// A number with `count` significant digits, in exponential form if it is very large or small.
  static func digits(_ value: Double, _ count: Int) -> String {
    value.isFinite ? minus(String(value, significantDigits: count)) : "-"
  }

  private static func minus(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// The number of decimals for two digits of an error.
  static func places(for error: Double) -> Int {
    var places = 0
    var scaled = error
    while scaled < 9.5, places < 12 {
      scaled *= 10
      places += 1
    }
    return places
  }

  /// The value, rounded half away from zero.
  static func text(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "\(value)" }
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let scaled = Int((value.magnitude * factor).rounded())
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled != 0 ? "−" : ""
    guard places > 0 else { return sign + padded }
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}

extension AmplitudeSum {
  /// The parameters of a resonance's own lineshape.
  func parameters(ofResonance r: Int) -> [Int] {
    guard let term = terms.first(where: { $0.resonance == r }), let curve = term.curves.first
    else { return [] }
    return curves[curve].parameters
  }
}
