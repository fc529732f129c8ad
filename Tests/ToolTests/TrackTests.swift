import Foundation
import Support
import Testing

/// A small run: a lens between drifts, with an aperture that loses particles, and a monitor.
private func smallRun(
  particles: Int = 3000, tracking: String = "", output: String = "", seed: Int = 5
) -> String {
  """
  {
    "beam": {
      "species": "electron", "kinetic_energy": 99.489, "charge": 25e-12,
      "particles": \(particles), "seed": \(seed),
      "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "px": 1e-4, "y": 1e-3, "t": 1e-3, "pt": 1e-2}},
    },
    "lattice": {
      "elements": {
        "d": {"kind": "Drift", "model": "exact", "length": 0.4},
        "q": {"kind": "Quadrupole", "length": 0.2, "k1": 3, "slices": 2, "dx": 1e-4, "tilt": 0.01,
              "aperture": {"x": 2e-3, "y": 2e-3}},
        "b": {"kind": "Bend", "length": 0.3, "angle": 0.1, "model": "exact"},
        "screen": {"kind": "Monitor"},
      },
      "lines": {"cell": ["d", "q", "d"], "all": ["cell", "b", "screen", {"reverse": "cell"}]},
      "use": "all",
    },
    "tracking": {"method": "particles"\(tracking)},
    "output": {"directory": "out"\(output)},
  }
  """
}

private func bytes(_ folder: TemporaryFolder, _ name: String) throws -> Data {
  try Data(contentsOf: folder.url.appendingPathComponent(name))
}

