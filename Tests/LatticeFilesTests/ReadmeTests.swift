import BeamDynamics
import Foundation
import LatticeFiles
import Testing

/// The README's example, line by line.
private func readmeExample() throws {
  let run = try RunFile.read("Examples/htu/lattice.json")
  var bunch = try run.makeBunch()
  let record = try Tracker(run.beamline).record(&bunch)
  print(
    "sigma_x = \(record.end?.statistics["sigma_x"] ?? 0) m, \(record.losses.count) particles lost")
}

@Suite("The README")
struct ReadmeTests {
  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What is compiled here is what the README shows.
  @Test func showsTheExampleThatIsCompiledHere() throws {
    let readme = try String(
      contentsOf: Self.package.appendingPathComponent("README.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let body = source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let start = try #require(body.firstIndex { $0.hasPrefix("let run = ") })
    let lines = body[start..<start + 4]
    for line in lines { #expect(readme.contains(line), "\(line)") }
    #expect(lines.last?.hasPrefix("print(") == true)
  }

  /// The example names a path of the package, from where tests are usually run.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "Examples/htu/lattice.json")))
  func itsExampleRuns() throws { try readmeExample() }

  @Test func itsRunFileIsRight() throws {
    let readme = try String(
      contentsOf: Self.package.appendingPathComponent("README.md"), encoding: .utf8)
    let start = try #require(readme.range(of: "    {\n      \"beam\""))
    let end = try #require(readme.range(of: "\n    }\n", range: start.lowerBound..<readme.endIndex))
    let text = readme[start.lowerBound..<end.upperBound]
    let run = try RunFile.parse(Array(text.utf8), path: "README.md")
    #expect(run.beamline.count == 24)
  }
}
