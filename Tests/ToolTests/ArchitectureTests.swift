import Foundation
import Testing

/// ARCHITECTURE.md says which target may import which.
@Suite("The architecture")
struct ArchitectureTests {
  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The lines `    Name  → Name, Name` of the page.
  private static func arrows() throws -> [String: Set<String>] {
    let page = try String(
      contentsOf: package.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)
    var arrows: [String: Set<String>] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("    ") {
      let sides = line.split(separator: "→", omittingEmptySubsequences: false)
      guard sides.count == 2 else { continue }
      let names = sides[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      arrows[sides[0].trimmingCharacters(in: .whitespaces)] = Set(names.filter { !$0.isEmpty })
    }
    return arrows
  }

  /// The Swift sources of a target.
  private static func sources(of target: URL) throws -> [String] {
    let files = try #require(
      FileManager.default.enumerator(at: target, includingPropertiesForKeys: nil))
    return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }
  }

  /// The modules that the sources of a target import.
  private static func imports(of target: URL) throws -> Set<String> {
    var modules: Set<String> = []
    for source in try sources(of: target) {
      for line in source.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let i = words.firstIndex(of: "import"), i <= 1, i + 1 < words.count else { continue }
        if i == 1 && !words[0].hasPrefix("@") { continue }
        modules.insert(String(words[i + 1]))
      }
    }
    return modules
  }

  @Test func everyTargetImportsWhatThePageSays() throws {
    let arrows = try Self.arrows()
    let folder = Self.package.appendingPathComponent("Sources")
    let targets = Set(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
    )
    let inSwift = targets.subtracting([
      "CVectorMath", "COneThread", "COpenBLAS", "CFFTW", "CZlib", "CMPI",
    ])
    #expect(Set(arrows.keys) == inSwift)
    for (target, expected) in arrows {
      let found = try Self.imports(of: folder.appendingPathComponent(target))
        .intersection(targets).subtracting([target])
      #expect(found == expected, "\(target)")
    }
  }

  /// Foundation's Unicode tables are half of a static binary. The tools may bring them; libraries
  /// do not.
  @Test func onlyToolsImportFoundation() throws {
    let tools: Set = [
      "BeamtrackCommands", "PartialWaveCommands", "Terminal", "beamtrack", "pwafit",
    ]
    // Where there is no FoundationEssentials, Foundation is a part of the system.
    let either = """
      #if canImport(FoundationEssentials)
        import FoundationEssentials
      #else
        import Foundation
      #endif
      """
    let foundation = /\bimport\s+(\w+\s+)?Foundation/
    for target in try Self.arrows().keys where !tools.contains(target) {
      let folder = Self.package.appendingPathComponent("Sources/" + target)
      for source in try Self.sources(of: folder) {
        for line in source.replacingOccurrences(of: either, with: "").split(separator: "\n")
        where line.contains("import") {
          #expect(!line.contains(foundation), "\(target): \(line)")
        }
      }
    }
  }

  /// Several processes run a command, and one of them talks to the user.
  @Test func commandsSpeakThroughTheTerminal() throws {
    let printing = /(^|[^.\w])print\(|Swift\.print|FileHandle|\bf?puts\(/
    for target in ["BeamtrackCommands", "PartialWaveCommands"] {
      for source in try Self.sources(of: Self.package.appendingPathComponent("Sources/" + target)) {
        for line in source.split(separator: "\n") where !line.contains("func print(") {
          let words = line.replacing("StandardOutput.print(", with: "")
          #expect(!words.contains(printing), "\(line)")
        }
      }
    }
  }

  /// No arrow leads back to where it began.
  @Test func arrowsLeadDown() throws {
    var arrows = try Self.arrows()
    while !arrows.isEmpty {
      let lowest = arrows.filter { $0.value.allSatisfy { arrows[$0] == nil } }.map(\.key)
      try #require(!lowest.isEmpty, "a circle among \(arrows.keys.sorted())")
      for target in lowest { arrows[target] = nil }
    }
  }

  @Test func theTwoHalvesDoNotKnowEachOther() throws {
    let arrows = try Self.arrows()
    func below(_ target: String) -> Set<String> {
      (arrows[target] ?? []).reduce(into: [target]) { $0.formUnion(below($1)) }
    }
    let waves = below("pwafit")
    let beams = below("beamtrack")
    #expect(
      waves.allSatisfy { !$0.hasPrefix("Beam") && $0 != "Sensitivity" && $0 != "LatticeFiles" })
    #expect(beams.allSatisfy { !$0.hasPrefix("PartialWave") })
  }
}
