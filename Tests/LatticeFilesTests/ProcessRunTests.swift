import BeamDynamics
import Communication
import DataFiles
import Documents
import Foundation
import Support
import Testing

@testable import LatticeFiles

/// Runs of several processes leave the files of one.
@Suite struct ProcessRunTests {
  /// A ring with losses, monitors, one of them passed twice, a ramp and space charge without a mesh.
  private static func ring(
    beam: String = Self.drawn, turns: Int = 3, tracking: String = "", output: String = ""
  ) -> String {
    """
    {
      "beam": {"species": "electron", "kinetic_energy": 100, \(beam)},
      "lattice": {
        "elements": {
          "d": {"kind": "Drift", "length": 0.4, "model": "exact"},
          "q1": {"kind": "Quadrupole", "length": 0.2, "k1": 2, "dx": 1e-5,
            "aperture": {"x": 2e-3, "y": 2e-3}},
          "q2": {"kind": "Quadrupole", "length": 0.2, "k1": -2},
          "cav": {"kind": "ShortRFCavity", "voltage": 1e4, "frequency": 1e8},
          "bpm": {"kind": "Monitor", "noise_x": 1e-4}},
        "lines": {"ring": ["bpm", "d", "q1", "d", "q2", "cav", "bpm"]}, "use": "ring"},
      "errors": [{"name": "strength", "elements": "q*", "parameter": "k1", "relative": true,
        "gaussian": 1e-3}],
      "tracking": {"turns": \(turns), "space_charge": {"model": "gaussian"},
        "ramps": [{"name": "cav.voltage", "expression": "1e4 * (1 + 0.1 * turn)"}]\(tracking)},
      "output": {"directory": "out", "covariance": true\(output)}
    }
    """
  }

  private static let sigma =
    "\"sigma\": {\"x\": 1e-3, \"px\": 3e-4, \"y\": 1e-3, \"py\": 1e-4, \"t\": 1e-3, \"pt\": 1e-3}"
  private static let drawn =
    "\"charge\": 1e-9, \"particles\": 1100, \"distribution\": {\"kind\": \"gaussian\", \(sigma)}"

  /// Four processes, two of them with one thread, of which the last has no particles of three tiles.
  private static let arrangements = [(2, 1), (3, 2), (4, 1)]

  /// All files of a folder by name, but for the record of the run with its seconds.
  private static func files(_ path: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() {
      let file = URL(fileURLWithPath: path + "/" + name)
      if name == "run.json" || file.hasDirectoryPath { continue }
      files[name] = try? Data(contentsOf: file)
    }
    return files
  }

  private static func expectSame(_ found: [String: Data], _ expected: [String: Data]) {
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, data) in expected { #expect(found[name] == data, "\(name)") }
  }

  private static func track(
    _ file: RunFile, to directory: String, _ workers: Workers, checkpointTurns: Int? = nil,
    restart: String? = nil
  ) throws -> TrackingRun.Summary {
    var run = TrackingRun(file, workers: workers)
    run.directory = directory
    run.checkpointTurns = checkpointTurns
    run.restart = restart
    return try run()
  }

  /// Tracks in several arrangements of processes and threads, and compares the files with those of one.
  private static func check(
    _ file: RunFile, in folder: TemporaryFolder, checkpointTurns: Int? = nil
  ) throws -> [String: Data] {
    let alone = folder.file("alone")
    let expected = try track(file, to: alone, .one, checkpointTurns: checkpointTurns)
    for (processes, threads) in arrangements {
      let directory = folder.file("out-\(processes)")
      let summaries = try ThreadedProcesses.run(processes) {
        try track(
          file, to: directory, Workers(count: threads, communicator: $0),
          checkpointTurns: checkpointTurns)
      }
      try expectSame(files(directory), files(alone))
      #expect(summaries[0].losses == expected.losses)
      #expect(summaries[0].files == expected.files)
      for summary in summaries {
        #expect(summary.particles == expected.particles)
        #expect(summary.last.values.map(\.?.bitPattern) == expected.last.values.map(\.?.bitPattern))
      }
    }
    return try files(alone)
  }

