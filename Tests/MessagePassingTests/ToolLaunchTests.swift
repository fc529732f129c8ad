import Foundation
import Support
import Testing

/// The tools under a launcher, and without one.
@Suite(
  "Tools and launchers",
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct ToolLaunchTests {
  private static let model = """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "channels": {"phikk": {
        "final_state": ["K+", "K-", "K+", "K-"],
        "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": 1.02, "width": 0.004},
        "windows": {"1 2": [1.01, 1.03]},
        "data": {"toy": 40, "seed": 1}, "integration": {"phase_space": 400, "seed": 2},
        "resonances": {
          "f0_1710": {"spin": 0, "lineshape": "breit-wigner", "mass": {"value": 1.7}, "width": 0.15,
            "couplings": {"0 1": {"re": 1, "im": 0}}}}}}
    }
    """

  private static let run = """
    {
      "beam": {"species": "electron", "kinetic_energy": 100, "current": 0},
      "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
      "tracking": {"method": "reference"}
    }
    """

  @Test func oneProcessPrintsTheResult() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.model, to: "model.json")
    let arguments = ["evaluate", "model.json", "--threads", "1"]
    let alone = try Tool.run(arguments, in: folder.url, program: "pwafit")
    let together = try ParallelRun.run(2, arguments, in: folder.url, program: "pwafit")
    #expect(together.status == 0 && together.output == alone.output, "\(together.errors)")
    let apart = try ParallelRun.run(
      2, arguments + ["--mpi", "off"], in: folder.url, program: "pwafit")
    // Their lines may be mixed.
    #expect(apart.status == 0 && apart.output.utf8.count == 2 * alone.output.utf8.count)
  }

  @Test(arguments: ["beamtrack", "pwafit"])
  func badInputIsToldOnce(program: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"beem\": 1}", to: "bad.json")
    for arguments in [["nothing.json"], ["bad.json"]] {
      let words = program == "pwafit" ? ["fit"] + arguments : arguments
      let alone = try Tool.run(words, in: folder.url, program: program)
      let result = try ParallelRun.run(3, words, in: folder.url, program: program)
      #expect(alone.status == 2 && result.status == 2)
      #expect(!alone.errors.isEmpty && result.errors == alone.errors)
    }
    #expect(try folder.contents == ["bad.json"])
  }

  /// The variables of an interactive job, in which the tool is started by itself.
  @Test func anAllocationAloneMeansOneProcess() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.run, to: "run.json")
    let process = Process()
    process.executableURL = Tool.executable()
    process.arguments = ["run.json", "--threads", "1", "--quiet"]
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging([
      "SLURM_JOB_ID": "7", "SLURM_NTASKS": "4", "SLURM_PROCID": "2", "SLURM_NNODES": "2",
    ]) { $1 }
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let record = try folder.text("out/run.json")
    #expect(record.contains("\"processes\": 1") && record.contains("\"hosts\": [\""))
  }

  /// What MPI needs stands in the tools and in no program of the libraries.
  @Test func onlyToolsAreLinkedToMPI() throws {
    func isLinked(_ program: String) throws -> Bool {
      try Data(contentsOf: Tool.executable(program)).range(of: Data("libmpi.so".utf8)) != nil
    }
    #expect(try isLinked("beamtrack") && isLinked("pwafit"))
    #expect(try !isLinked("calibration"))
  }
}