@Suite("Tracking with the tool")
struct TrackTests {
  @Test func aRunLeavesTheFilesOfTheDocumentation() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(output: ", \"covariance\": true"), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("sigma_x"))
    #expect(result.errors == "")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/out")
    #expect(
      files.sorted() == [
        "covariance.csv", "losses.csv", "lost.csv", "moments.csv", "monitor-screen.csv",
        "particles.csv",
        "reference.csv", "run.json",
      ])
    let moments = try ResultTable(folder.url.path + "/out/moments.csv")
    let promised = [
      "s,element,kinetic_energy,mean_x,mean_px,mean_y,mean_py,mean_t,mean_pt",
      "sigma_x,sigma_px,sigma_y,sigma_py,sigma_t,sigma_pt",
      "min_x,max_x,min_px,max_px,min_y,max_y,min_py,max_py,min_t,max_t,min_pt,max_pt",
      "emittance_x,emittance_y,emittance_t",
      "normalized_emittance_x,normalized_emittance_y,normalized_emittance_t",
      "eigenemittance_1,eigenemittance_2,eigenemittance_3",
      "beta_x,alpha_x,beta_y,alpha_y,beta_t,alpha_t",
      "dispersion_x,dispersion_px,dispersion_y,dispersion_py,particles,charge",
    ].joined(separator: ",")
    #expect(moments.columns.joined(separator: ",") == promised)
    #expect(
      moments.rows.map { $0[1] } == [
        "start", "d#1", "q#1", "d#2", "b", "screen", "d#3", "q#2", "d#4",
      ])
    let reference = try ResultTable(folder.url.path + "/out/reference.csv")
    #expect(reference.columns.joined(separator: ",") == "s,element,x,y,z,t,px,py,pz,gamma")
    let particles = try ResultTable(folder.url.path + "/out/particles.csv")
    #expect(particles.columns.joined(separator: ",") == "id,x,px,y,py,t,pt,weight,alive")
    #expect(particles.rows.count == 3000)
    let lost = try ResultTable(folder.url.path + "/out/lost.csv")
    #expect(lost.columns.joined(separator: ",") == "id,s,element,turn,cause,x,px,y,py,t,pt")
    #expect(lost.rows.count == particles.rows.filter { $0[8] == "0" }.count)
    #expect(lost.rows.count > 50)
    let losses = try ResultTable(folder.url.path + "/out/losses.csv")
    #expect(
      losses.columns.joined(separator: ",")
        == "s,element,aperture,domain,energy,effect,overflow,lost,cumulative,charge,cumulative_charge"
    )
    #expect(losses.number("cumulative", row: -1) == Double(lost.rows.count))
    #expect(moments.number("particles", row: -1) == Double(3000 - lost.rows.count))
  }

  @Test func theNumberOfThreadsDoesNotChangeAByte() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(particles: 20_000), to: "run.json")
    for threads in ["1", "2", "3", "7"] {
      let result = try Tool.run(
        ["track", "run.json", "--threads", threads, "--output", threads, "--quiet"],
        in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      for file in ["moments.csv", "particles.csv", "lost.csv", "monitor-screen.csv"] {
        let same = try bytes(folder, "1/" + file) == bytes(folder, threads + "/" + file)
        #expect(same, "\(file) with \(threads) threads")
      }
    }
  }

  /// A beam that brings its own sizes, and elements that change the energy.
  private static let thermalRun = """
    {
      "beam": {
        "species": "proton", "kinetic_energy": 0.1, "charge": 1.4285714285714286e-10,
        "particles": 1000, "quiet_start": true,
        "distribution": {
          "kind": "bithermal", "k": "2 * pi", "kT": 36e-6, "kT_halo": 9e-4, "halo": 0.05,
          "mean": {"x": 1e-4}},
      },
      "lattice": {
        "elements": {
          "c": {"kind": "ConstantFocusing", "length": 0.3, "kx": 6, "ky": 6, "kt": 6, "slices": 3},
          "b": {"kind": "Buncher", "normalized_voltage": 1e-3, "wavenumber": 0.1},
          "s": {"kind": "ShortRFCavity", "voltage": 1e4, "frequency": 1e6, "phase": -0.5},
          "r": {"kind": "RFCavity", "length": 0.2, "scale": 1e-4, "frequency": 5e7,
                "cosine": [0.5, 0.3], "slices": 2},
        },
        "lines": {"all": ["c", "b", "s", "r", "c"]},
      },
      "output": {"directory": "out"},
    }
    """

  @Test(arguments: [smallRun(), Self.thermalRun])
  func aRunIsRepeatedFromItsRecord(_ run: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(run, to: "run.json")
    #expect(try Tool.run(["run.json", "-q"], in: folder.url).status == 0)
    let record = try JSONSerialization.jsonObject(with: bytes(folder, "out/run.json"))
    let input = (record as? [String: Any])?["input"] ?? [:]
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: input), as: UTF8.self)
    try folder.write(text, to: "again.json")
    let result = try Tool.run(["again.json", "-q", "-o", "again"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    for file in ["moments.csv", "particles.csv", "lost.csv"] {
      #expect(try bytes(folder, "out/" + file) == bytes(folder, "again/" + file))
    }
  }

  /// A cavity that takes all of the energy: no table, no files, and the name of the culprit.
  @Test(arguments: ["particles", "envelope", "reference"])
  func aStoppedBeamEndsTheRunWithTheElementsName(_ method: String) throws {
    let folder = try TemporaryFolder()
    let run = Self.thermalRun.replacingOccurrences(of: "1e4", with: "-1e6")
      .replacingOccurrences(
        of: "\"output\"", with: "\"tracking\": {\"method\": \"\(method)\"}, \"output\"")
    try folder.write(run, to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("s: the reference particle is stopped here"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out/moments.csv"))
  }

  @Test func aBeamFileIsReadBackToTheSameBits() throws {
    for format in ["csv", "npy"] {
      let folder = try TemporaryFolder()
      try folder.write(smallRun(output: ", \"format\": \"\(format)\""), to: "run.json")
      #expect(try Tool.run(["run.json", "-q"], in: folder.url).status == 0)
      try folder.write(
        """
        {"beam": {"species": "electron", "kinetic_energy": 99.489, "file": "out/particles.\(format)"},
         "lattice": {"elements": {"m": {"kind": "Marker"}}, "lines": {"l": ["m"]}},
         "output": {"directory": "copy", "format": "\(format)"}}
        """, to: "copy.json")
      let result = try Tool.run(["copy.json", "-q"], in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try bytes(folder, "out/particles.\(format)") == bytes(folder, "copy/particles.\(format)"))
    }
  }

  @Test func turnsAppearInTheMonitorsFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(particles: 100, tracking: ", \"turns\": 3"), to: "run.json")
    let result = try Tool.run(["run.json", "-q"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let monitor = try ResultTable(folder.url.path + "/out/monitor-screen.csv")
    #expect(monitor.columns.last == "turn")
    #expect(monitor.rows.count == 300)
    let moments = try ResultTable(folder.url.path + "/out/moments.csv")
    #expect(moments.rows.count == 1 + 3 * 8)
  }

  @Test func aMonitorThatOccursTwiceWritesTwoNumberedFiles() throws {
    let folder = try TemporaryFolder()
    let text = smallRun(particles: 50).replacingOccurrences(
      of: "\"b\", \"screen\"", with: "\"screen\", \"b\", \"screen\"")
    try folder.write(text, to: "run.json")
    #expect(try Tool.run(["run.json", "-q"], in: folder.url).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out")
    #expect(
      files.filter { $0.hasPrefix("monitor") }.sorted() == [
        "monitor-screen-1.csv", "monitor-screen-2.csv",
      ])
  }

  @Test func singlePrecisionAgreesWithDouble() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(), to: "run.json")
    for precision in ["double", "float"] {
      let result = try Tool.run(
        ["run.json", "-q", "--precision", precision, "-o", precision], in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    let double = try ResultTable(folder.url.path + "/double/moments.csv")
    let float = try ResultTable(folder.url.path + "/float/moments.csv")
    for column in ["sigma_x", "sigma_px", "sigma_y", "sigma_t"] {
      // Coordinates round to 6e-8 in each of ten maps; a particle at the aperture's edge may fall
      // on either side.
      let ratio = float.number(column, row: -1) / double.number(column, row: -1)
      #expect(abs(ratio - 1) < 1e-3, "\(column)")
    }
  }

  @Test func momentsNoneLeavesReferenceAtBothEnds() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(output: ", \"moments\": \"none\""), to: "run.json")
    #expect(try Tool.run(["run.json", "-q"], in: folder.url).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/out")
    #expect(!files.contains("moments.csv"))
    let reference = try ResultTable(folder.url.path + "/out/reference.csv")
    #expect(reference.rows.map { $0[1] } == ["start", "end"])
  }

  @Test func aLatticeAloneIsTrackedWithADefaultBeamAfterSayingSo() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}}
      """, to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0)
    #expect(result.errors.contains("default"))
  }

  @Test func quietMeansSilent() throws {
    let folder = try TemporaryFolder()
    try folder.write(smallRun(), to: "run.json")
    let result = try Tool.run(["run.json", "--quiet"], in: folder.url)
    #expect(result.output == "" && result.errors == "")
  }
}

@Suite("Runs that end early")
struct InterruptionTests {
  /// A run that takes several seconds, whose results go to `out`.
  private func longRun(_ folder: TemporaryFolder) throws {
    let text = smallRun(particles: 100_000, tracking: ", \"turns\": 100000")
    try folder.write(
      text.replacingOccurrences(of: "\"screen\", ", with: "")
        .replacingOccurrences(
          of: "\"directory\": \"out\"", with: "\"directory\": \"out\", \"moments\": \"none\""),
      to: "long.json")
  }

  @Test func interruptedWithStatus130AndNothingHalfWritten() throws {
    let folder = try TemporaryFolder()
    try longRun(folder)
    let process = try Tool.start(["long.json", "-q"], in: folder.url)
    Thread.sleep(forTimeInterval: 1.0)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    // A tile takes milliseconds; ten seconds are for a busy machine.
    for _ in 0..<100 where process.isRunning { Thread.sleep(forTimeInterval: 0.1) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/out")
    #expect(left == [])
  }

  /// Kills the tool at many moments of a run that replaces its own results; whatever is there is
  /// whole.
  @Test func killedWhileWritingItLeavesOldFilesWholeOrNewFilesWhole() throws {
    let folder = try TemporaryFolder()
    for (seed, name) in [(1, "old"), (2, "new")] {
      try folder.write(smallRun(particles: 60_000, seed: seed), to: name + ".json")
      #expect(try Tool.run([name + ".json", "-q", "-o", name], in: folder.url).status == 0)
    }
    let files = ["moments.csv", "particles.csv", "lost.csv", "monitor-screen.csv"]
    let old = try Dictionary(
      uniqueKeysWithValues: files.map { ($0, try bytes(folder, "old/" + $0)) })
    let new = try Dictionary(
      uniqueKeysWithValues: files.map { ($0, try bytes(folder, "new/" + $0)) })
    var oldSeen = 0
    var newSeen = 0
    for attempt in 0..<24 {
      try? FileManager.default.removeItem(at: folder.url.appendingPathComponent("out"))
      try FileManager.default.copyItem(
        at: folder.url.appendingPathComponent("old"), to: folder.url.appendingPathComponent("out"))
      let process = try Tool.start(["new.json", "-q", "-o", "out"], in: folder.url)
      Thread.sleep(forTimeInterval: 0.01 + 0.015 * Double(attempt))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for file in files {
        let found = try bytes(folder, "out/" + file)
        let isOld = found == old[file]
        let isNew = found == new[file]
        #expect(isOld || isNew, "\(file), killed at moment \(attempt)")
        oldSeen += isOld ? 1 : 0
        newSeen += isNew ? 1 : 0
      }
    }
    // The moments reach from before the first file to the middle of the writing or beyond.
    #expect(oldSeen > 0)
    #expect(oldSeen + newSeen == 24 * files.count)
  }
}
