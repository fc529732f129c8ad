import Foundation
import Support
import Testing

/// Files and results have the same bytes from any number of processes and threads.
///
/// `Benchmarks/check-same-bits` compares more cases, and all twelve from 1 to 4 processes of 1 to 3 threads.
@Suite(
  "The same bits from processes",
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct SameBitsTests {
  /// Losses, a monitor, space charge on a mesh, and a design.
  private static func run(particles: Int, turns: Int = 1) -> String {
    """
    {
      "beam": {
        "species": "electron", "kinetic_energy": 5, "charge": 1e-10, "particles": \(particles), "seed": 3,
        "distribution": {
          "kind": "gaussian",
          "sigma": {"x": 1e-3, "px": 1e-3, "y": 1e-3, "py": 1e-3, "t": 1e-3, "pt": 1e-3}
        }
      },
      "lattice": {
        "elements": {
          "d": {"kind": "Drift", "length": 0.2},
          "q1": {"kind": "Quadrupole", "length": 0.1, "k1": 12},
          "q2": {"kind": "Quadrupole", "length": 0.1, "k1": -12},
          "stop": {"kind": "Aperture", "x": 2e-3, "y": 2e-3},
          "m": {"kind": "Monitor"}
        },
        "lines": {"line": ["d", "q1", "d", "stop", "m", "q2", "d"]}
      },
      "tracking": {"turns": \(turns), "space_charge": {"model": "3D", "cells": [12, 12, 20], "shape": "cubic"}},
      "variables": ["q1.k1", "beam.sigma_x"],
      "objective": {"terms": [{"at": "end", "quantity": "sigma_x", "weight": 1e6}]},
      "optimizer": {"method": "newton-cg", "max_evaluations": 4}
    }
    """
  }

  private static let model = """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "channels": {"phikk": {
        "final_state": ["K+", "K-", "K+", "K-"],
        "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": 1.02, "width": 0.004},
        "windows": {"1 2": [1.01, 1.03]},
        "data": {"toy": 600, "seed": 1}, "integration": {"phase_space": 3000, "seed": 2},
        "resonances": {
          "f0_1710": {"spin": 0, "lineshape": "breit-wigner", "mass": {"value": 1.7}, "width": {"value": 0.15},
            "couplings": {"0 1": {"re": 1, "im": 0}}}}}}
    }
    """

  /// The files of a folder; records without times and without what names processes, threads and hosts.
  private static func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for name in names {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      if isFolder.boolValue { continue }
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      if name.hasSuffix(".json") {
        let own = ["seconds", "processes", "threads", "hosts"]
        var isInside = false
        data = Data(
          String(decoding: data, as: UTF8.self).split(separator: "\n").filter { line in
            // Times stand in lines of their own, or in an object of lines.
            if line.contains("\"seconds\": {") { isInside = true }
            defer { if isInside, line.contains("}") { isInside = false } }
            return !isInside && !own.contains { line.contains($0 + "\":") }
          }.joined(separator: "\n").utf8)
      }
      files[name] = data
    }
    return files
  }

  private static let cases: [(program: String, words: [String])] = [
    ("beamtrack", ["track", "run.json"]), ("beamtrack", ["gradient", "run.json"]),
    ("beamtrack", ["optimize", "run.json"]), ("pwafit", ["fit", "model.json", "--starts", "1"]),
  ]

  @Test(arguments: cases.indices)
  func filesAreTheSame(number: Int) throws {
    let (program, words) = Self.cases[number]
    let folder = try TemporaryFolder()
    try folder.write(Self.run(particles: 3000), to: "run.json")
    try folder.write(Self.model, to: "model.json")
    func results(_ processes: Int, _ threads: Int) throws -> [String: Data] {
      let name = "out-\(processes)-\(threads)"
      let words = words + ["--output", name, "--threads", "\(threads)"]
      let result =
        processes == 1
        ? try Tool.run(words, in: folder.url, program: program)
        : try ParallelRun.run(processes, words, in: folder.url, program: program, limit: 120)
      #expect(result.status == 0, "\(result.errors)")
      return try Self.files(folder.file(name))
    }
    let expected = try results(1, 1)
    #expect(!expected.isEmpty)
    for (processes, threads) in [(1, 3), (2, 2), (3, 1), (4, 1)] {
      let found = try results(processes, threads)
      #expect(found.keys.sorted() == expected.keys.sorted())
      let different = expected.keys.filter { found[$0] != expected[$0] }
      #expect(different.isEmpty, "\(processes) processes of \(threads) threads")
    }
  }

  /// One of three processes is killed while they track, or kick: the others end, and old files stay.
  @Test func aKilledProcessEndsTheOthers() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.run(particles: 20_000, turns: 3000), to: "run.json")
    try FileManager.default.createDirectory(
      atPath: folder.file("out"), withIntermediateDirectories: true)
    try folder.write("an older run", to: "out/moments.csv")
    let run = try ParallelRun(
      3, ["track", "run.json", "--output", "out", "--threads", "1", "--quiet"], in: folder.url)
    usleep(1_500_000)
    try expectEnd(of: run, killing: 1)
    #expect(try folder.text("out/moments.csv") == "an older run")
  }

  /// The process that writes, or one that sends it its particles, is killed while `particles.csv` grows: the others end,
  /// and the old file stays.
  @Test(arguments: [0, 2]) func aKilledProcessLeavesOldFilesWhole(rank: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.run(particles: 600_000), to: "run.json")
    try FileManager.default.createDirectory(
      atPath: folder.file("out"), withIntermediateDirectories: true)
    try folder.write("an older run", to: "out/particles.csv")
    let run = try ParallelRun(
      3, ["track", "run.json", "--output", "out", "--threads", "1", "--quiet"], in: folder.url)
    // A new file has another name until it is whole.
    func isWriting() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
        .contains { $0.contains("particles.csv") && $0 != "particles.csv" }
    }
    var milliseconds = 0
    while milliseconds < 30_000, try !isWriting() {
      usleep(1000)
      milliseconds += 1
    }
    try expectEnd(of: run, killing: rank)
    #expect(try folder.text("out/particles.csv") == "an older run")
  }

  /// Kills one of three processes and expects that the others end within ten seconds.
  private func expectEnd(of run: ParallelRun, killing rank: Int) throws {
    let processes = run.toolProcesses
    try #require(processes.count == 3, "the run has ended before anything was killed")
    kill(processes[rank], SIGKILL)
    let result = try run.wait(limit: 10)
    #expect(result.status != 0)
    // They may take a moment to end, and nobody may ask for their status.
    func hasEnded(_ process: pid_t) -> Bool {
      guard
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      else { return true }
      return text.drop { $0 != ")" }.dropFirst(2).first == "Z"
    }
    for _ in 0..<200 where !processes.allSatisfy(hasEnded) { usleep(50_000) }
    #expect(processes.allSatisfy(hasEnded))
  }
}
