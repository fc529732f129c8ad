import Foundation
import Support
import Testing

/// Rings of many turns: in pieces, killed and continued, and in every n-th turn.
@Suite struct CheckpointTests {
  /// A ring with losses, errors, monitors with noise, one of them passed twice, ramps and space charge
  /// on a mesh that grows in steps.
  private static func ring(
    turns: Int, tracking: String = "", output: String = "", k1: String = "-kq",
    spaceCharge: Bool = true, particles: Int = 300
  ) -> String {
    let charge =
      "\"space_charge\": {\"model\": \"3D\", \"cells\": [4, 4, 4], \"growth\": 1.02}, "
    return """
      {
        "beam": {"species": "electron", "kinetic_energy": 100, "charge": 1e-9,
          "particles": \(particles), "seed": 5,
          "distribution": {"kind": "gaussian",
            "sigma": {"x": 1e-3, "px": 3e-4, "y": 1e-3, "py": 1e-4, "t": 1e-3, "pt": 1e-3}}},
        "constants": {"kq": 2.0, "rise": 0.01},
        "lattice": {
          "elements": {
            "d": {"kind": "Drift", "length": 0.4, "model": "exact"},
            "q1": {"kind": "Quadrupole", "length": 0.2, "k1": "kq", "dx": 1e-5,
              "aperture": {"x": 3e-3, "y": 4e-3}},
            "q2": {"kind": "Quadrupole", "length": 0.2, "k1": "\(k1)"},
            "cav": {"kind": "ShortRFCavity", "voltage": 1e4, "frequency": 1e8},
            "bpm": {"kind": "Monitor", "noise_x": 1e-4},
            "end bpm": {"kind": "Monitor"}},
          "lines": {"ring": ["bpm", "d", "q1", "d", "q2", "cav", "bpm", "d", "q1", "d", "q2",
            "end bpm"]},
          "use": "ring"},
        "errors": [{"name": "strength", "elements": "q*", "parameter": "k1", "relative": true,
          "gaussian": 1e-3}],
        "tracking": {"turns": \(turns), \(spaceCharge ? charge : "")
          "ramps": [
            {"name": "cav.voltage", "expression": "1e4 * (1 + rise * turn)"},
            {"name": "constants.kq", "turns": [1, 20, 30], "values": [2, 2.2, 2.1]}]\(tracking)},
        "output": {"directory": "out"\(output)},
      }
      """
  }

  private func run(_ arguments: String, in folder: TemporaryFolder) throws -> Tool.Result {
    let words = arguments.split(separator: " ").map(String.init)
    return try Tool.run(["track"] + words + ["--quiet"], in: folder.url)
  }

  private func expectSuccess(_ arguments: String, in folder: TemporaryFolder) throws {
    let result = try run(arguments, in: folder)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
  }

  /// All results but the record with its seconds.
  private func results(_ directory: String, in folder: TemporaryFolder) throws -> [String: Data] {
    let url = folder.url.appendingPathComponent(directory)
    let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    let results = names.filter {
      !$0.hasPrefix(".") && !$0.hasPrefix("checkpoint") && $0 != "run.json"
    }
    return try Dictionary(
      uniqueKeysWithValues: results.map {
        ($0, try Data(contentsOf: url.appendingPathComponent($0)))
      })
  }

