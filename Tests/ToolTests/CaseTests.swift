import Foundation
import Support
import Testing

/// Small runs with what should come of them, found in reports of other codes and by trying:
/// Fixtures/Cases/NAME holds run files and `expected.json`.
@Suite("Every case has its numbers")
struct CaseTests {
  static let root = Tool.package.appendingPathComponent("Tests/ToolTests/Fixtures/Cases")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
    .filter { FileManager.default.fileExists(atPath: "\(root.path)/\($0)/expected.json") }.sorted()

  @Test func thereAreCases() { #expect(Self.names.count >= 27) }

  @Test(arguments: names)
  func everyEntryOfACaseIsMet(_ name: String) throws {
    let folder = try CaseFolder(Self.root.appendingPathComponent(name))
    #expect(!folder.expectations.isEmpty)
    for (key, entry) in folder.expectations.sorted(by: { $0.key < $1.key }) {
      let got: String
      do { got = try CaseReadings.got(key, entry, folder) } catch { got = "nothing: \(error)" }
      let isRight = entry.isMet(by: got)
      print("case | \(name) | \(key) | \(entry.expected) | \(got) | \(isRight ? "right" : "WRONG")")
      #expect(
        isRight, "\(name), \(key): expected \(entry.expected) to \(entry.tolerance), got \(got)")
    }
  }
}
