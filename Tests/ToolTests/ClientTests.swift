import Foundation
import Support
import Testing

/// What a package that depends on this one meets.
@Suite("As a client")
struct ClientTests {
  /// A program of the toolchain, what it printed on both streams, and how it ended.
  private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    let log = folder.url.appendingPathComponent("log")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try folder.text("log"))
  }

  /// A module with the signatures of swift-numerics' RealModule for both scalars.
  private static let realModule: String = ["Double", "Float"].map { type in
    let functions = names.map {
      "  @_transparent public static func \($0)(_ x: \(type)) -> \(type) { x }\n"
    }
    return """
      extension \(type) {
      \(functions.joined())
        @_transparent public static func log(onePlus x: \(type)) -> \(type) { x }
        @_transparent public static func pow(_ x: \(type), _ y: \(type)) -> \(type) { x }
        @_transparent public static func pow(_ x: \(type), _ n: Int) -> \(type) { x }
        @_transparent public static func atan2(y: \(type), x: \(type)) -> \(type) { x }
        @_transparent public static func hypot(_ x: \(type), _ y: \(type)) -> \(type) { x }
      }

      """
  }.joined()

  private static let names = [
    "exp", "expMinusOne", "cosh", "sinh", "tanh", "cos", "sin", "tan", "log", "asinh", "acos",
    "asin", "atan", "sqrt",
  ]

  private static let client: String =
    "import AutoDiff\nimport RealModule\n"
    + "func generic<S: RealScalar>(_ x: S) -> S { S.sin(x) + S.sqrt(x) + S.pow(x, 2) }\n"
    + ["Double", "Float"].map { type in
      let calls =
        names.map { "\(type).\($0)(x)" } + [
          "\(type).log(onePlus: x)", "\(type).pow(x, x)", "\(type).pow(x, 2)",
          "\(type).atan2(y: x, x: x)", "\(type).hypot(x, x)", "generic(x)",
        ]
      return "func all\(type)(_ x: \(type)) -> [\(type)] { [\(calls.joined(separator: ", "))] }\n"
    }.joined()

  @Test func functionsOfNumbersDoNotCollideWithSwiftNumerics() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.realModule, to: "RealModule.swift")
    try folder.write(Self.client, to: "Client.swift")
    let (made, log) = try run(
      [
        "swiftc", "-parse-as-library", "-emit-module", "-module-name", "RealModule",
        "RealModule.swift",
      ], in: folder)
    #expect(made == 0, "\(log)")
    let modules = Tool.executable().deletingLastPathComponent().appendingPathComponent("Modules")
    let (status, errors) = try run(
      [
        "swiftc", "-parse-as-library", "-typecheck", "-I", ".", "-I", modules.path, "-I",
        Tool.package.appendingPathComponent("Sources/CVectorMath/include").path, "Client.swift",
      ],
      in: folder)
    #expect(status == 0, "\(errors)")
  }

  #if arch(x86_64)
    /// The plan of a build is written before the build finds that the target asked for is not
    /// there: nothing is compiled.
    @Test func whoDependsOnThePackageIsBuiltForAnyProcessorWithAVX2() throws {
      let folder = try TemporaryFolder()
      try folder.write(
        """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
          name: "client",
          dependencies: [.package(name: "beamtrack", path: "\(Tool.package.path)")],
          targets: [
            .target(name: "Client", dependencies: [.product(name: "AutoDiff", package: "beamtrack")])
          ])
        """, to: "Package.swift")
      let sources = folder.url.appendingPathComponent("Sources/Client")
      try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
      try folder.write("import AutoDiff\n", to: "Sources/Client/Client.swift")
      let (_, log) = try run(
        [
          "env", "-u", "BEAMTRACK_PORTABLE", "swift", "build", "--target", "none",
          // What a manifest says depends on where it is read: inside the clone or not.
          "--manifest-cache", "none",
        ], in: folder)
      let plan = try folder.text(".build/debug.yaml")
      #expect(plan.contains("-march=x86-64-v3"), "\(log)")
      #expect(!plan.contains("-march=native"))
    }
  #endif
}
