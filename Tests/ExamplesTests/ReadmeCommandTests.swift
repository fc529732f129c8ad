import Foundation
import Support
import Testing

/// The commands that the README shows are those that there are.
@Suite("The README's commands")
struct ReadmeCommandTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Tool.package.appendingPathComponent(path), encoding: .utf8)
  }

  /// The words of the README's indented lines that begin with `program`, without what explains them.
  private static func commands(of program: String) throws -> [[String]] {
    try text("README.md").split(separator: "\n").filter { $0.hasPrefix("    \(program) ") }
      .map { line in
        let command = line.dropFirst(4).components(separatedBy: "  ")[0]
        return command.split(separator: " ").dropFirst().map(String.init)
      }
  }

  @Test func theTwoCommandsAreWhatIntegrationRuns() throws {
    let readme = try Self.text("README.md")
    let lines = readme.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.contains("./setup.sh && swift run beamtrack Examples/htu/lattice.json"))
    let test = "./setup.sh && swift test"
    #expect(lines.contains { $0 == test })
    #expect(try Self.text(".ci/run").split(separator: "\n").last.map { $0 == test } == true)
    // Where everything is installed, the set-up says nothing.
    let folder = try TemporaryFolder()
    try folder.write("", to: "log")
    let process = Process()
    process.executableURL = Tool.package.appendingPathComponent("setup.sh")
    process.standardOutput = FileHandle(forWritingAtPath: folder.file("log"))
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try folder.text("log").isEmpty)
  }

  @Test func theToolsLinesRun() throws {
    let commands = try Self.commands(of: "beamtrack")
    #expect(
      commands.map { $0[0] }.sorted() == [
        "--help", "check", "elements", "gradient", "lattice.json", "optimize", "scan",
      ])
    let folder = try TemporaryFolder()
    let files = [
      "lattice.json": "Examples/fodo/fodo.json", "run.json": "Examples/fodo-match/fodo-match.json",
    ]
    for command in commands {
      // What stands in brackets may be left out.
      let isScan = command[0] == "scan"
      var words = command.filter { !$0.hasPrefix("[") }.map {
        isScan && $0 == "run.json" ? "Examples/strength-scan/strength-scan.json" : files[$0] ?? $0
      }
      if command[0] == "lattice.json" || ["gradient", "optimize", "scan"].contains(command[0]) {
        words += ["--quiet", "--output", folder.url.path]
      }
      let result = try Tool.run(words)
      #expect(result.status == 0, "\(words): \(result.errors)")
    }
    #expect(try folder.text("gradient.json").contains("objective"))
    #expect(try folder.text("optimize.json").contains("converged"))
    #expect(try folder.text("scan.csv").contains("quad.k1"))
  }

  /// Fits have tests of their own; every command that is named is known.
  @Test func theFitsCommandsAreKnown() throws {
    let named = try Self.commands(of: "pwafit").flatMap { command in
      command.filter { $0.allSatisfy(\.isLetter) }
    }
    #expect(Set(named).isSuperset(of: ["fractions", "plot", "scan", "toys", "check"]))
    for command in named {
      let result = try Tool.run([command, "--help"], program: "pwafit")
      #expect(
        result.status == 0 && result.output.contains("USAGE: pwafit \(command)"), "\(command)")
    }
    let check = try Tool.run(["check", "Examples/phi-kk/model.json"], program: "pwafit")
    #expect(check.status == 0, "\(check.errors)")
    #expect(try Self.text("README.md").contains("swift run pwafit fit Examples/phi-kk/model.json"))
  }

  /// Links to files of the package lead somewhere.
  @Test func linksLeadSomewhere() throws {
    for page in [
      "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "Examples/README.md",
      "Benchmarks/README.md",
    ] {
      let folder = (page as NSString).deletingLastPathComponent
      let links = try Self.text(page).components(separatedBy: "](").dropFirst().map {
        $0.components(separatedBy: ")")[0]
      }
      #expect(page != "README.md" || links.count > 8)
      for link in links where !link.hasPrefix("http") && !link.hasPrefix("#") {
        let path = link.components(separatedBy: "#")[0]
        let file = Tool.package.appendingPathComponent(folder).appendingPathComponent(path)
        #expect(FileManager.default.fileExists(atPath: file.path), "\(page): \(link)")
      }
    }
  }

  /// The change that adds an element still fits: the lines around it stand in the catalog.
  @Test func theElementThatIsAddedAsAnExampleFits() throws {
    let page = try Self.text("CONTRIBUTING.md")
    let change = try #require(page.components(separatedBy: "```diff\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    let files = change.components(separatedBy: "diff --git ").dropFirst()
    #expect(files.count == 2)
    for file in files {
      let lines = file.components(separatedBy: "\n")
      let target = try #require(lines.first { $0.hasPrefix("+++ b/") }).dropFirst(6)
      let old = lines.filter { $0.hasPrefix(" ") }.map { $0.dropFirst() }
      let new = lines.filter { $0.hasPrefix("+") && !$0.hasPrefix("+++") }
      #expect(!new.isEmpty)
      let path = Tool.package.appendingPathComponent(String(target)).path
      if lines.contains(where: { $0.hasPrefix("new file") }) {
        #expect(!FileManager.default.fileExists(atPath: path) && old.isEmpty, "\(target)")
      } else {
        #expect(old.count > 4)
        #expect(try Self.text(String(target)).contains(old.joined(separator: "\n")), "\(target)")
      }
    }
  }
}
