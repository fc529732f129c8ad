import Foundation
import Support
import Testing

/// A scan of a line with errors, apertures, and elements whose steps are chosen.
private struct ScanFile {
  var strength = "3"
  var constant = "2.5"
  var energy = "99.5"
  var seed = "1"
  var errorSeed = "7"
  var errorSize = "1e-4"
  var tracking = "{}"
  var particles = 300
  var scan: String?

  var text: String {
    """
    {
      "beam": {
        "species": "electron", "kinetic_energy": \(energy), "charge": 25e-12,
        "particles": \(particles), "seed": \(seed),
        "distribution": {"kind": "gaussian", "twiss": {
          "beta_x": 2, "alpha_x": 0.3, "emittance_x": 7.7e-7, "beta_y": 3, "emittance_y": 5e-7, "beta_t": 1,
          "emittance_t": 1e-7}},
      },
      "constants": {"kq": \(constant)},
      "lattice": {
        "elements": {
          "d": {"kind": "Drift", "length": 0.5},
          "q1": {"kind": "Quadrupole", "length": 0.2, "k1": "-kq", "model": "exact"},
          "q2": {"kind": "Quadrupole", "length": 0.2, "k1": \(strength), "model": "chromatic"},
          "b": {"kind": "Bend", "length": 0.4, "angle": 0.05, "k1": 0.3, "model": "exact"},
          "s": {"kind": "Sextupole", "length": 0.1, "k2": 40},
          "hole": {"kind": "Aperture", "x": 4e-3, "y": 4e-3},
        },
        "lines": {"l": ["d", "q1", "d", "q2", "b", "s", "hole", "d", "q1", "d", "q2", "d"]},
      },
      "errors": [{"name": "offsets", "elements": "q*", "parameter": "dx", "gaussian": \(errorSize), "seed": \(errorSeed)}],
      "tracking": \(tracking),
      "variables": [{"name": "q2.k1", "min": -20, "max": 20}, "constants.kq"],
      "objective": {"terms": [{"at": "end", "quantity": "sigma_x"}, {"at": "q2#1", "quantity": "sigma_y", "weight": 2}]},
      \(scan.map { "\"scan\": \($0)," } ?? "")
    }
    """
  }
}

extension ResultTable {
  /// The fields of a row by column.
  fileprivate func fields(_ row: Int) -> [String: String] {
    Dictionary(uniqueKeysWithValues: zip(columns, rows[row]))
  }
}

