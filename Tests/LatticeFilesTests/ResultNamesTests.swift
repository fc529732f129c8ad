import Testing

@testable import LatticeFiles

/// The names of result files, without the files.
@Suite struct ResultNamesTests {
  private typealias Result = ResultNames.Result

  private func names(_ results: [Result]) -> [String] {
    var names = ResultNames(for: results)
    // Asked twice, as several turns do.
    let first = results.map { names($0) }
    #expect(results.map { names($0) } == first)
    return first
  }

  private func monitors(_ places: [String]) -> [Result] {
    places.map { Result(kind: "monitor", place: $0) }
  }

  @Test func namesThatDifferAreLeftAlone() {
    #expect(
      names([
        Result(kind: "monitor", place: "bpm"), Result(kind: "mesh", place: "bpm"),
        Result(kind: "mesh", place: "q#1", number: 2), Result(kind: "monitor", place: "Ω é"),
        Result(kind: "monitor", place: ""),
      ]) == ["monitor-bpm", "mesh-bpm", "mesh-q#1-2", "monitor-Ω é", "monitor-"])
  }

  @Test func whoComesFirstKeepsTheName() {
    let passage = Result(kind: "monitor", place: "bpm", number: 1)
    let other = Result(kind: "monitor", place: "bpm-1")
    #expect(names([passage, other]) == ["monitor-bpm-1", "monitor-bpm-1~2"])
    #expect(names([other, passage]) == ["monitor-bpm-1", "monitor-bpm-1~2"])
  }

  /// Whatever is called alike by some disk: slashes, case, composed letters, what is too long.
  @Test(arguments: [
    ["a/b", "a_b", "a\nb", "A_B"], ["Bpm", "bpm", "BPM"], ["ÄRGER", "ärger", "straße", "STRASSE"],
    [String(repeating: "n", count: 300) + "1", String(repeating: "n", count: 300) + "2"],
    [String(repeating: "é", count: 200) + "1", String(repeating: "É", count: 200)],
    ["a", "A", "a~2", "A~2", "a~2~2"], ["", "/", "_", "\0"],
  ])
  func noTwoShareOne(_ places: [String]) {
    let names = names(monitors(places))
    #expect(Set(names.map { $0.lowercased() }).count == places.count, "\(names)")
    #expect(names.allSatisfy { $0.utf8.count + ".rho.npy".utf8.count <= 255 })
    #expect(!names.contains { $0.contains("/") || $0.contains("\0") })
  }

  /// A name with `~2` of its own is not taken from who has it by right.
  @Test func anExchangedNameIsNobodysOwn() {
    #expect(
      names(monitors(["a", "A", "A~2"])) == ["monitor-a", "monitor-A~3", "monitor-A~2"])
  }
}
