import Foundation
import Support
import Testing

@Suite("pwafit evaluates models") struct EvaluateTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private let names = [
    "f0_1710.mass", "f0_1710.width", "f2_1525.mass", "f2_1525.width", "f2_1525.0 1.re",
    "f2_1525.0 1.im",
  ]

  @Test func standardOutputIsOneObject() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    let result = try PWATool.run(["evaluate", "model.json"], in: folder.url)
    #expect(result.status == 0)
    let object = try object(result.output)
    #expect(Set(object.keys) == ["nll", "gradient"])
    #expect(Set((object["gradient"] as? [String: Double] ?? [:]).keys) == Set(names))
    let quiet = try PWATool.run(["evaluate", "model.json", "--quiet", "-t", "1"], in: folder.url)
    #expect(quiet.output == result.output)
    #expect(try folder.contents == ["model.json"])
  }

  @Test func aVectorGivesAProduct() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    try folder.write("{\"f0_1710.mass\": 1, \"f2_1525.0 1.re\": -2}", to: "v.json")
    let result = try PWATool.run(
      ["evaluate", "model.json", "--vector", "v.json"], in: folder.url)
    let product = try #require(try object(result.output)["hvp"] as? [String: Double])
    #expect(Set(product.keys) == Set(names))
    #expect(product.values.contains { $0 != 0 })
    try folder.write("{\"f0_1710.mas\": 1}", to: "v.json")
    let wrong = try PWATool.run(
      ["evaluate", "model.json", "--vector", "v.json"], in: folder.url)
    #expect(wrong.status == 2)
    #expect(wrong.output == "")
    #expect(wrong.errors.contains("v.json:1:2"))
    #expect(wrong.errors.contains("did you mean \"f0_1710.mass\"?"))
  }

  @Test func whatCannotBeEvaluatedIsAFailureNotAMistake() throws {
    let folder = try TemporaryFolder()
    // A kaon pair along the beams, of the mass of the phi: no transverse amplitude.
    let names = (1...4).flatMap { p in ["px", "py", "pz", "E"].map { "p\(p)_\($0)" } }
    func kaon(_ x: Double, _ z: Double) -> [Double] {
      [x, 0, z, (0.493677 * 0.493677 + x * x + z * z).squareRoot()]
    }
    let event = kaon(0, 0.9) + kaon(0, 0.47) + kaon(0.3, -0.6) + kaon(-0.3, -0.77)
    let lines = [names.joined(separator: ","), event.map(\.description).joined(separator: ",")]
    try folder.write(lines.joined(separator: "\n") + "\n", to: "data.csv")
    let text = SmallFit.text(data: "\"data.csv\"").replacing(
      #"{"re": {"value": 0.4}, "im": {"value": 0.5}}"#, with: #"{"re": 0, "im": 0}"#)
    try folder.write(text, to: "model.json")
    let result = try PWATool.run(["evaluate", "model.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(result.errors.contains("channel \"phikk\""))
  }
}

