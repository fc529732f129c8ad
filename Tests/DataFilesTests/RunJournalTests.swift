import DataFiles
import Foundation
import Support
import Testing

@Suite("Journals of runs")
struct RunJournalTests {
  struct Entry: Codable, Equatable, Sendable {
    var name: String
    var values: [Double]
    var reason: Int?
  }

  @Test func entriesComeBackWithTheirBits() throws {
    let folder = try TemporaryFolder()
    let mine = RunJournal<Entry>(path: folder.file("journal.json"), fingerprint: .init(of: "mine"))
    #expect(mine.read().isEmpty && !mine.isOfAnotherRun)
    let entries = [
      Entry(name: "é \"\n", values: [0.1, -0.0, 1e300, .leastNonzeroMagnitude], reason: nil),
      Entry(name: "", values: [], reason: -1),
    ]
    try mine.write(entries)
    #expect(mine.read() == entries && mine.read()[0].values[1].sign == .minus)
    #expect(!mine.isOfAnotherRun)
    let other = RunJournal<Entry>(
      path: folder.file("journal.json"), fingerprint: .init(of: "other"))
    #expect(other.read().isEmpty && other.isOfAnotherRun)
  }

  @Test func keysAreInOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("journal.json")
    try RunJournal<Entry>(path: path, fingerprint: .init(of: ""))
      .write([Entry(name: "a", values: [], reason: 1)])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix(#"{"entries":[{"name":"a","reason":1,"values":[]}],"fingerprint":"#))
  }

  @Test func aNumberThatIsNotFiniteIsNotWritten() throws {
    let folder = try TemporaryFolder()
    let journal = RunJournal<[Double]>(
      path: folder.file("journal.json"), fingerprint: .init(of: ""))
    try journal.write([[1]])
    #expect(throws: EncodingError.self) { try journal.write([[.infinity]]) }
    #expect(journal.read() == [[1]])
    #expect(throws: DataFileError.self) {
      try RunJournal<[Double]>(path: folder.file("none/journal.json"), fingerprint: .init(of: ""))
        .write([])
    }
  }
}
