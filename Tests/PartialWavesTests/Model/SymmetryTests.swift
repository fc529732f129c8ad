import Foundation
import PartialWaves
import Support
import Testing

@Suite("Symmetrised amplitudes do not tell identical particles apart") struct SymmetryTests {
  /// Intensities at 300 events of phase space, and at the same with particles exchanged.
  private func intensities(
    _ model: String, exchanging order: [Int]
  ) throws -> (before: [Double], after: [Double]) {
    let text = model.replacing("\"toy\"", with: "\"phase_space\"")
    let events = try SmallModel.read(text).load(workers: .one).channels[0].data
    let exchanged = EventTable(
      count: events.count, particleCount: events.particleCount,
      components: order.flatMap { particle in
        (0..<4).flatMap { component in
          (0..<events.count).map { events[particle, component, $0] }
        }
      })
    let results = try [events, exchanged].map { table -> [Double] in
      let pattern = /{"phase_space": [0-9]+, "seed": 1}/
      let folder = try ModelFolder(text.replacing(pattern, with: "\"data.npy\""))
      try table.write(to: folder.files.file("data.npy"))
      let model = try folder.load()
      let channel = model.channels[0].channel
      return try channel.intensities(
        of: channel.data, model.file.parameters.values(at: model.file.parameters.start))
    }
    return (results[0], results[1])
  }

  private func largestDifference(_ before: [Double], _ after: [Double]) -> Double {
    // Relative to the mean: where amplitudes cancel, their roundings stay.
    let mean = before.reduce(0, +) / Double(before.count)
    return zip(before, after).map { abs($0 - $1) / mean }.max() ?? .infinity
  }

  @Test func isobarsWithTwoPionsAlike() throws {
    let text = SmallModel.isobars(
      finalState: #"["K-", "pi+", "pi+"]"#, parent: "D+", more: "\"symmetrize\": true,")
    let (before, after) = try intensities(text, exchanging: [0, 2, 1])
    // A hundred roundings, times a lineshape's slope near its pole.
    #expect(largestDifference(before, after) < 1e-11)
    let plain = try intensities(
      text.replacing("\"symmetrize\": true,", with: ""), exchanging: [0, 2, 1])
    #expect(largestDifference(plain.before, plain.after) > 0.1)
  }

  @Test(arguments: [[2, 1, 0, 3], [0, 3, 2, 1], [2, 3, 0, 1]])
  func cascadesWithFourKaons(_ order: [Int]) throws {
    let text = SmallModel.text([SmallModel.channel(more: "\"symmetrize\": true,")])
      // Without the window, which tells kaons apart.
      .replacing("\"windows\": {\"1 2\": [1.0, 1.04]},", with: "")
    let (before, after) = try intensities(text, exchanging: order)
    // The φ is 4 MeV wide: its lineshape changes by 1 when a mass changes by 4e-3, and squared masses
    // are rounded to 1e-15.
    #expect(largestDifference(before, after) < 1e-10)
  }

  @Test func aFreePhiIsSymmetricToo() throws {
    let text = SmallModel.text([
      SmallModel.channel(
        spectator: #""mass": {"value": 1.02}, "width": 0.004"#, more: "\"symmetrize\": true,")
    ]).replacing("\"windows\": {\"1 2\": [1.0, 1.04]},", with: "")
    let (before, after) = try intensities(text, exchanging: [2, 1, 0, 3])
    #expect(largestDifference(before, after) < 1e-10)
  }
}
