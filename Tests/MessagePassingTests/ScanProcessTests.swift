import Foundation
import Support
import Testing

@Suite(
  "Scans of several processes",
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct ScanProcessTests {
  /// A short line, in settings of which some fail.
  private static func file(settings: Int, particles: Int = 20) -> String {
    """
    {
      "beam": {
        "species": "electron", "kinetic_energy": 99.5, "charge": 25e-12,
        "particles": \(particles), "seed": 1, "distribution": {"kind": "gaussian", "twiss": {
          "beta_x": 2, "alpha_x": 0.3, "emittance_x": 7.7e-7, "beta_y": 3, "emittance_y": 5e-7, "beta_t": 1,
          "emittance_t": 1e-7}},
      },
      "lattice": {
        "elements": {
          "d": {"kind": "Drift", "length": 0.5},
          "q": {"kind": "Quadrupole", "length": 0.2, "k1": 3, "model": "linear"},
        },
        "lines": {"l": ["d", "q", "d"]},
      },
      "scan": {"kind": "latin", "count": \(settings), "seed": 3, "variables": {
        "q.k1": {"from": 2, "to": 4}, "beam.beta_x": {"from": -1, "to": 9}}},
    }
    """
  }

  private func arguments(_ folder: TemporaryFolder, _ out: String) -> [String] {
    [
      "scan", folder.file("run.json"), "--output", folder.file(out), "--quiet", "--threads", "1",
    ]
  }

  private func bytes(_ folder: TemporaryFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
  }

  @Test func theTableIsThatOfOneProcess() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.file(settings: 7), to: "run.json")
    let alone = try Tool.run(arguments(folder, "alone"))
    #expect(alone.status == 0, "\(alone.errors)")
    let table = try folder.text("alone/scan.csv")
    // A tenth of the range is no beam.
    #expect(table.contains(",ok,") && table.contains("beta_x"))
    for processes in [2, 4] {
      let out = "of-\(processes)"
      let result = try ParallelRun.run(processes, arguments(folder, out))
      #expect(result.status == 0, "\(result.errors)")
      for name in ["scan.csv", "scan.npz"] {
        #expect(try bytes(folder, "\(out)/\(name)") == bytes(folder, "alone/\(name)"))
      }
      #expect(try folder.text("\(out)/run.json").contains("\"processes\": \(processes)"))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.file(out))
      #expect(files.sorted() == ["run.json", "scan.csv", "scan.npz"])
    }
  }

  /// Killed with three processes, it goes on with two, and then with one.
  @Test func aKilledScanGoesOnWithOtherProcesses() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.file(settings: 2000, particles: 5000), to: "run.json")
    #expect(try Tool.run(arguments(folder, "alone")).status == 0)
    /// The lines of results in the journals.
    func finished() -> Int {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.file("killed"))) ?? []
      let texts = names.filter { $0.hasPrefix("scan.part") }.compactMap {
        try? folder.text("killed/" + $0)
      }
      return texts.reduce(0) { $0 + $1.split(separator: "\n").dropFirst().count }
    }
    for processes in [3, 2] {
      // Each finishes some: a process that is killed while it starts is a matter of the launcher.
      let least = finished() + 20
      let run = try ParallelRun(processes, arguments(folder, "killed"))
      let end = Date(timeIntervalSinceNow: 60)
      while run.toolProcesses.count < processes, Date() < end { usleep(1000) }
      let last = try #require(run.toolProcesses.last)
      while finished() < least, Date() < end { usleep(200) }
      kill(last, SIGKILL)
      #expect(try run.wait(limit: 20).status != 0)
      // No table until it is whole, and nothing that was finished is lost.
      #expect(!FileManager.default.fileExists(atPath: folder.file("killed/scan.csv")))
      #expect(finished() >= least)
    }
    #expect(try Tool.run(arguments(folder, "killed")).status == 0)
    for name in ["scan.csv", "scan.npz"] {
      #expect(try bytes(folder, "killed/\(name)") == bytes(folder, "alone/\(name)"))
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("killed"))
    #expect(files.sorted() == ["run.json", "scan.csv", "scan.npz"])
  }
}