@Suite("pwafit fits models") struct FitTests {
  private func json(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text(name).utf8))
    return try #require(object as? [String: Any])
  }

  static let tables = [
    "covariance.csv", "fit.json", "fitted-model.json", "fractions.json", "fractions.md",
    "fractions.tex", "phikk-data.npy", "starts.json",
  ]
  static let plots = [
    "dalitz-data", "dalitz-fit", "helicity-12", "helicity-34", "mass-12", "mass-34", "mass-phi-h",
    "production",
  ].map { "phikk-\($0).svg" }

  @Test func everyPromisedFileIsLeft() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    let result = try PWATool.run(["fit", "model.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    for part in ["f0_1710", "f2_1525.mass", "sum", "2 of 2 starts"] {
      #expect(result.output.contains(part), "\(part)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(Set(files) == Set(Self.tables + Self.plots))
    let fit = try json(folder, "out/fit.json")
    #expect(fit["status"] as? String == "converged")
    let parameters = try #require(fit["parameters"] as? [String: [String: Any]])
    let mass = try #require(parameters["f2_1525.mass"])
    let (value, error) = (mass["value"] as? Double ?? 0, mass["error"] as? Double ?? 0)
    // 400 events, some 200 of them in a resonance 90 MeV wide: 90/√200 MeV.
    #expect(error > 0.001 && error < 0.02)
    // The events are always the same; more than four deviations off were a mistake.
    #expect(abs(value - 1.52) < 4 * error)
    for plot in Self.plots {
      let text = try folder.text("out/\(plot)")
      #expect(text.contains("<svg") && text.hasSuffix("</svg>\n"))
      #expect(!text.contains("not finite"), "\(plot)")
    }
    #expect(try folder.text("out/phikk-mass-34.svg").contains("(1525)"))

    // The fitted model again: what it says, and what its likelihood is.
    let again = try PWATool.run(["evaluate", "out/fitted-model.json"], in: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    let nll = try #require(fit["nll"] as? Double)
    let evaluated = try JSONSerialization.jsonObject(with: Data(again.output.utf8))
    let object = try #require(evaluated as? [String: Any])
    // The same numbers, summed up in the same order; a value may be had without its gradient.
    #expect(abs((object["nll"] as? Double ?? 0) - nll) < 1e-9)
    let gradient = try #require(object["gradient"] as? [String: Double])
    #expect(gradient.values.allSatisfy { abs($0) < 1e-2 })
  }

  @Test func filesOfEventsAreFoundFromTheFittedModel() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 1), to: "model.json")
    _ = try PWATool.run(["fit", "model.json", "-q", "--no-plots"], in: folder.url)
    try FileManager.default.moveItem(
      atPath: folder.file("out/phikk-data.npy"), toPath: folder.file("events.npy"))
    try folder.write(SmallFit.text(starts: 1, data: "\"events.npy\""), to: "model.json")
    let first = try PWATool.run(["fit", "model.json", "-q", "--no-plots"], in: folder.url)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output == "")
    for arguments in [["out/fitted-model.json"], ["out/fitted-model.json", "-q"]] {
      let result = try PWATool.run(["evaluate"] + arguments, in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    // A folder elsewhere is not under the model's.
    let elsewhere = try TemporaryFolder()
    _ = try PWATool.run(
      ["fit", "model.json", "-q", "--no-plots", "-o", elsewhere.path], in: folder.url)
    let result = try PWATool.run(
      ["evaluate", "fitted-model.json"], in: elsewhere.url)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func aFitThatWasCutShortGoesOn() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 40, integration: 20_000), to: "model.json")
    let process = try PWATool.start(
      ["fit", "model.json", "-q", "--no-plots", "-t", "1"], in: folder.url)
    let starts = folder.file("out/starts.json")
    for _ in 0..<3000 where process.isRunning && !FileManager.default.fileExists(atPath: starts) {
      usleep(10_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let journal = try folder.text("out/starts.json")
    let done = journal.components(separatedBy: "\"number\"").count - 1
    #expect(done >= 1)
    // A fit with as many starts as are done has nothing left to do; another one goes on.
    let rest = try PWATool.run(
      ["fit", "model.json", "--no-plots", "--starts", "\(done + 1)"], in: folder.url)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.errors.contains("\(done) starts are done already"))
    let fit = try json(folder, "out/fit.json")
    #expect((fit["starts"] as? [Any])?.count == done + 1)
    let fresh = try PWATool.run(
      ["fit", "model.json", "--no-plots", "--starts", "1", "--fresh"], in: folder.url)
    #expect(!fresh.errors.contains("done already"))
  }

  @Test func anInterruptLeavesWhatIsDone() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 400, integration: 20_000), to: "model.json")
    let process = try PWATool.start(["fit", "model.json", "-q", "-t", "1"], in: folder.url)
    let starts = folder.file("out/starts.json")
    for _ in 0..<3000 where process.isRunning && !FileManager.default.fileExists(atPath: starts) {
      usleep(10_000)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(FileManager.default.fileExists(atPath: starts))
  }

  @Test func threadsDoNotChangeTheResult() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 1), to: "model.json")
    for threads in ["1", "2"] {
      let result = try PWATool.run(
        ["fit", "model.json", "-q", "-t", threads, "-o", "out\(threads)"], in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    for file in ["covariance.csv", "fractions.json", "phikk-mass-34.svg"] {
      let (one, two) = try (folder.text("out1/\(file)"), folder.text("out2/\(file)"))
      #expect(one == two, "\(file)")
    }
  }
}

