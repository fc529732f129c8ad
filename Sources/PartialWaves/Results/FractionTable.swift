/// The resonances with their fractions, masses and widths, for a page or a paper.
struct FractionTable {
  private let rows: [Row]
  private let sums: [(channel: String, text: Measured)]
  private let hasManyChannels: Bool

  /// A value with its error.
  struct Measured {
    let value: Double
    let error: Double?

    /// As many digits as the error is known to: two of it.
    var text: String { text(separator: "±") }
    var latex: String { "$" + text(separator: "\\pm") + "$" }

    private func text(separator: String) -> String {
      guard let error, error > 0, error.isFinite else { return Decimals.text(value, places: 4) }
      let places = Decimals.places(for: error)
      return Decimals.text(value, places: places) + " \(separator) "
        + Decimals.text(error, places: places)
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
                  error: set.freePlace(of: place).flatMap { deviations?[$0] })
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
    text += header.map(Self.escaped).joined(separator: " & ") + " \\\\\n\\hline\n"
    for row in rows {
      let cells = cells(row, \.latex) { "\(Self.escaped($0)) $=$ \($1)" }
      text += cells.joined(separator: " & ") + " \\\\\n"
    }
    text += "\\hline\n"
    for sum in sums {
      let cells =
        (hasManyChannels ? [Self.escaped(sum.channel)] : []) + ["sum", sum.text.latex, ""]
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
      parameter(name, text(value)) + (unit.isEmpty ? "" : " \(unit)")
    }.joined(separator: ", ")
    let names = (hasManyChannels ? [row.channel] : []) + [row.name]
    return (isLatex ? names.map(Self.escaped) : names) + [text(row.fraction), parameters]
  }

  private static func escaped(_ text: String) -> String {
    text.map { "_%&#$".contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }
}

/// Numbers with a fixed count of decimals.
enum Decimals {
  /// The decimals that two digits of an error take.
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
