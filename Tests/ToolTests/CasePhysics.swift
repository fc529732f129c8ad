import Foundation
import Support

// Readings that set the tool against a formula of their own.
extension CaseReadings {
  /// Every covariance that an envelope writes is the next run's beam.
  @Sendable static func coldPlane(_ key: String, _ folder: CaseFolder) throws -> String {
    if key.hasPrefix("rows") {
      let moments = try folder.table("first", "moments.csv")
      let names = (1...3).map { "eigenemittance_\($0)" }
      let empty = moments.rows.indices.filter { row in
        names.contains { moments.text($0, row: row).isEmpty }
      }
      return "\(empty.count)"
    }
    let table = try folder.table("first", "covariance.csv")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.files.file("second.json")))
    var document = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    var beam = document["beam"] as? [String: Any] ?? [:]
    let names = ["x", "px", "y", "py", "t", "pt"]
    var refused = 0
    for row in table.rows.indices {
      let matrix = (0..<6).map { i in
        (0..<6).map { j in table.number("\(names[min(i, j)])_\(names[max(i, j)])", row: row) }
      }
      beam["distribution"] = ["kind": "gaussian", "covariance": matrix] as [String: Any]
      document["beam"] = beam
      let text = try JSONSerialization.data(withJSONObject: document)
      try text.write(to: folder.files.url.appendingPathComponent("place\(row).json"))
      if try Tool.run(["check", "place\(row).json"], in: folder.files.url).status != 0 {
        refused += 1
      }
    }
    return "\(refused)"
  }

  /// Transverse kicks of a bunch much longer than wide go with 1/length: those of the long bunch
  /// times its length against those of the short one times its own.
  @Sendable static func longBunch(_ key: String, _ folder: CaseFolder) throws -> String {
    let long = try folder.table("run", "particles.csv")
    let short = try folder.table("short", "particles.csv")
    let ratio = try bunchLength("run", folder) / bunchLength("short", folder)
    var deviation = 0.0
    var size = 0.0
    for row in short.rows.indices {
      for column in ["px", "py"] {
        let wanted = short.number(column, row: row)
        let difference = long.number(column, row: row) * ratio - wanted
        deviation += difference * difference
        size += wanted * wanted
      }
    }
    return "\((deviation / size).squareRoot())"
  }

  private static func bunchLength(_ run: String, _ folder: CaseFolder) throws -> Double {
    let beam = try member(run, "beam", folder)
    let sigma = (beam["distribution"] as? [String: Any])?["sigma"] as? [String: Double]
    return sigma?["t"] ?? .nan
  }

  private static func member(
    _ run: String, _ key: String, _ folder: CaseFolder
  ) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.files.file("\(run).json")))
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    guard let member = document?[key] as? [String: Any] else {
      throw CaseFailure(text: "\(run).json has no \(key)")
    }
    return member
  }

  /// The slope of kicks over those of a long round Gaussian:
  /// Δp/p0 = q E L / (β² γ³ m c²), E = λ/(2π ε0 r) (1 − exp(−r²/2σ²)), λ Gaussian in t.
  @Sendable static func kicksOverTheory(_ key: String, _ folder: CaseFolder) throws -> String {
    let run = key.prefix { $0 != ":" }.replacingOccurrences(of: " ", with: "-")
    let beam = try member(run, "beam", folder)
    let species = beam["species"] as? [String: Double] ?? [:]
    let sigma = (beam["distribution"] as? [String: Any])?["sigma"] as? [String: Double] ?? [:]
    let mass = species["mass"] ?? .nan
    let gamma = 1 + (beam["kinetic_energy"] as? Double ?? .nan) / mass
    let beta = (1 - 1 / (gamma * gamma)).squareRoot()
    let radius = sigma["x"] ?? .nan
    let length = sigma["t"] ?? .nan
    let kickLength = 0.001  // of the element, m
    let vacuum = 8.8541878188e-12  // F/m, CODATA 2022
    let line = (beam["charge"] as? Double ?? .nan) / ((2 * Double.pi).squareRoot() * beta * length)
    let strength =
      abs(species["charge"] ?? .nan) * line * kickLength * 1e-6
      / (2 * .pi * vacuum * mass * beta * beta * gamma * gamma * gamma)
    let table = try folder.table(run, "particles.csv")
    var product = 0.0
    var square = 0.0
    for row in table.rows.indices {
      let (x, y) = (table.number("x", row: row), table.number("y", row: row))
      let t = table.number("t", row: row) / length
      let r2 = x * x + y * y
      let theory =
        strength * exp(-t * t / 2) * -expm1(-r2 / (2 * radius * radius)) / r2
      product += (table.number("px", row: row) * x + table.number("py", row: row) * y) * theory
      square += theory * theory * r2
    }
    return "\(product / square)"
  }

  /// The reference particle of a ring with one cavity, its time summed with what rounding loses
  /// carried along (Neumaier). In the cavity's constant field γ' = scale·cos(k t + phase); over a
  /// passage the speed changes by 1e-15, so that the integral is the midpoint's times sinc.
  @Sendable static func manyTurns(_ key: String, _ folder: CaseFolder) throws -> String {
    if key.hasPrefix("s ") { return try folder.text("run", "reference.csv", "s") }
    let light = 299_792_458.0
    let (mass, energy, frequency, phase, scale) = (0.5, 5000.0, 499_654_000.0, 0.4, 0.001)
    let (drift, cavity, turns) = (99.0, 0.3, 60_000)
    let k = 2 * Double.pi * frequency / light
    let half = k * cavity / 2
    var gamma = 1 + energy / mass
    var (time, lost) = (0.0, 0.0)
    /// 1/β − 1, without cancellation.
    func slowness() -> Double {
      let inverse = 1 / (gamma * gamma)
      let beta = (1 - inverse).squareRoot()
      return inverse / (beta * (1 + beta))
    }
    func add(_ step: Double) {
      let sum = time + step
      lost += abs(time) >= abs(step) ? (time - sum) + step : (step - sum) + time
      time = sum
    }
    for _ in 0..<turns {
      add(drift)
      add(drift * slowness())
      let middle = k * time + (k * lost + half * (1 + slowness())) + phase
      let before = slowness()
      gamma += scale * cavity * cos(middle) * sin(half) / half
      add(cavity)
      add(cavity * (before + slowness()) / 2)
    }
    let got = try folder.number("run", "reference.csv", "t")
    return "\(k * abs(got - time - lost))"
  }
}
