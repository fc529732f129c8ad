import Foundation
import Support

/// What the tool came to, in the words of each case: the value to set against an expected one.
enum CaseReadings {
  /// - Throws: A `CaseFailure` where nothing reads this entry: no entry is passed over.
  static func got(_ key: String, _ entry: Expectation, _ folder: CaseFolder) throws -> String {
    if let run = entry.run, let file = entry.file, let column = entry.column {
      return try folder.text(run, file, column, row: entry.row ?? -1)
    }
    guard let read = readings[folder.name] else {
      throw CaseFailure(text: "no reading for this case: name run, file and column in its entries")
    }
    return try read(key, folder)
  }

  private typealias Reading = @Sendable (String, CaseFolder) throws -> String

  private static let readings: [String: Reading] = [
    "cavity-crest": cavity,
    "check-border-b": { key, folder in
      let status = try folder.result("run", ["gradient", "--check"]).status
      if key.hasPrefix("exit status") { return "\(status)" }
      let data = try Data(
        contentsOf: URL(fileURLWithPath: folder.files.file("out-run/gradient.json")))
      let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      let gradient = document?["gradient"] as? [String: Double]
      return "\(gradient?["c.kt"] ?? .nan)"
    },
    "chirp-twiss": runAndColumn, "chirped-emittance": runAndColumn,
    "cold-plane-a": { key, folder in "\(try folder.result(String(words(key)[0])).status)" },
    "cold-plane-c": coldPlane,
    "csv-habits-a": { _, folder in
      let result = try folder.result("run")
      return "\(result.status == 0 || (result.status == 2 && result.errors.contains("#")))"
    },
    "dead-stay-dead": deadStayDead,
    "drift-time": { key, folder in
      let run = "k" + words(key)[1]
      let pt = String(words(key)[3].dropLast())
      return try row(run, nearest: pt, "t", folder, beam: "beam\(words(key)[1]).csv")
    },
    "kick-is-momentum": { key, folder in
      try row("run", nearest: String(words(key)[3]), "x", folder, beam: "beam.csv")
    },
    "long-bunch-a": longBunch, "long-bunch-b": longBunch,
    "monitor-names-a": { _, folder in
      let result = try folder.result("run")
      if result.status == 2, result.errors.contains("bpm") { return "3" }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.files.file("out-run"))
      return "\(files.filter { $0.hasPrefix("monitor-") }.count)"
    },
    "nan-alive-a": { key, folder in
      switch key {
      case "lost particles": try lost("overflow", folder)
      case "particles at the end": try folder.text("run", "moments.csv", "particles")
      default: try folder.text("run", "moments.csv", String(words(key)[0]))
      }
    },
    "nan-sigma-a": { key, folder in try folder.text("run", "moments.csv", String(words(key)[0])) },
    "negative-energy-b": { _, folder in try lost("energy", folder) },
    "no-energy-spread": { key, folder in
      let column = String(words(key)[0])
      let text = try folder.text("run", "moments.csv", column)
      return key.hasSuffix("is there") ? "\(Double(text) != nil)" : text
    },
    "off-momentum-quad": { key, folder in
      try row(
        String(words(key)[0]), nearest: String(words(key)[4]), "x", folder, beam: "beam.csv")
    },
    "rf-many-turns-a": manyTurns,
    "rf-steps-a": { _, folder in
      let warned = try folder.result("run").errors.contains("steps")
      let energy = (try folder.number("run", "reference.csv", "gamma") - 1) * 0.51099895069
      return "\(warned || abs(energy / 246.959 - 1) < 0.01)"
    },
    "sc-compact": { key, folder in
      try folder.text("s" + words(key)[2], "moments.csv", "sigma_px")
    },
    "sc-low-beta": kicksOverTheory,
    "sc-single": { key, folder in
      if key.hasPrefix("flat") {
        let result = try folder.result("flat")
        return "\(result.status != 0 && words(result.errors).contains { $0.hasPrefix("y") })"
      }
      let run = key == "one particle" ? "one" : "neutral"
      let table = try folder.table(run, "particles.csv")
      let kicks = table.rows.indices.flatMap { row in
        ["px", "py"].map { abs(table.number($0, row: row)) }
      }
      return "\(kicks.max() ?? .nan)"
    },
    "shift-and-tilt": { key, folder in try folder.text("run", "particles.csv", key) },
    "small-emittance": { key, folder in try folder.text("run", "moments.csv", key) },
    "zero-strength": { key, folder in
      try folder.text(String(words(key)[0]), "particles.csv", String(words(key)[1]))
    },
    "zero-weights": { _, folder in
      let result = try folder.result("run")
      if result.status != 0 || !result.errors.isEmpty { return "true" }
      return "\(try folder.number("run", "moments.csv", "charge") == 1e-9)"
    },
  ]

  static func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }

  /// "RUN COLUMN" of the moments at the end.
  @Sendable private static func runAndColumn(_ key: String, _ folder: CaseFolder) throws -> String {
    try folder.text(String(words(key)[0]), "moments.csv", String(words(key)[1]))
  }

  /// A coordinate, at the end, of the particle whose pt at the start is the nearest.
  private static func row(
    _ run: String, nearest pt: String, _ column: String, _ folder: CaseFolder, beam: String
  ) throws -> String {
    let start = try ResultTable(folder.files.file(beam))
    let wanted = Double(pt) ?? .nan
    let distances = start.rows.indices.map { abs(start.number("pt", row: $0) - wanted) }
    guard let place = distances.indices.min(by: { distances[$0] < distances[$1] }) else {
      throw CaseFailure(text: "\(beam) is empty")
    }
    return try folder.text(run, "particles.csv", column, row: place)
  }

  private static func lost(_ cause: String, _ folder: CaseFolder) throws -> String {
    let table = try folder.table("run", "lost.csv")
    return "\(table.rows.indices.filter { table.text("cause", row: $0) == cause }.count)"
  }

  /// "pt at phase -1.571, V 0.02" is of the run p-1.57v0.02.
  @Sendable private static func cavity(_ key: String, _ folder: CaseFolder) throws -> String {
    let parts = words(key)
    let phase = String(format: "%.2f", Double(parts[3].dropLast()) ?? .nan)
    let run = "p\(phase)v\(parts[5])"
    return parts[0] == "pt"
      ? try folder.text(run, "particles.csv", "pt") : try folder.text(run, "reference.csv", "gamma")
  }

  @Sendable private static func deadStayDead(_ key: String, _ folder: CaseFolder) throws -> String {
    let moments = try folder.table("run", "moments.csv")
    let lost = try folder.table("run", "lost.csv")
    let counts = moments.rows.indices.map { moments.number("particles", row: $0) }
    switch key {
    case "counts never grow": return "\(zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 })"
    case "alive + lost": return "\((counts.last ?? .nan) + Double(lost.rows.count))"
    case "each lost once":
      let ids = Set(lost.rows.indices.map { lost.text("id", row: $0) })
      return ids.count == lost.rows.count ? "\(ids.count)" : "some twice"
    case "charge at the end": return moments.text("charge", row: -1)
    default: throw CaseFailure(text: "no reading for this entry")
    }
  }
}
