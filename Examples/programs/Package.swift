// swift-tools-version: 6.2
import PackageDescription

// What a user writes: six small programs, parts and effects of one's own with a tool that knows them, and
// formulas beside another library of numbers. Formulas over any number are specialised by the optimizer: without
// it they are a hundred times slower.
let optimized: [SwiftSetting] = [
  .unsafeFlags(["-O", "-disable-batch-mode", "-wmo", "-num-threads", "2"])
]

func product(_ name: String) -> Target.Dependency { .product(name: name, package: "beamtrack") }

func program(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: optimized)
}

let package = Package(
  name: "programs",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "beamtrack", path: "../.."),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
  ],
  targets: [
    program("own-lattice", product("BeamDynamics")),
    program("own-element", product("AutoDiff"), product("BeamDynamics")),
    program(
      "beam-gradient", product("AutoDiff"), product("BeamDynamics"), product("Sensitivity")),
    program(
      "space-charge-gradient", product("BeamDynamics"), product("CollectiveEffects"),
      product("Sensitivity")),
    program("strength-scan", product("BeamDynamics")),
    program("beam-twiss", product("BeamDynamics"), product("LatticeFiles")),
    program(
      "tutorial", product("BeamDynamics"), product("CollectiveEffects"), product("Optimization"),
      product("Sensitivity")),
    program("beam-sizes", product("DataFiles"), product("Plots")),
    program(
      "numerics-beside", product("AutoDiff"),
      .product(name: "RealModule", package: "swift-numerics")),
    .target(
      name: "OwnEffects",
      dependencies: ["AutoDiff", "BeamDynamics", "Communication", "Documents", "RandomNumbers"]
        .map(product),
      swiftSettings: optimized),
    .target(
      name: "OwnParts",
      dependencies: ["AutoDiff", "BeamDynamics", "Sensitivity"].map(product),
      swiftSettings: optimized),
    program(
      "own-tool", "OwnEffects", "OwnParts", product("BeamDynamics"), product("BeamtrackCommands"),
      product("LatticeFiles"), product("Sensitivity")),
  ])
