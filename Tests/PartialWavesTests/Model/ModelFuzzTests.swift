import DataFiles
import Documents
import Foundation
import PartialWaves
import Support
import Testing

@Suite("The readers of models and events survive anything") struct ModelFuzzTests {
  private static let seeds = [
    SmallModel.text(),
    SmallModel.isobars(),
    SmallModel.text(
      [
        SmallModel.channel("a", more: "\"symmetrize\": true, \"weights\": \"w.npy\","),
        SmallModel.channel(
          "b",
          [
            SmallModel.scalar.replacing(
              "{\"value\": 1.7}", with: "{\"same_as\": \"f0_1710.mass@a\", \"offset\": 0.01}"),
            """
            "k": {"spin": 0, "lineshape": "k-matrix", "masses": [1, 1.5], "g1": [{"value": 0.5}, 0.2], "g2": [0.1, 0.3],
              "background": [0, 0, 0], "mass_2a": 0.5, "couplings": {"0 1": {"magnitude": 1, "phase": {"value": 0.2}}}},
            "s": {"spin": 0, "lineshape": "interpolated", "knots": [1, 2, 4], "re": [1, {"value": 2}, 3], "im": [0, 1, 0],
              "couplings": {"2 1": {"re": 1, "im": 0}}},
            "l": {"spin": 0, "lineshape": "lass", "mass": 1.4, "width": 0.3, "couplings": {"0 1": {"re": 1, "im": 0}}}
            """,
          ],
          sources: #""data": "d.npy", "integration": {"phase_space": 3000, "seed": 2}"#,
          more:
            #""background": {"data": "b.npy", "integration": "c.npy", "strength": {"value": 1}}, "fraction_constraint": {"sum": 1.1, "strength": 2}, "truth": "t.npz","#
        ),
      ],
      more:
        #", "fit": {"method": "newton", "starts": 3, "seed": 4, "spread": 0.2}, "storage": "file""#),
  ].map { Array($0.utf8) }

  private static let fragments = [
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "NaN", "1e-400", "//", "0",
    "\"same_as\"", "\"value\"", "\"f0_1710.mass\"", "@b", "\"spin\": 4", "\"pair\": [2, 3]",
    "\"lass\"", "\"k-matrix\"", "\"polynomial\"", "\"interpolated\"", "\"flatte\"", "\"L\": 9",
    "\"magnitude\"", "\"phase\"", "\"toy\"", "\"isobar\"", "\"offset\"", "\"pull\"", "\"4 3\"",
    "1e308", "1e-308", "4.9e-324", "\"pi0\"", "\"covariant-tensor\"", "é", "\u{FEFF}", "[[[[",
  ].map { Array($0.utf8) }

  private static func mutated(
    _ text: [UInt8], _ generator: inout SeededGenerator
  ) -> [UInt8] {
    guard Bool.random(using: &generator) else {
      return generator.mutated(text, alphabet: Array("{}[]\":,0123456789.-e@ aflse".utf8))
    }
    var bytes = text
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let length = min(Int.random(in: 0...12, using: &generator), bytes.count - place)
      bytes.replaceSubrange(
        place..<place + length, with: fragments.randomElement(using: &generator) ?? [])
    }
    return bytes
  }

  /// 100,000 inputs; BEAMTRACK_FUZZ asks for more.
  @Test func mutatedModelFilesAreReadOrRefused() {
    let count = FuzzCount(atLeast: 100_000, of: Self.seeds, seed: 20, changed: Self.mutated) {
      do throws(InvalidInput) {
        _ = try ModelFile.parse($0, path: "fuzz.json")
        return true
      } catch {
        #expect(!error.diagnostics.isEmpty)
        return false
      }
    }
    // Both ways are taken: some changes fall into comments, names and numbers that stay valid.
    #expect(count.read > 0)
    #expect(count.refused > count.tried / 2)
  }

  @Test func theOriginalsAreRight() throws {
    for seed in Self.seeds { _ = try ModelFile.parse(seed, path: "model.json") }
  }

  /// What is read is also evaluated: 300 models with small samples and strange values.
  @Test func whatIsReadCanBeEvaluatedOrFails() {
    var generator = SeededGenerator(seed: 21)
    let small = [SmallModel.text(), SmallModel.isobars()].map {
      Array(
        $0.replacing("3000", with: "100").replacing("2000", with: "100").replacing(
          "\"toy\"", with: "\"phase_space\""
        ).utf8)
    }
    var evaluated = 0
    var round = 0
    while evaluated < 300, round < 200_000 {
      round += 1
      guard
        let file = try? ModelFile.parse(
          Self.mutated(small[round % 2], &generator), path: "fuzz.json"), Self.isSmall(file)
      else { continue }
      if let model = try? file.load(workers: .one) {
        _ = try? model.likelihood.valueAndGradient(at: file.parameters.start)
      }
      evaluated += 1
    }
    #expect(evaluated == 300)
  }

  /// Mutations may ask for a billion events.
  private static func isSmall(_ file: ModelFile) -> Bool {
    file.channels.allSatisfy { channel in
      [channel.data, channel.integration, channel.truth].allSatisfy { source in
        switch source {
        case .phaseSpace(let events, _): events <= 2000
        case .toy: false
        default: true
        }
      }
    }
  }

  @Test func mutatedEventFilesAreReadOrRefused() throws {
    let folder = try TemporaryFolder()
    let table = try SmallModel.read(
      SmallModel.text().replacing("300", with: "3").replacing("\"toy\"", with: "\"phase_space\"")
    ).load(workers: .one).channels[0].data
    var generator = SeededGenerator(seed: 22)
    for name in ["a.csv", "a.npy"] {
      let path = folder.file(name)
      try table.write(to: path)
      let original = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      var (read, refused) = (0, 0)
      for _ in 0..<1500 {
        let bytes = generator.mutated(original, alphabet: Array("0123456789.,-e\npE_{}'()".utf8))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
          let events = try EventTable.read(path, particleCount: 4)
          #expect(events.components.allSatisfy { $0.isFinite })
          read += 1
        } catch is DataFileError {
          refused += 1
        }
      }
      #expect(read > 50 && refused > 50, "\(name): \(read) read, \(refused) refused")
    }
  }
}