@Suite("pwafit names mistakes, and leaves nothing behind") struct MistakeTests {
  /// What replaces what, and what the message must have.
  static let mistakes: [(String, String, [String])] = [
    (
      "\"breit-wigner\", \"mass\": {", "\"breit-wiger\", \"mass\": {",
      ["model.json:9:", "did you mean"]
    ),
    ("{\"value\": 0.15}", "{\"same_as\": \"f0_1710.mas\"}", ["model.json:9:", "did you mean"]),
    ("{\"toy\": 400, \"seed\": 1}", "\"nothing.npz\"", ["nothing.npz"]),
    ("3.686", "1.5", ["too light"]),
  ]

  @Test(arguments: mistakes)
  func ofModels(_ original: String, _ mistake: String, _ parts: [String]) throws {
    let folder = try TemporaryFolder()
    let text = SmallFit.text()
    let place = try #require(text.range(of: original))
    try folder.write(text.replacingCharacters(in: place, with: mistake), to: "model.json")
    for command in ["fit", "evaluate"] {
      let result = try PWATool.run([command, "model.json"], in: folder.url)
      #expect(result.status == 2, "\(mistake): \(result.errors)")
      #expect(result.output == "")
      for part in parts { #expect(result.errors.contains(part), "\(part): \(result.errors)") }
      #expect(try folder.contents == ["model.json"])
    }
  }

  @Test func onTheCommandLine() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    for arguments in [
      ["fit"], ["fit", "nothing.json"], ["fly", "model.json"],
      ["fit", "model.json", "--threads", "0"], ["fit", "model.json", "--method", "newtn"],
      ["fit", "model.json", "--starts", "0"], ["evaluate", "model.json", "--storage", "tape"],
      ["lineshapes", "breit-wiger"],
    ] {
      let result = try PWATool.run(arguments, in: folder.url)
      #expect(result.status == 2, "\(arguments)")
      #expect(!result.errors.isEmpty)
      #expect(try folder.contents == ["model.json"])
    }
  }

  @Test func methodsThatAreNearOnesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    for command in ["fit", "toys"] {
      let result = try PWATool.run([command, "model.json", "--method", "newtn"], in: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("there is no method \"newtn\" for fits"))
      #expect(result.errors.contains("did you mean \"newton\"?"))
    }
  }

  /// A likelihood has no residuals.
  @Test func methodsForSumsOfSquaresAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(), to: "model.json")
    let result = try PWATool.run(
      ["fit", "model.json", "--method", "levenberg-marquardt"], in: folder.url)
    #expect(result.status == 2)
    #expect(result.errors.contains("there is no method \"levenberg-marquardt\" for fits"))
    #expect(try folder.contents == ["model.json"])
  }

  @Test func checkReadsAndRunsNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(data: "\"nothing.npz\""), to: "model.json")
    let result = try PWATool.run(["check", "model.json"], in: folder.url)
    #expect(result.status == 0)
    #expect(result.output.contains("6 free parameters"))
    #expect(try folder.contents == ["model.json"])
  }

  @Test func everyLineshapeHasAPage() throws {
    let folder = try TemporaryFolder()
    let list = try PWATool.run(["lineshapes"], in: folder.url)
    #expect(list.status == 0)
    let names = list.output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(names.count > 10)
    for name in names {
      let page = try PWATool.run(["lineshapes", name], in: folder.url)
      #expect(page.status == 0)
      #expect(page.output.hasPrefix("\(name):"))
    }
  }

  @Test func helpAndVersionAreThere() throws {
    let folder = try TemporaryFolder()
    #expect(try PWATool.run(["--help"], in: folder.url).output.contains("pwafit fit model.json"))
    #expect(try PWATool.run(["--version"], in: folder.url).output.contains("pwafit"))
  }
}

