import Foundation
import Support
import Testing

/// Examples of rings for many turns.
@Suite struct RingExamplesTests {
  private func text(_ example: String) throws -> String {
    try String(
      contentsOf: Tool.package.appendingPathComponent("Examples/\(example)/\(example).json"),
      encoding: .utf8)
  }

  private func run(_ arguments: [String]) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
  }

  @Test func aRingInPiecesOscillatesAsInOneGo() throws {
    let folder = try TemporaryFolder()
    try folder.write(text("ring"), to: "whole.json")
    var first = try text("ring")
    first.change("\"turns\": 400", to: "\"turns\": 150")
    try folder.write(first, to: "first.json")
    try run(["track", folder.file("whole.json"), "--output", folder.file("whole"), "--quiet"])
    try run([
      "track", folder.file("first.json"), "--output", folder.file("pieces"), "--quiet",
      "--checkpoint-every", "100",
    ])
    try run([
      "track", folder.file("whole.json"), "--output", folder.file("pieces"), "--quiet",
      "--checkpoint-every", "100", "--restart", folder.file("pieces/checkpoint.npz"),
    ])
    for name in ["moments.csv", "reference.csv", "particles.csv", "lost.csv"] {
      #expect(try folder.text("pieces/" + name) == folder.text("whole/" + name), "\(name)")
    }

    // Behind the last element of each turn.
    let table = try ResultTable(folder.file("whole/moments.csv"))
    let turns = table.numbers("turn")
    let ends = turns.indices.filter { $0 + 1 == turns.count || turns[$0 + 1] != turns[$0] }
    #expect(ends.count == 401)
    for (column, sign) in [("mean_x", 1.0), ("mean_y", -1.0)] {
      let quadrupole = 1.2 * sign
      let cell: [PlaneMatrix] = [
        .quadrupole(0.3, quadrupole), .drift(0.8), .quadrupole(0.3, -quadrupole), .drift(0.8),
      ]
      let turn = PlaneMatrix((0..<8).flatMap { _ in cell })
      let trace = turn[1, 1] + turn[2, 2]
      #expect(abs(trace) < 2)
      let centroid = ends.map { table.number(column, row: $0) }
      let largest = centroid.map(\.magnitude).max() ?? 0
      #expect(largest > 4e-4)
      for n in 1..<400 {
        #expect(abs(centroid[n + 1] + centroid[n - 1] - trace * centroid[n]) < 1e-12 * largest)
      }
    }
  }

  @Test func theEnergyFollowsTheRamp() throws {
    let run = try ExampleRun("ramp")
    let table = try run.table("moments.csv")
    let cavities = table.rows.indices.filter { table.text("element", row: $0) == "cavity" }
    #expect(cavities.count == 20)
    for row in cavities {
      let turn = Int(table.number("turn", row: row))
      #expect(turn.isMultiple(of: 10))
      let gains = (1...turn).map { 0.5 * min(Double($0) / 100, 1) }
      let expected = 100 + gains.reduce(0, +)
      #expect(abs(table.number("kinetic_energy", row: row) / expected - 1) < 1e-12)
      for column in ["normalized_emittance_x", "normalized_emittance_y"] {
        #expect(
          abs(table.number(column, row: row) / table.number(column, row: 0) - 1) < 1e-9,
          "\(column), turn \(turn)")
      }
    }
    #expect(table.number("emittance_x", row: -1) < 0.8 * table.number("emittance_x", row: 0))
  }
}