  @Test(arguments: [
    ("", ", \"every_turns\": 2"), (", \"precision\": \"float\"", ", \"format\": \"npy\""),
  ])
  func filesAreThoseOfOneProcess(_ tracking: String, _ output: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.ring(tracking: tracking, output: output), to: "ring.json")
    let files = try Self.check(try RunFile.read(path), in: folder)
    #expect(files.keys.contains("monitor-bpm-2." + (output.contains("npy") ? "npy" : "csv")))
    let lost = try #require(files["lost.csv"])
    #expect(lost.split(separator: 0x0A).count > 10)
  }

  /// Beams of files, whose particles have weights, and some of which are lost; their charge scales the weights.
  @Test(arguments: ["csv", "npy", "npz"])
  func beamFilesAreSharedOut(_ format: String) throws {
    let folder = try TemporaryFolder()
    var bunch = Bunch<Double>(
      count: 1100, reference: ReferenceParticle(species: .electron, kineticEnergy: 100))
    for i in 0..<1100 {
      bunch[i] = PhaseSpace<Double> { 1e-3 * Double.sin(Double(7 * i + 3 * $0) + 0.01 * Double(i)) }
      bunch.setWeight(of: i, to: 1 + Double(i % 7) / 3)
      bunch.setAlive(i, to: i % 13 != 5)
    }
    if format == "npz" {
      let columns = PhaseSpace<Double>.names.enumerated().map { j, name in
        (name, NPYFile(shape: [1100], values: (0..<1100).map { bunch[$0][j] }))
      }
      try AtomicFile.write(to: folder.file("beam.npz")) { file in
        var archive = NPZWriter(file)
        for (name, array) in columns { try archive.append(array, named: name) }
        try archive.end()
      }
    } else {
      try bunch.write(to: folder.file("beam." + format))
    }
    let path = try folder.write(
      Self.ring(beam: "\"file\": \"beam.\(format)\", \"charge\": 1e-9", turns: 2), to: "ring.json")
    _ = try Self.check(try RunFile.read(path), in: folder)
  }

  /// One weight in each process, but not the same in all, is not uniform.
  @Test func weightsThatDifferBetweenProcessesAreNotUniform() throws {
    let folder = try TemporaryFolder()
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
    for (other, isUniform) in [(2.0, false), (1.0, true)] {
      let tile = Tile<Double>.capacity
      var bunch = Bunch<Double>(count: 2 * tile, reference: reference)
      for i in 0..<2 * tile { bunch.setWeight(of: i, to: i < tile ? 1 : other) }
      let path = folder.file("beam.csv")
      try bunch.write(to: path)
      let flags = try ThreadedProcesses.run(2) {
        try Bunch<Double>(
          contentsOf: path, reference: reference, workers: Workers(count: 1, communicator: $0)
        ).hasUniformWeights
      }
      #expect(flags == [isUniform, isUniform])
    }
  }

  /// Checkpoints of some processes, continued by others: logs of monitors, tables and particles.
  @Test func aRunGoesOnWithAnotherNumberOfProcesses() throws {
    let folder = try TemporaryFolder()
    func file(turns: Int) throws -> RunFile {
      try RunFile.read(try folder.write(Self.ring(turns: turns), to: "ring.json"))
    }
    let whole = try file(turns: 4)
    _ = try Self.check(whole, in: folder, checkpointTurns: 2)
    // Behind the last particle, a tile has places that nobody reads.
    func files(_ path: String) throws -> [String: Data] {
      try Self.files(path).filter { !$0.key.hasSuffix(".words") }
    }
    let alone = try files(folder.file("alone"))
    for (first, second) in [(3, 1), (1, 2), (2, 4)] {
      let directory = folder.file("pieces-\(first)-\(second)")
      let half = try file(turns: 2)
      _ = try ThreadedProcesses.run(first) {
        try Self.track(
          half, to: directory, Workers(count: 1, communicator: $0), checkpointTurns: 1)
      }
      _ = try ThreadedProcesses.run(second) {
        try Self.track(
          whole, to: directory, Workers(count: 1, communicator: $0),
          restart: directory + "/checkpoint.npz")
      }
      try Self.expectSame(files(directory), alone)
    }
  }

  @Test func gradientsAndOptimaAreThoseOfOneProcess() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      {
        "beam": {"species": "electron", "kinetic_energy": 20, \(Self.drawn)},
        "lattice": {
          "elements": {
            "d": {"kind": "Drift", "length": 0.4},
            "q": {"kind": "Quadrupole", "length": 0.2, "k1": 2}},
          "lines": {"line": ["d", "q", "d"]}, "use": "line"},
        "variables": ["q.k1", "d.length", "beam.particles[3].x", "beam.particles[1000].px"],
        "objective": {"terms": [{"at": "end", "quantity": "sigma_x", "target": 5e-4},
          {"at": "end", "quantity": "mean_x"}]},
        "optimizer": {"method": "newton-cg", "max_evaluations": 4},
        "output": {"directory": "out"}
      }
      """, to: "run.json")
    let file = try RunFile.read(path)
    @Sendable func run(_ workers: Workers, _ directory: String) throws -> [[UInt64]] {
      var gradient = GradientRun(file, workers: workers)
      gradient.directory = directory
      gradient.direction = [1, 1e-3, 1e-3, 1e-3]
      gradient.isChecked = workers.communicator.size != 3
      let slope = try gradient()
      if let check = slope.check { #expect(check.agrees) }
      var optimization = OptimizationRun(file, workers: workers)
      optimization.directory = directory
      let optimum = try optimization()
      return [
        slope.gradient + (slope.hessianVectorProduct ?? []) + [slope.objective],
        optimum.variables + [optimum.value],
      ].map { $0.map(\.bitPattern) }
    }
    let expected = try run(.one, folder.file("alone"))
    for processes in 2...3 {
      let directory = folder.file("out-\(processes)")
      let found = try ThreadedProcesses.run(processes) {
        try run(Workers(count: 1, communicator: $0), directory)
      }
      #expect(found == Array(repeating: expected, count: processes))
      for name in ["optimized-beam.csv", "history.csv", "moments.csv", "particles.csv"] {
        let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
        #expect(data == (try Data(contentsOf: URL(fileURLWithPath: folder.file("alone/" + name)))))
      }
    }
  }

  /// What one process finds wrong ends all with the same error; nothing is left that is not whole.
  @Test func mistakesEndAllProcesses() throws {
    let folder = try TemporaryFolder()
    // The mistake is in the share of the last process.
    var rows = (0..<1100).map { _ in "0,0,0,0,0,0,1" }
    rows[1050] = "0,0,0,0,0,0,-1"
    try folder.write(
      "x,px,y,py,t,pt,weight\n" + rows.joined(separator: "\n") + "\n", to: "beam.csv")
    let path = try folder.write(
      Self.ring(beam: "\"file\": \"beam.csv\", \"charge\": 1e-9"), to: "ring.json")
    let file = try RunFile.read(path)
    let out = folder.file("out")
    let messages = try ThreadedProcesses.run(3) { communicator in
      do {
        _ = try Self.track(
          file, to: out, Workers(count: 1, communicator: communicator))
        return ""
      } catch let error as DataFileError {
        return error.description
      }
    }
    for message in messages {
      #expect(message.contains("beam.csv:1052: particle 1050 has the weight -1"), "\(message)")
    }
    #expect(!FileManager.default.fileExists(atPath: out))

    // A folder that cannot be made, as a file is in its place.
    let drawn = try RunFile.read(try folder.write(Self.ring(), to: "drawn.json"))
    try folder.write("", to: "taken")
    let taken = folder.file("taken")
    let refused = try ThreadedProcesses.run(3) { communicator in
      do {
        _ = try Self.track(
          drawn, to: taken, Workers(count: 1, communicator: communicator))
        return false
      } catch is DataFileError {
        return true
      }
    }
    #expect(refused == [true, true, true])
  }

  /// Only the first process has what must be the file's place; the others do not wait for it.
  @Test func aStateThatCannotBeWrittenIsAnErrorInAll() throws {
    let folder = try TemporaryFolder()
    let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 100)
    let bunch = Bunch<Double>(count: 1100, reference: reference)
    let missing = folder.file("no/state.npz")
    let failures = try ThreadedProcesses.run(2) { communicator in
      let state = TrackingState(bunch.shared(in: communicator))
      do {
        try state.write(to: missing, communicator)
        return false
      } catch is DataFileError {
        return true
      }
    }
    #expect(failures == [true, true])
    let path = folder.file("state.npz")
    try TrackingState(bunch).write(to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    _ = try ThreadedProcesses.run(3) { communicator in
      try TrackingState(bunch.shared(in: communicator)).write(to: path, communicator)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
    let shares = try ThreadedProcesses.run(2) { communicator in
      try TrackingState<Double>(contentsOf: path, species: .proton, communicator).bunch.share
    }
    let two = 2 * Tile<Double>.capacity
    #expect(shares.map(\.numbers) == [0..<two, two..<1100])
  }
}
