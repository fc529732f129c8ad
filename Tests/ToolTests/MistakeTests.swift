import Foundation
import Support
import Testing

@Suite("Wrong input is named, and changes nothing")
struct MistakeTests {
  private static let beam = """
    "beam": {"species": "electron", "kinetic_energy": 100, "particles": 10,
             "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3}}}
    """
  private static let lattice = """
    "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}, "use": "l"}
    """

  /// Text of a run file, and what its error message must contain.
  static let mistakes: [(String, String, [String])] = [
    ("an empty file", "", ["run.json:1:1"]),
    ("text after the end", "{\(beam), \(lattice)} {}", ["after"]),
    ("wrong type", "{\(beam), \"lattice\": 3}", ["\"lattice\"", "object"]),
    (
      "unknown key", "{\(beam), \(lattice), \"traking\": {}}",
      ["traking", "did you mean \"tracking\"?"]
    ),
    (
      "unknown kind",
      "{\(beam), \"lattice\": {\"elements\": {\"q\": {\"kind\": \"Quadrupol\"}}, \"lines\": {\"l\": [\"q\"]}}}",
      ["unknown kind \"Quadrupol\"", "did you mean \"Quadrupole\"?"]
    ),
    (
      "unknown parameter",
      "{\(beam), \"lattice\": {\"elements\": {\"q1\": {\"kind\": \"Quadrupole\", \"length\": 1, \"k2\": 1}}, \"lines\": {\"l\": [\"q1\"]}}}",
      ["run.json:3:", "Quadrupole \"q1\" has no parameter \"k2\"; it has:", "k1"]
    ),
    (
      "unknown model",
      "{\(beam), \"lattice\": {\"elements\": {\"q1\": {\"kind\": \"Quadrupole\", \"length\": 1, \"model\": \"thick\"}}, \"lines\": {\"l\": [\"q1\"]}}}",
      ["\"thick\"", "chromatic"]
    ),
    (
      "NaN",
      "{\(beam), \"lattice\": {\"elements\": {\"d\": {\"kind\": \"Drift\", \"length\": NaN}}, \"lines\": {\"l\": [\"d\"]}}}",
      ["NaN"]
    ),
    (
      "no particles", "{\(beam.replacingOccurrences(of: "10,", with: "0,")), \(lattice)}",
      ["particles", "0"]
    ),
    (
      "too many particles",
      "{\(beam.replacingOccurrences(of: "\"particles\": 10,", with: "\"particles\": 1e18,")), \(lattice)}",
      ["particles"]
    ),
    (
      "both energies",
      "{\(beam.replacingOccurrences(of: "100,", with: "100, \"total_energy\": 101,")), \(lattice)}",
      ["kinetic_energy", "total_energy"]
    ),
    (
      "a cyclic line",
      "{\(beam), \"lattice\": {\"elements\": {\"d\": {\"kind\": \"Drift\", \"length\": 1}}, \"lines\": {\"a\": [\"d\", \"b\"], \"b\": [\"a\"]}, \"use\": \"a\"}}",
      ["contains itself", "\"a\" → \"b\" → \"a\""]
    ),
    (
      "an unknown element in a line",
      "{\(beam), \"lattice\": {\"elements\": {\"drift1\": {\"kind\": \"Drift\", \"length\": 1}}, \"lines\": {\"l\": [\"drift2\"]}}}",
      ["\"drift2\"", "neither an element nor a line", "did you mean \"drift1\"?"]
    ),
    (
      "a missing beam file",
      "{\"beam\": {\"species\": \"proton\", \"kinetic_energy\": 10, \"file\": \"nothing.csv\"}, \(lattice)}",
      ["nothing.csv"]
    ),
    (
      "a bend without an angle",
      "{\(beam), \"lattice\": {\"elements\": {\"b\": {\"kind\": \"Bend\", \"length\": 1}}, \"lines\": {\"l\": [\"b\"]}}}",
      ["angle", "radius", "field"]
    ),
    (
      "a name in the place of a number",
      "{\(beam), \"lattice\": {\"elements\": {\"d\": {\"kind\": \"Drift\", \"length\": \"long\"}}, \"lines\": {\"l\": [\"d\"]}}}",
      ["run.json:3:", "Drift \"d\", \"length\": there is no constant \"long\""]
    ),
  ]

  @Test(arguments: mistakes)
  func eachMistakeIsNamedWithItsPlace(
    _ name: String, _ text: String, _ expected: [String]
  ) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      text.replacingOccurrences(of: ", \"lattice\"", with: ",\n \"lattice\""), to: "run.json")
    for command in ["track", "check"] {
      let result = try Tool.run([command, "run.json"], in: folder.url)
      #expect(result.status == 2, "\(name)")
      for part in expected {
        #expect(result.errors.contains(part), "\(name): \(result.errors)")
      }
      #expect(result.output == "")
      #expect(try folder.contents == ["run.json"])
    }
  }

  @Test func severalMistakesAreAllReported() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {
        "beam": {"species": "electorn", "kinetic_energy": -1, "particles": 0,
                 "distribution": {"kind": "gaussian"}},
        "lattice": {"elements": {"d": {"kind": "Drfit"}, "q": {"kind": "Quadrupole", "lenght": 1}},
                    "lines": {"l": ["d", "x"]}},
        "output": {"moments": "often"}
      }
      """, to: "run.json")
    let result = try Tool.run(["check", "run.json"], in: folder.url)
    #expect(result.status == 2)
    for part in [
      "electorn", "kinetic_energy", "particles", "twiss", "Drfit", "lenght", "\"x\"", "often",
    ] {
      #expect(result.errors.contains(part), "\(part) in \(result.errors)")
    }
    for line in result.errors.split(separator: "\n") {
      #expect(line.hasPrefix("run.json:"), "\(line)")
    }
  }

  @Test func deepNestingAndInvalidBytesAreRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "[", count: 1_000_000), to: "deep.json")
    let deep = try Tool.run(["check", "deep.json"], in: folder.url)
    #expect(deep.status == 2)
    #expect(deep.errors.contains("deep.json:1:257"))
    let file = folder.url.appendingPathComponent("bytes.json")
    try Data([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x7D]).write(to: file)
    let invalid = try Tool.run(["check", "bytes.json"], in: folder.url)
    #expect(invalid.status == 2)
    #expect(invalid.errors.contains("UTF-8"))
  }

  @Test func wordsOnTheCommandLineAreInputToo() throws {
    for arguments in [
      [], ["track"], ["nothing.json"], ["track", "nothing.json"], ["fly", "a", "b"],
      ["track", "x.json", "--threads", "0"], ["track", "x.json", "--precision", "half"],
      ["elements", "Quadrupol"],
    ] {
      let result = try Tool.run(arguments)
      #expect(result.status == 2, "\(arguments)")
      #expect(!result.errors.isEmpty)
    }
  }
}

@Suite("The catalog on the command line")
struct CatalogTests {
  @Test func everyKindHasAPage() throws {
    let list = try Tool.run(["elements"])
    #expect(list.status == 0)
    for line in list.output.split(separator: "\n") {
      let kind = String(line.prefix { $0 != " " })
      let page = try Tool.run(["elements", kind])
      #expect(page.status == 0)
      // A patch is no body that could be displaced, or have an aperture.
      #expect(page.output.contains("aperture") || kind == "Patch")
    }
  }

  @Test func theCatalogIsJSONForPrograms() throws {
    let result = try Tool.run(["elements", "--json"])
    let pages = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
    let quadrupole = pages?.first { $0["kind"] as? String == "Quadrupole" }
    #expect(quadrupole?["models"] as? [String] == ["linear", "chromatic", "exact"])
    let parameters = quadrupole?["parameters"] as? [[String: Any]]
    #expect(
      parameters?.map { $0["name"] as? String ?? "" }.prefix(3) == ["length", "k1", "gradient"])
    #expect(try Tool.run(["elements", "--distributions"]).output.contains("gaussian"))
  }

  @Test func helpAndVersionAndCompletionAreThere() throws {
    let help = try Tool.run(["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("beamtrack lattice.json"))
    #expect(try Tool.run(["--version"]).output.contains("beamtrack"))
    #expect(try Tool.run(["--generate-completion-script", "bash"]).output.contains("_beamtrack"))
  }
}
