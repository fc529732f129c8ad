import Foundation
import Support
import Testing

/// The package `Examples/programs`, which stands outside this one and imports it as any user's package
/// would. It is built beside this package's libraries, which are not compiled again for it.
@Suite("Programs in a package outside")
struct OutsideProgramTests {
  /// What building them came to.
  private static let build: (status: Int32, log: String) = {
    do {
      let products = Tool.executable().deletingLastPathComponent()
      // .build/<platform>/debug
      let scratch = products.deletingLastPathComponent().deletingLastPathComponent()
      let folder = try TemporaryFolder()
      try folder.write("", to: "log")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "swift", "build", "--scratch-path", scratch.path, "-c", products.lastPathComponent,
        // The tests' own command holds the lock of the folder, and has done its building.
        "--ignore-lock", "--disable-build-manifest-caching",
        // What a manifest says depends on where it is read: inside the clone or not.
        "--manifest-cache", "none",
      ]
      process.currentDirectoryURL = Tool.package.appendingPathComponent("Examples/programs")
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle(forWritingAtPath: folder.file("log"))
      process.standardError = FileHandle(forWritingAtPath: folder.file("log"))
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try folder.text("log"))
    } catch {
      return (-1, "\(error)")
    }
  }()

  /// What the program prints.
  private func output(_ program: String, _ arguments: [String] = []) throws -> String {
    try #require(Self.build.status == 0, "\(Self.build.log)")
    let result = try Tool.run(arguments, program: program)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  /// The numbers in a text, in their order.
  private func numbers(_ text: some StringProtocol) -> [Double] {
    text.split { !"0123456789+-.e".contains($0) }.compactMap { Double($0) }
  }

  @Test func aLatticeIsMadeOfLines() throws {
    let lines = try output("own-lattice").split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.last?.hasPrefix("end s = 20.0 m") == true, "\(lines)")
    // A matched beam comes back to its size: β = 3.2 m and ε = 10 nm, to a few per cent.
    for line in lines.dropLast() {
      let size = try #require(numbers(line).last)
      #expect(size > 1e-4 && size < 3e-4, "\(line)")
    }
  }

  @Test func anElementIsOneFormula() throws {
    let z = numbers(try output("own-element"))
    // Parallel rays meet in the focus, with slopes of the offset over the focal length.
    // In an exact drift, a ray with the momentum p across goes p³/2 further for each length.
    try #require(z.count == 6)
    #expect(abs(z[0]) < 2e-9 && abs(z[1] + 0.5e-3) < 1e-12, "\(z)")
    #expect(abs(z[2]) < 2e-9 && abs(z[3] - 1e-3) < 1e-12)
  }

  @Test func anObjectiveHasAGradient() throws {
    let found = numbers(try output("beam-gradient"))
    try #require(found.count == 3)
    #expect(found.allSatisfy(\.isFinite) && found[0] > 0, "\(found)")
    #expect(found[1] != 0 && found[2] != 0)
  }

  @Test func aGradientGoesThroughSpaceCharge() throws {
    let lines = try output("space-charge-gradient").split(separator: "\n")
    let found = lines.compactMap { numbers($0).last }
    // More charge makes more emittance.
    try #require(found.count == 3, "\(lines)")
    #expect(found[0] > 0 && found[1] > 0 && found[2] != 0 && found[2].isFinite, "\(lines)")
  }

  @Test func aScanGoesThroughStrengths() throws {
    let rows = try output("strength-scan").split(separator: "\n").dropFirst().map(numbers)
    try #require(rows.count == 11 && rows.allSatisfy { $0.count == 3 })
    // What focuses in x defocuses in y: the table read backward is that of the other plane, but for
    // the sample's noise.
    for (row, other) in zip(rows, rows.reversed()) {
      #expect(abs(row[1] / other[2] - 1) < 0.02, "\(row), \(other)")
    }
  }

  @Test func aBeamFileHasTwissFunctions() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<4).map { i in
      let (x, px) = [(1, 0), (-1, 0), (0, 1), (0, -1)][i]
      return "\(x)e-3,\(px)e-4,\(x)e-3,\(px)e-4,0,0"
    }
    let path = try folder.write(
      (["x,px,y,py,t,pt"] + rows).joined(separator: "\n") + "\n", to: "beam.csv")
    let lines = try output("beam-twiss", [path, "50"]).split(separator: "\n")
    #expect(lines[0] == "4 particles")
    // σ_x = √(1/2)·1 mm and σ_px a tenth of it: β = 10 m, ε = 50 nm.
    let x = numbers(lines[1].dropFirst(2))
    try #require(lines.count == 4 && x.count == 3, "\(lines)")
    #expect(abs(x[0] - 10) < 1e-12 && abs(x[2] - 0.5e-7) < 1e-19, "\(lines)")
    #expect(lines[3] == "t has no area")
  }

  @Test func aPictureIsDrawnOfATable() throws {
    let folder = try TemporaryFolder()
    let track = try Tool.run(
      ["track", "Examples/fodo/fodo.json", "--output", folder.url.path, "--quiet"])
    #expect(track.status == 0, "\(track.errors)")
    _ = try output("beam-sizes", [folder.file("moments.csv"), folder.file("sizes.svg")])
    let picture = try folder.text("sizes.svg")
    #expect(picture.hasPrefix("<?xml") && picture.contains("rms size [mm]"))
  }

  /// What the tutorial shows, block after block, is the program of its name, and it finds an optimum.
  @Test func theTutorialRuns() throws {
    let page = try String(
      contentsOf: Tool.package.appendingPathComponent(
        "Sources/BeamDynamics/BeamDynamics.docc/Tutorial.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    let program = try String(
      contentsOf: Tool.package.appendingPathComponent(
        "Examples/programs/Sources/tutorial/main.swift"), encoding: .utf8)
    #expect(blocks.count == 6 && blocks.joined(separator: "\n") == program)
    let lines = try output("tutorial").split(separator: "\n")
    let start = try #require(lines.first { $0.hasPrefix("objective:") }.map(numbers))
    let end = try #require(lines.last.map { numbers($0.dropFirst(3)) })
    try #require(start.count == 3 && end.count == 3, "\(lines)")
    #expect(end[2] < 0.5 * start[0], "\(start), \(end)")
  }

  @Test func formulasStandBesideSwiftNumerics() throws {
    let found = numbers(try output("numerics-beside"))
    try #require(found.count == 3)
    #expect(abs(found[1] - found[2]) < 1e-15, "\(found)")
  }

  /// The tool with effects of another package: derivatives through a wake of 500 bins, which is written
  /// as a value, against differences.
  @Test func theToolWithPartsOfItsOwnChecksItsGradient() throws {
    let folder = try TemporaryFolder()
    _ = try output(
      "own-tool",
      [
        "gradient", "Examples/programs/wake.json", "--check", "--quiet", "--output",
        folder.url.path,
      ])
    #expect(try folder.text("gradient.json").contains("beam.sigma_t"))
    // An element, a distribution and a quantity of its own.
    _ = try output(
      "own-tool",
      [
        "gradient", "Examples/programs/parts.json", "--check", "--quiet", "--output",
        folder.url.path,
      ])
    #expect(try folder.text("gradient.json").contains("lens.strength"))
    #expect(try output("own-tool", ["elements", "RadialLens"]).contains("power n"))
    // The tool itself knows no such effect, and says so.
    let plain = try Tool.run(["check", "Examples/programs/wake.json"])
    #expect(plain.status == 2 && plain.errors.contains("effects"))
  }
}