  private func expectSame(_ a: [String: Data], _ b: [String: Data], _ comment: String) {
    #expect(Set(a.keys) == Set(b.keys), "\(comment)")
    for (name, data) in a { #expect(data == b[name], "\(comment): \(name)") }
  }

  /// 40 turns in one go and in pieces, that end and go on where they were or in another folder: every
  /// byte, whatever is written and in which precision.
  @Test(arguments: [
    (", \"precision\": \"float\"", ", \"every_turns\": 3, \"covariance\": true"),
    ("", ", \"moments\": \"none\", \"format\": \"npy\", \"covariance\": true"),
    ("", ", \"moments\": \"slice\", \"every_turns\": 7"),
  ])
  func piecesOfARingLeaveTheFilesOfTheWhole(_ tracking: String, _ output: String) throws {
    let folder = try TemporaryFolder()
    for turns in [5, 17, 40] {
      try folder.write(
        Self.ring(turns: turns, tracking: tracking, output: output), to: "\(turns).json")
    }
    try expectSuccess("40.json -o whole --threads 1", in: folder)
    let whole = try results("whole", in: folder)
    #expect(whole["lost.csv"]?.split(separator: 10).count ?? 0 > 10)
    try expectSuccess("5.json -o pieces --checkpoint-every 100 --threads 2", in: folder)
    // The first piece is a whole run of its own.
    try expectSuccess("5.json -o short", in: folder)
    expectSame(
      try results("pieces", in: folder), try results("short", in: folder), "the first piece")
    try expectSuccess(
      "17.json -o pieces --restart pieces/checkpoint.npz --checkpoint-every 4", in: folder)
    try expectSuccess("40.json -o other --restart pieces/checkpoint.npz", in: folder)
    expectSame(try results("other", in: folder), whole, "in another folder")
    try expectSuccess("40.json -o pieces --restart pieces/checkpoint.npz --threads 3", in: folder)
    expectSame(try results("pieces", in: folder), whole, "in its own folder")
    // Of a run that is over, the results are made again.
    try expectSuccess("40.json -o again --restart other/checkpoint.npz", in: folder)
    expectSame(try results("again", in: folder), whole, "after the end")
  }

  /// Killed at any moment, the run goes on from its last checkpoint; what has its name is whole.
  @Test func aKilledRunGoesOn() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.ring(turns: 100, output: ", \"every_turns\": 5", spaceCharge: false), to: "run.json")
    try expectSuccess("run.json -o whole", in: folder)
    let whole = try results("whole", in: folder)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<5 {
      var arguments = [
        "track", "run.json", "-q", "-o", "killed", "--checkpoint-every", "3",
      ]
      let checkpoint = folder.file("killed/checkpoint.npz")
      if FileManager.default.fileExists(atPath: checkpoint) {
        arguments += ["--restart", checkpoint]
      }
      let process = try Tool.start(arguments, in: folder.url)
      Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.5, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: folder.file("killed")) else { continue }
      for (name, data) in try results("killed", in: folder) {
        #expect(data == whole[name], "\(name) has its name and is not whole")
      }
    }
    let checkpoint = folder.file("killed/checkpoint.npz")
    let isThere = FileManager.default.fileExists(atPath: checkpoint)
    try expectSuccess(
      "run.json -o killed --checkpoint-every 50" + (isThere ? " --restart " + checkpoint : ""),
      in: folder)
    expectSame(try results("killed", in: folder), whole, "after five kills")
  }

  /// A checkpoint of another run, a damaged one and one without its files are refused by name, and
  /// leave nothing behind.
  @Test func aCheckpointThatIsNotOfTheRunIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.ring(turns: 4, spaceCharge: false), to: "run.json")
    try folder.write(Self.ring(turns: 8, spaceCharge: false), to: "more.json")
    try expectSuccess("run.json --checkpoint-every 2", in: folder)
    func expectRefusal(_ file: String, _ checkpoint: String, _ reason: String) throws {
      let result = try run("\(file) -o refused --restart \(checkpoint)", in: folder)
      #expect(result.status == 2)
      #expect(
        result.errors.contains(checkpoint) && result.errors.contains(reason), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
    }
    for (part, text) in [
      ("lattice", Self.ring(turns: 8, k1: "-1.1 * kq", spaceCharge: false)),
      ("tracking", Self.ring(turns: 8)),
      ("beam", Self.ring(turns: 8, spaceCharge: false, particles: 301)),
      ("output", Self.ring(turns: 8, output: ", \"every_turns\": 2", spaceCharge: false)),
      (
        "tracking",
        Self.ring(turns: 8, tracking: ", \"precision\": \"float\"", spaceCharge: false)
      ),
    ] {
      try folder.write(text, to: "other.json")
      try expectRefusal("other.json", "out/checkpoint.npz", "of a run with another \"\(part)\"")
    }
    try folder.write(Self.ring(turns: 3, spaceCharge: false), to: "fewer.json")
    try expectRefusal("fewer.json", "out/checkpoint.npz", "that after 4 turns, and the run has 3")
    try expectRefusal("more.json", "none.npz", "No such file")
    let whole = try Data(contentsOf: folder.url.appendingPathComponent("out/checkpoint.npz"))
    try whole.prefix(whole.count - 100).write(to: folder.url.appendingPathComponent("cut.npz"))
    try expectRefusal("more.json", "cut.npz", "truncated")
    var damaged = whole
    damaged[whole.count / 4] ^= 1
    try damaged.write(to: folder.url.appendingPathComponent("out/damaged.npz"))
    try expectRefusal("more.json", "out/damaged.npz", "damaged")
    let moments = folder.url.appendingPathComponent("out/checkpoint/moments.csv")
    let rows = try Data(contentsOf: moments)
    try rows.prefix(100).write(to: moments)
    let result = try run("more.json -o refused --restart out/checkpoint.npz", in: folder)
    #expect(result.status == 2)
    #expect(result.errors.contains("expected a file of at least \(rows.count) bytes, found 100"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
  }

  @Test func onlyParticlesOfSeveralTurnsHaveCheckpoints() throws {
    let folder = try TemporaryFolder()
    let lattice = """
      "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}
      """
    for (tracking, reason) in [
      ("\"turns\": 1", "a single one"), ("\"method\": \"reference\", \"turns\": 5", "seconds"),
    ] {
      try folder.write("{\(lattice), \"tracking\": {\(tracking)}}", to: "run.json")
      let result = try run("run.json --checkpoint-every 1", in: folder)
      #expect(result.status == 2)
      #expect(result.errors.contains(reason), "\(result.errors)")
      #expect(try folder.contents == ["run.json"])
    }
    #expect(try run("run.json --checkpoint-every 0", in: folder).status == 2)
  }

  /// Rows of turns 3, 6 and 9 only, with the turn in the last column; the table of the tool shows the
  /// end of turn 10.
  @Test func everyNthTurnIsWritten() throws {
    let folder = try TemporaryFolder()
    for (name, turns, every) in [("all", 10, 1), ("third", 10, 3), ("one", 1, 1)] {
      let output = ", \"every_turns\": \(every), \"covariance\": true"
      try folder.write(
        Self.ring(turns: turns, output: output, spaceCharge: false), to: "run.json")
      let result = try Tool.run(["run.json", "-o", name], in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("24  m") == (turns == 10) || turns == 1, "\(result.output)")
    }
    for file in ["moments.csv", "covariance.csv", "reference.csv"] {
      let third = try ResultTable(folder.file("third/" + file))
      #expect(third.columns.last == "turn")
      let turns = third.rows.map { $0.last ?? "" }
      #expect(turns == ["0"] + ["3", "6", "9"].flatMap { Array(repeating: $0, count: 12) })
      #expect(
        third.columns.dropLast() == (try ResultTable(folder.file("one/" + file))).columns[...])
    }
    let monitor = try ResultTable(folder.file("third/monitor-bpm-2.csv"))
    #expect(Set(monitor.rows.map { $0.last ?? "" }) == ["3", "6", "9"])
  }
}
