import Foundation
import Support
import Testing

/// No two results of a run share a file, and the run's record lists them all.
@Suite struct ResultFileTests {
  private func run(
    _ elements: String, line: String, tracking: String = "{}", mesh: String = "[]"
  ) -> String {
    """
    {
      "beam": {"species": "electron", "kinetic_energy": 50, "charge": 1e-9, "particles": 5,
        "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "y": 1e-3, "t": 1e-3}}},
      "lattice": {"elements": {
          "k": {"kind": "Kicker", "kick_x": 0.001}, "d": {"kind": "Drift", "length": 0.1},
          \(elements)},
        "lines": {"l": [\(line)]}, "use": "l"},
      "tracking": \(tracking), "output": {"directory": "out", "mesh": \(mesh)},
    }
    """
  }

  /// Runs, and returns what the record says of each file, which must be what is there.
  private func files(_ text: String, in folder: TemporaryFolder) throws -> [String: [String: Any]] {
    try folder.write(text, to: "run.json")
    let result = try Tool.run(["track", "run.json", "-q"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let record = try Data(contentsOf: folder.url.appendingPathComponent("out/run.json"))
    let object = try JSONSerialization.jsonObject(with: record) as? [String: Any]
    let listed = try #require(object?["files"] as? [String: [String: Any]])
    let there = try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/out")
    #expect(Set(there) == Set(listed.keys).union(["run.json"]))
    #expect(listed.values.allSatisfy { $0["what"] is String })
    return listed
  }

  /// A monitor that is passed twice and one that is called like a passage: the kicks between them
  /// tell which file is whose.
  @Test(arguments: [1, 3]) func eachPassageOfAMonitorLeavesItsFile(turns: Int) throws {
    let folder = try TemporaryFolder()
    let files = try files(
      run(
        "\"bpm\": {\"kind\": \"Monitor\"}, \"bpm-1\": {\"kind\": \"Monitor\"}",
        line: "\"bpm-1\", \"k\", \"bpm\", \"k\", \"bpm\"", tracking: "{\"turns\": \(turns)}"),
      in: folder)
    let expected = [
      ("monitor-bpm-1.csv", "bpm-1", 0.0), ("monitor-bpm-1~2.csv", "bpm#1", 1e-3),
      ("monitor-bpm-2.csv", "bpm#2", 2e-3),
    ]
    for (name, place, kick) in expected {
      #expect(files[name]?["place"] as? String == place)
      let table = try ResultTable(folder.file("out/" + name))
      #expect(table.rows.count == 5 * turns)
      #expect(table.columns.contains("turn") == (turns > 1))
      // The beam has no px of its own; kicks of earlier turns add up, and a few roundings.
      #expect(abs(table.number("px", row: 0) - kick) < 1e-15)
      #expect(abs(table.number("px", row: -1) - kick - 2e-3 * Double(turns - 1)) < 1e-15)
    }
    #expect(files.keys.filter { $0.hasPrefix("monitor") }.count == 3)
  }

  @Test func namesThatADiskTakesForOneAreKeptApart() throws {
    let folder = try TemporaryFolder()
    let names = [
      "a/b", "a_b", "Screen", "SCREEN", "moments", "../up", String(repeating: "long", count: 80),
      String(repeating: "long", count: 90), "Ångström",
    ]
    let files = try files(
      run(
        names.map { "\"\($0)\": {\"kind\": \"Monitor\"}" }.joined(separator: ", "),
        line: names.map { "\"\($0)\", \"k\"" }.joined(separator: ", ")),
      in: folder)
    let monitors = files.filter { $0.key.hasPrefix("monitor") }
    #expect(Set(monitors.keys.map { $0.lowercased() }).count == names.count)
    #expect(Set(monitors.values.map { $0["place"] as? String }) == Set(names))
    for (file, about) in monitors {
      let place = try #require(about["place"] as? String)
      let kicks = try #require(names.firstIndex(of: place))
      let px = try ResultTable(folder.file("out/" + file)).number("px", row: 0)
      // As above: a rounding for each kick.
      #expect(abs(px - 1e-3 * Double(kicks)) < 1e-15, "\(place)")
    }
  }

  /// Two slices of `q` and one kick at `q-1`.
  @Test func meshesOfSlicesAreKeptApart() throws {
    let folder = try TemporaryFolder()
    let files = try files(
      run(
        "\"q\": {\"kind\": \"Drift\", \"length\": 0.1, \"slices\": 2}, "
          + "\"q-1\": {\"kind\": \"Drift\", \"length\": 0.1}",
        line: "\"q\", \"q-1\"",
        tracking: "{\"turns\": 2, \"space_charge\": {\"model\": \"3D\", \"cells\": [8, 8, 8]}}",
        mesh: "[\"q\", \"q-1\"]"),
      in: folder)
    for (name, place, slice) in [("q-1", "q", 1), ("q-2", "q", 2), ("q-1~2", "q-1", nil)] {
      for ending in [".rho.npy", ".phi.npy", ".E.npy", ".json"] {
        let about = try #require(files["mesh-" + name + ending])
        #expect(about["place"] as? String == place)
        #expect(about["slice"] as? Int == slice)
      }
    }
    #expect(files.count == 12 + 6)
  }

  @Test func twoPlacesOfOneNameAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      run("\"d#2\": {\"kind\": \"Monitor\"}", line: "\"d\", \"d#2\", \"d\""), to: "run.json")
    let result = try Tool.run(["check", "run.json"], in: folder.url)
    #expect(result.status == 2)
    #expect(result.errors.contains("two places are called \"d#2\""), "\(result.errors)")
  }
}
