import Foundation
import Support
import Testing

@Suite("pwafit takes no old result for a new one") struct StaleResultTests {
  private func model(mass: String = #"{"value": 0.9}"#, data: String = "data.npy") -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {
      "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
      "data": "\(data)", "integration": {"phase_space": 600, "seed": 4},
      "resonances": {"k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": \(mass),
        "width": {"value": 0.1}, "coupling": {"re": 1, "im": 0}}}}},
      "fit": {"starts": 2}}
    """
  }

  /// A folder with a model, its data and others.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, mass, seed) in [("data", "0.9", "1"), ("newer", "0.95", "2")] {
      let source = model(mass: mass).replacingOccurrences(
        of: #""data.npy""#, with: #"{"phase_space": 10}"#)
      try folder.write(source, to: "source.json")
      let result = try PWATool.run(
        ["generate", "source.json", "--events", "100", "--seed", seed, "-o", "\(name).npy", "-q"],
        in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    try folder.write(model(), to: "model.json")
    return folder
  }

  private func number(_ folder: TemporaryFolder, _ file: String, _ key: String) throws -> Double {
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text(file).utf8))
    return try #require((object as? [String: Any])?[key] as? Double)
  }

  private func replace(_ folder: TemporaryFolder, _ name: String, with other: String) throws {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(other))).write(
      to: URL(fileURLWithPath: folder.file(name)))
  }

  @Test func newDataUnderAnOldNameAreFittedAnew() throws {
    let folder = try folder()
    let fit = ["fit", "model.json", "--no-plots", "-q"]
    _ = try PWATool.run(fit, in: folder.url)
    let toys = ["toys", "model.json", "--toys", "2", "-q"]
    _ = try PWATool.run(toys, in: folder.url)
    let same = try PWATool.run(fit, in: folder.url)
    #expect(!same.errors.contains("anew"))
    try replace(folder, "data.npy", with: "newer.npy")
    let stale = try PWATool.run(["fractions", "model.json", "-q"], in: folder.url)
    #expect(stale.errors.contains("changed after the fit"), "\(stale.errors)")
    let again = try PWATool.run(fit, in: folder.url)
    #expect(again.errors.contains("the fit begins anew"), "\(again.errors)")
    let more = try PWATool.run(toys, in: folder.url)
    #expect(more.errors.contains("toys begin anew"), "\(more.errors)")
    try folder.write(model(data: "newer.npy"), to: "model.json")
    _ = try PWATool.run(fit + ["-o", "right"], in: folder.url)
    // The same events, the same starts.
    #expect(try number(folder, "out/fit.json", "nll") == number(folder, "right/fit.json", "nll"))
  }

  @Test func aModelThatWasEditedAfterItsFitKeepsWhatItFixes() throws {
    let folder = try folder()
    _ = try PWATool.run(["fit", "model.json", "--no-plots", "-q"], in: folder.url)
    try folder.write(model(mass: "1.0"), to: "model.json")
    let result = try PWATool.run(["fractions", "model.json", "-q"], in: folder.url)
    #expect(result.status == 0)
    #expect(result.errors.contains("\"k.mass\" is fixed at 1.0 and was free"), "\(result.errors)")
    _ = try PWATool.run(["fractions", "model.json", "-q", "-o", "right"], in: folder.url)
    // Both end within 1e-6 of the minimum of the same likelihood.
    let (a, b) = (
      try number(folder, "out/yields.json", "nll"), try number(folder, "right/yields.json", "nll")
    )
    #expect((a - b).magnitude < 1e-6)
    // Values that were asked for are taken, those of fixed parameters too.
    try folder.write(model(mass: "1.1"), to: "other.json")
    _ = try PWATool.run(["fractions", "other.json", "-q", "-o", "other"], in: folder.url)
    _ = try PWATool.run(
      ["fractions", "model.json", "--values", "other.json", "-q", "-o", "asked"], in: folder.url)
    let (c, d) = (
      try number(folder, "asked/yields.json", "nll"), try number(folder, "other/yields.json", "nll")
    )
    #expect((c - d).magnitude < 1e-6)
  }
}
