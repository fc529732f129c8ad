// swift-tools-version: 6.2
import PackageDescription

// Formulas over any number are specialised by the optimizer: without it they are a hundred times
// slower. `swift build -c release` does the same.
let optimized: [SwiftSetting] = [
  .unsafeFlags(["-O", "-disable-batch-mode", "-wmo", "-num-threads", "2"])
]

func product(_ name: String) -> Target.Dependency { .product(name: name, package: "beamtrack") }

let package = Package(
  name: "own-effects",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "beamtrack", path: "../..")],
  targets: [
    .target(
      name: "OwnEffects",
      dependencies: ["AutoDiff", "BeamDynamics", "Communication", "Documents", "RandomNumbers"]
        .map(product),
      swiftSettings: optimized),
    .executableTarget(
      name: "own-effects",
      dependencies: ["OwnEffects", product("BeamDynamics")]
        + ["BeamtrackCommands", "LatticeFiles"].map(product),
      swiftSettings: optimized),
  ])
