import Foundation
import Support
import Testing

@Suite("What pwafit writes says what it is") struct RecordTests {
  /// D⁰ → K⁻π⁺π⁰; resonances are written by the tests.
  private static func text(
    _ resonances: [String], data: String = #"{"toy": 100, "seed": 3}"#, more: String = "",
    fit: String = "{}"
  ) -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": \(data),
      "integration": {"phase_space": 1000, "seed": 4}, \(more)
      "resonances": {\(resonances.joined(separator: ","))}}}, "fit": \(fit)}
    """
  }

  private static func resonance(
    _ name: String, _ lineshape: String, pair: String = "[1, 2]",
    coupling: String = #"{"re": {"value": 0.5}, "im": {"value": 0.1}}"#
  ) -> String {
    "\"\(name)\": {\"spin\": 0, \"pair\": \(pair), \"lineshape\": \(lineshape), \"coupling\": \(coupling)}"
  }

  private static let reference = #"{"re": 1, "im": 0}"#
  private static let peak = resonance(
    "k", #""breit-wigner", "mass": {"value": 0.9}, "width": {"value": 0.1}"#,
    coupling: reference)

  private func json(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text(name).utf8))
    return try #require(object as? [String: Any])
  }

  private func run(
    _ text: String, _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Tool.Result {
    try folder.write(text, to: "model.json")
    var arguments = arguments
    arguments.insert("model.json", at: 1)
    return try PWATool.run(arguments, in: folder.url)
  }

  @Test func tablesShowFixedValuesWholeAndLaTeXIsASCII() throws {
    let folder = try TemporaryFolder()
    let text = Self.text([
      Self.resonance(
        "ω_782", #""breit-wigner", "mass": 0.78266, "width": 0.00868"#, coupling: Self.reference),
      Self.resonance("e^x", #""exponential", "alpha": 2e-05"#, pair: "[1, 3]"),
      Self.resonance(
        "l", #""lass", "mass": 1.43, "width": 0.28, "a": -2.0, "r": -3.3"#),
    ])
    let result = try run(text, ["fit", "--no-plots"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let markdown = try folder.text("out/fractions.md")
    for number in ["0.78266", "0.00868", "2e-05", "−3.3", "GeV⁻¹"] {
      #expect(markdown.contains(number), "\(number): \(markdown)")
    }
    let latex = try folder.text("out/fractions.tex")
    #expect(latex.utf8.allSatisfy { $0 < 128 })
    for part in [
      "$\\omega$\\_782", "e\\textasciicircum{}x", "2 \\times 10^{-5}", "$-3.3$", "GeV$^{-1}$",
      "0.00868",
    ] {
      #expect(latex.contains(part), "\(part): \(latex)")
    }
    // Couplings are fitted values as others are.
    for name in ["l.coupling.re", "e^x.coupling.im"] { #expect(result.output.contains(name)) }
  }

  @Test(arguments: [
    (#"{"max_evaluations": 1}"#, "evaluations that were allowed", "stopped"),
    (#"{"time_limit": 1e-9}"#, "time that a start may take", "out of time"),
  ])
  func aFitThatStoppedSaysSo(_ limit: String, _ reason: String, _ status: String) throws {
    let folder = try TemporaryFolder()
    let text = Self.text(
      [Self.peak.replacing("0.9}", with: "0.7}").replacing("0.1}", with: "0.02}")], fit: limit)
    let result = try run(text, ["fit", "--no-plots"], in: folder)
    #expect(result.status == 1)
    #expect(result.output.contains("not converged") && result.output.contains(reason))
    #expect(!result.output.contains("ended there") && !result.output.contains("caller"))
    #expect(result.output.contains("k.mass"), "values, whatever is known of errors")
    let record = try json(folder, "out/fit.json")
    #expect(record["status"] as? String == status)
    #expect((record["reason"] as? String)?.contains(reason) == true)
    let quiet = try run(text, ["fit", "--no-plots", "-q", "--fresh"], in: folder)
    #expect(quiet.status == 1 && quiet.output.isEmpty && quiet.errors.contains(reason))
  }

  @Test func theRecordOfAFitIsEnoughToRepeatIt() throws {
    let folder = try TemporaryFolder()
    _ = try run(
      Self.text([Self.peak]), ["generate", "--events", "80", "-o", "d.npy"], in: folder)
    try folder.write(
      "weight\n" + (0..<80).map { $0 % 2 == 0 ? "0.5\n" : "1\n" }.joined(), to: "w.csv")
    let text = Self.text(
      [Self.peak], data: "\"d.npy\"", more: "\"weights\": \"w.csv\",", fit: #"{"seed": 5}"#)
    let result = try run(text, ["fit", "--no-plots", "-q", "-t", "2"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let record = try json(folder, "out/fit.json")
    #expect((record["version"] as? String)?.isEmpty == false)
    #expect(record["seed"] as? Int == 5 && record["threads"] as? Int == 2)
    let channel = try #require((record["channels"] as? [String: [String: Any]])?["c"])
    let data = try #require(channel["data"] as? [String: Double])
    #expect(data == ["events": 80, "weight": 60, "squared_weight": 50])
    #expect((channel["integration"] as? [String: Double])?["events"] == 1000)
    #expect(channel["weight_correction"] as? Bool == true)
    let files = try #require(channel["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == ["d.npy", "w.csv"])
    let print = try #require(files[1]["fingerprint"] as? String)
    let waves = try #require(
      (record["wave_normalization"] as? [String: [[String: Any]]])?["c"]?.first)
    #expect(waves["wave"] as? String == "0 0" && waves["particles"] as? [Int] == [1, 2])
    // Other bytes, another fingerprint.
    try folder.write(try folder.text("w.csv").replacing("0.5", with: "0.6"), to: "w.csv")
    _ = try run(text, ["fit", "--no-plots", "-q", "--fresh"], in: folder)
    let again = try json(folder, "out/fit.json")["channels"] as? [String: [String: Any]]
    let other = (again?["c"]?["files"] as? [[String: Any]])?[1]["fingerprint"] as? String
    #expect(other != nil && other != print)
  }

  @Test func scansOfNamesThatAreAlikeKeepTheirFiles() throws {
    let folder = try TemporaryFolder()
    let shape = #""breit-wigner", "mass": {"value": 0.9}, "width": 0.1"#
    let names = ["a b", "a-b", "A b"]
    let text = Self.text(
      names.enumerated().map { i, name in
        Self.resonance(
          name, shape.replacing("0.9", with: "\(0.8 + 0.25 * Double(i))"),
          coupling: i == 0 ? Self.reference : #"{"re": 0.5, "im": 0.5}"#)
      })
    let all = try run(text, ["scan", "-q"], in: folder)
    #expect(all.status == 0, "\(all.errors)")
    func scans() throws -> [String: String] {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
        .filter { $0.hasPrefix("profile-") && $0.hasSuffix(".csv") }
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          let text = try folder.text("out/\($0)")
          return (String(text.prefix { $0 != "," }), $0)
        })
    }
    let files = try scans()
    #expect(files.count == 3)
    #expect(Set(files.values.map { $0.lowercased() }).count == 3)
    // A scan of one of them alone writes the same file.
    let one = try run(text, ["scan", "-q", "--parameter", "a-b.mass"], in: folder)
    #expect(one.status == 0, "\(one.errors)")
    #expect(try scans() == files)
  }

  @Test func generatedEventsBesideABackgroundAreThoseOfTheSignal() throws {
    let folder = try TemporaryFolder()
    let background = #""background": {"data": "b.csv", "integration": "b.csv", "strength": 1},"#
    let text = Self.text([Self.peak], data: "\"nothing.npy\"", more: background)
    for more in [[], ["--weights", "w.npy"]] {
      let result = try run(text, ["generate", "--events", "20", "-o", "g.npy"] + more, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("events of the signal"))
    }
  }

  @Test func whatTheIntegrationEventsWereSelectedFromIsSaidByChannel() throws {
    let folder = try TemporaryFolder()
    let truth = #""truth": {"phase_space": 500, "seed": 5},"#
    let one = Self.text([Self.peak], more: truth)
    let few = try run(one, ["fractions", "-q", "--generated", "100"], in: folder)
    #expect(few.status == 2 && few.errors.contains("cannot have been kept"))
    let channel = try #require(one.firstRange(of: "\"c\": {"))
    let body = one[channel.lowerBound...].prefix(
      one.distance(
        from: channel.lowerBound, to: try #require(one.firstRange(of: "}}}}")).upperBound))
    let two = one.replacingCharacters(
      in: channel.lowerBound..<channel.lowerBound,
      with: body.replacing("\"c\": {", with: "\"b\": {\"generated\": 2000, ") + ", ")
    let both = try run(two, ["fractions", "-q", "--generated", "2000"], in: folder)
    #expect(both.status == 2 && both.errors.contains("--generated is for one channel"))
    let parents = try run(two, ["fractions", "-q", "--parents", "1e6"], in: folder)
    #expect(parents.status == 2 && parents.errors.contains("channel \"c\""))
    let known = try run(two, ["fractions", "-q"], in: folder)
    #expect(known.status == 0, "\(known.errors)")
    let channels = try #require(
      try json(folder, "out/yields.json")["channels"] as? [String: [String: Any]])
    let efficiency = try #require(channels["b"]?["efficiency"] as? [String: Double])
    // 1000 of 2000 events of phase space: a half, within the errors of both samples.
    #expect(abs((efficiency["value"] ?? 0) - 0.5) < 4 * (efficiency["error"] ?? 0))
    #expect(channels["c"]?["efficiency"] is NSNull)
    let signal = try #require(channels["b"]?["signal"] as? [String: [String: Double]])
    #expect(signal["events"]?["value"] == 100)
    #expect(abs((signal["produced"]?["value"] ?? 0) / 100 * (efficiency["value"] ?? 0) - 1) < 1e-9)
  }
}