@Suite("Scans with the tool")
struct ScanToolTests {
  /// Runs the tool and expects success.
  private func run(_ arguments: [String]) throws -> Tool.Result {
    let result = try Tool.run(arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
    return result
  }

  /// The last row of `moments.csv` of a run without a scan.
  private func single(_ file: ScanFile) throws -> [String: String] {
    let folder = try TemporaryFolder()
    try folder.write(file.text, to: "run.json")
    _ = try run(["track", folder.file("run.json"), "--output", folder.file("out"), "--quiet"])
    let table = try ResultTable(folder.file("out/moments.csv"))
    return table.fields(table.rows.count - 1)
  }

  private func scan(_ file: ScanFile, _ options: [String] = []) throws -> ResultTable {
    let folder = try TemporaryFolder()
    try folder.write(file.text, to: "run.json")
    _ = try run(
      ["scan", folder.file("run.json"), "--output", folder.file("out"), "--quiet"] + options)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(files.sorted() == ["run.json", "scan.csv", "scan.npz"])
    return try ResultTable(folder.file("out/scan.csv"))
  }

  private func expectEqual(_ row: [String: String], _ own: [String: String]) {
    #expect(row["status"] == "ok")
    for (column, text) in own where !["s", "element", "turn"].contains(column) {
      #expect(row[column] == text, "\(column)")
    }
  }

  @Test(arguments: [
    "{}", #"{"precision": "float", "slices": 2}"#, #"{"turns": 3}"#, #"{"method": "envelope"}"#,
  ])
  func rowsAreSingleRuns(_ tracking: String) throws {
    var file = ScanFile(tracking: tracking)
    file.scan = #"{"q2.k1": {"from": 2, "to": 4, "steps": 3}, "constants.kq": [1.5, 2.5]}"#
    let table = try scan(file)
    #expect(Array(table.columns.prefix(4)) == ["number", "status", "q2.k1", "constants.kq"])
    #expect(table.rows.map { Array($0[2...3]) }.count == 6)
    for (row, (strength, constant)) in [("2.0", "1.5"), ("3.0", "2.5"), ("4.0", "1.5")]
      .enumerated()
    {
      let place = [0, 3, 4][row]
      let fields = table.fields(place)
      #expect(fields["number"] == "\(place)")
      #expect(fields["q2.k1"] == strength && fields["constants.kq"] == constant)
      var own = ScanFile(tracking: tracking)
      (own.strength, own.constant) = (strength, constant)
      try expectEqual(fields, single(own))
    }
  }

  @Test func seedsEnergiesAndErrorsAreScanned() throws {
    var file = ScanFile()
    file.scan = """
      {"kind": "list", "variables": {
        "beam.seed": [1, 5], "errors.offsets.seed": {"values": [7, 8]}, "beam.kinetic_energy": [90, 110],
        "errors.offsets.gaussian": [2e-4, 0]}}
      """
    let table = try scan(file)
    #expect(table.rows.count == 2)
    var own = ScanFile()
    (own.seed, own.errorSeed, own.energy, own.errorSize) = ("1", "7", "90", "2e-4")
    try expectEqual(table.fields(0), single(own))
    (own.seed, own.errorSeed, own.energy, own.errorSize) = ("5", "8", "110", "0")
    try expectEqual(table.fields(1), single(own))
    #expect(table.number("mean_x", row: 0) != table.number("mean_x", row: 1))

    // One number for the seeds of all families: each gets its own plus a thousand times this.
    file.scan = #"{"errors.seed": [0, 2]}"#
    let machines = try scan(file)
    try expectEqual(machines.fields(0), single(ScanFile()))
    try expectEqual(machines.fields(1), single(ScanFile(errorSeed: "2007")))
  }

  @Test func gradientsAreThoseOfSingleRuns() throws {
    var file = ScanFile()
    file.scan = """
      {"kind": "grid", "variables": {"q2.k1": [2, 4], "beam.kinetic_energy": [99.5, 105]}, "gradient": true}
      """
    let table = try scan(file)
    for (row, (strength, energy)) in [("2", "99.5"), ("2", "105"), ("4", "99.5"), ("4", "105")]
      .enumerated()
    {
      let folder = try TemporaryFolder()
      try folder.write(ScanFile(strength: strength, energy: energy).text, to: "run.json")
      _ = try run(["gradient", folder.file("run.json"), "--output", folder.path, "--quiet"])
      // To the last digit.
      let text = try folder.text("gradient.json")
      func expect(_ name: String, _ column: String) {
        #expect(text.contains("\"\(name)\": \(table.text(column, row: row))"), "\(text)")
      }
      expect("objective", "objective")
      for name in ["q2.k1", "constants.kq"] { expect(name, "gradient_" + name) }
    }
    // The same by the command line.
    var plain = ScanFile()
    plain.scan = #"{"q2.k1": [2, 4], "beam.kinetic_energy": [99.5, 105]}"#
    #expect(try scan(plain, ["--gradient"]).rows == table.rows)
    let values = try scan(plain, ["--objective"])
    #expect(values.columns.last == "objective")
    let places = (0..<4).map { values.number("objective", row: $0) }
    #expect(places == (0..<4).map { table.number("objective", row: $0) })
  }

  /// The others go on.
  @Test func aSettingThatFailsIsARowThatSaysWhy() throws {
    var file = ScanFile()
    file.scan =
      #"{"kind": "list", "variables": {"beam.beta_x": [2, -1, 2e9], "beam.alpha_x": [0.3, 0, 0]}}"#
    let folder = try TemporaryFolder()
    try folder.write(file.text, to: "run.json")
    let result = try run(["scan", folder.file("run.json"), "--output", folder.file("out")])
    #expect(result.output.contains("3 settings, 2 of them failed"))
    let table = try ResultTable(folder.file("out/scan.csv"))
    #expect(table.text("status", row: 0) == "ok")
    let text = try folder.text("out/scan.csv").split(separator: "\n")
    #expect(text.count == 4)
    #expect(text[2].contains("beta_x") && text[2].contains("-1"))
    #expect(text[3].hasPrefix("2,all particles are lost,"))
    // The tool says why, too.
    #expect(result.output.contains("setting 2: all particles are lost"))
  }

  /// Killed at random times, and with other numbers of threads: the same table to the byte.
  @Test func aKilledScanGoesOn() throws {
    let folder = try TemporaryFolder()
    var file = ScanFile(particles: 2000)
    file.scan = """
      {"kind": "latin", "variables": {"q2.k1": {"from": 2, "to": 4}, "beam.seed": {"from": 1, "to": 100}},
       "count": 200, "seed": 3, "objective": true}
      """
    try folder.write(file.text, to: "run.json")
    func arguments(_ out: String, _ threads: Int) -> [String] {
      [
        "scan", folder.file("run.json"), "--output", folder.file(out), "--quiet", "--threads",
        "\(threads)",
      ]
    }
    _ = try run(arguments("whole", 2))
    let (table, archive) = ("scan.csv", "scan.npz")
    func bytes(_ out: String, _ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: folder.file("\(out)/\(name)")))
    }
    var generator = SeededGenerator(seed: 5)
    var kills = 0
    for attempt in 0..<40 where kills < 5 {
      let process = try Tool.start(arguments("killed", attempt % 3 + 1))
      usleep(UInt32.random(in: 20_000...300_000, using: &generator))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // No table until it is whole.
        #expect(!FileManager.default.fileExists(atPath: folder.file("killed/" + table)))
        kills += 1
      } else {
        break
      }
    }
    #expect(kills > 0)
    _ = try run(arguments("killed", 1))
    #expect(try bytes("killed", table) == bytes("whole", table))
    #expect(try bytes("killed", archive) == bytes("whole", archive))
    #expect(!FileManager.default.fileExists(atPath: folder.file("killed/scan.part")))

    // What another scan left does not count.
    try FileManager.default.createDirectory(
      atPath: folder.file("other"), withIntermediateDirectories: true)
    try folder.write("scan 123\n0,ok,1\n1,o", to: "other/scan.part")
    _ = try run(arguments("other", 1))
    #expect(try bytes("other", table) == bytes("whole", table))
  }

  @Test(arguments: [
    ("{}", "varies nothing"),
    (#"{"q2.kk": [1]}"#, "Quadrupole has no parameter \"kk\""),
    (#"{"q2.k1": {"from": 1, "to": 2}}"#, "\"steps\""),
    (#"{"q2.k1": {"values": []}}"#, "has no values"),
    (#"{"q2.k1": {"from": 1, "to": 2, "steps": 2, "step": 1}}"#, "no key \"step\""),
    (#"{"beam.seed": [1.5]}"#, "whole number"),
    (#"{"errors.offset.seed": [1]}"#, "did you mean \"offsets\"?"),
    (#"{"errors.offsets.uniform": [1]}"#, "\"gaussian\""),
    (#"{"kind": "list", "variables": {"q2.k1": [1, 2], "beam.seed": [1]}}"#, "as many values"),
    (#"{"kind": "random", "variables": {"q2.k1": {"from": 1, "to": 2}}}"#, "\"count\""),
    (#"{"kind": "gird", "variables": {"q2.k1": [1]}}"#, "did you mean \"grid\"?"),
    (#"{"kind": "grid", "variables": {"q2.k1": [1]}, "count": 3}"#, "belongs to a scan of points"),
    (
      #"{"q2.k1": {"from": 1, "to": 2, "steps": 9999}, "q1.dx": {"from": 1, "to": 2, "steps": 9999}}"#,
      "settings; at most"
    ),
  ])
  func mistakesAreTold(_ scan: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    var file = ScanFile()
    file.scan = scan
    try folder.write(file.text, to: "run.json")
    let result = try Tool.run(["scan", folder.file("run.json"), "--output", folder.path])
    #expect(result.status == 2, "\(scan)")
    #expect(try folder.contents == ["run.json"])
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func aFileWithoutAScanIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(ScanFile().text, to: "run.json")
    let result = try Tool.run(["scan", folder.file("run.json")])
    #expect(result.status == 2 && result.errors.contains("has no \"scan\""))
  }

  /// The record of a scan is a run file that repeats it.
  @Test func theRecordRepeatsTheScan() throws {
    let folder = try TemporaryFolder()
    var file = ScanFile()
    file.scan = """
      {"kind": "sobol", "variables": {"q2.k1": {"from": 2, "to": 4}, "errors.seed": {"from": 0, "to": 9}},
       "count": 5, "seed": 3}
      """
    try folder.write(file.text, to: "run.json")
    _ = try run(["scan", folder.file("run.json"), "--output", folder.file("a"), "--quiet"])
    // The text itself: Foundation's reader changes last digits.
    let record = try folder.text("a/run.json")
    let start = try #require(record.range(of: "\"input\": ")).upperBound
    var depth = 0
    let input = record[start...].prefix { character in
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      return depth > 0 || character == "}"
    }
    try folder.write(String(input), to: "again.json")
    _ = try run(["scan", folder.file("again.json"), "--output", folder.file("b"), "--quiet"])
    #expect(try folder.text("a/scan.csv") == folder.text("b/scan.csv"))
  }
}