@Suite("pwafit generates events") struct GenerateTests {
  /// Weighted events of phase space follow the model: the fit finds its values again.
  @Test func weightedEventsFollowTheModel() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 1), to: "model.json")
    let generated = try PWATool.run(
      ["generate", "model.json", "--events", "3000", "-o", "data.npy", "--weights", "w.npy"],
      in: folder.url)
    #expect(generated.status == 0, "\(generated.errors)")
    let weighted = SmallFit.text(starts: 1, data: #""data.npy", "weights": "w.npy""#)
    try folder.write(weighted, to: "weighted.json")
    let fit = try PWATool.run(["fit", "weighted.json", "--no-plots", "-q"], in: folder.url)
    #expect(fit.status == 0, "\(fit.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text("out/fit.json").utf8))
    let record = try #require(object as? [String: Any])
    let parameters = try #require(record["parameters"] as? [String: [String: Any]])
    for (name, truth, width) in [("f0_1710.mass", 1.7, 0.15), ("f2_1525.mass", 1.52, 0.09)] {
      let value = try #require(parameters[name]?["value"] as? Double)
      // A few hundred effective events: a tenth of the width is more than four deviations.
      #expect(abs(value - truth) < 0.25 * width, "\(name)")
    }
    let wrong = try PWATool.run(
      ["generate", "model.json", "--events", "10", "-o", "d.npy", "--weights", "w.csv"],
      in: folder.url)
    #expect(wrong.status == 2 || wrong.status == 64)
  }
}

@Suite("pwafit tells and draws what a fit came to") struct AfterTheFitTests {
  @Test func fractionsPlotsAndScansFollowAFit() throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 1), to: "model.json")
    let fit = try PWATool.run(["fit", "model.json", "-q", "--no-plots"], in: folder.url)
    #expect(fit.status == 0, "\(fit.errors)")
    let table = try folder.text("out/fractions.md")
    for file in ["md", "tex", "json"] {
      try FileManager.default.removeItem(atPath: folder.file("out/fractions.\(file)"))
    }
    let fractions = try PWATool.run(["fractions", "model.json"], in: folder.url)
    #expect(fractions.status == 0, "\(fractions.errors)")
    #expect(try folder.text("out/fractions.md") == table)
    #expect(fractions.output.contains("f2_1525") && fractions.output.contains("events"))
    #expect(try folder.text("out/yields.json").contains("\"f0_1710\""))
    let plot = try PWATool.run(["plot", "model.json", "--precision", "float"], in: folder.url)
    #expect(plot.status == 0, "\(plot.errors)")
    for name in FitTests.plots { #expect(try folder.text("out/\(name)").contains("<svg")) }
    let scan = try PWATool.run(
      ["scan", "model.json", "--parameter", "f2_1525.mass"], in: folder.url)
    #expect(scan.status == 0, "\(scan.errors)")
    #expect(try folder.text("out/profiles.md").contains("f2_1525.mass"))
  }

  @Test(arguments: [
    (["--generated", "0"], "--generated"), (["--parents", "1e6"], "--generated"),
    (["--parents", "many"], "parents"), (["--draws", "1"], "--draws"),
    (["--generated", "10000"], "truth"),
  ])
  func mistakesAreExplained(_ arguments: [String], _ word: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(SmallFit.text(starts: 1), to: "model.json")
    let result = try PWATool.run(["fractions", "model.json"] + arguments, in: folder.url)
    #expect(result.status == 2 || result.status == 64)
    #expect(result.errors.contains(word), "\(result.errors)")
  }
}
