// swift-tools-version: 6.2
import PackageDescription

// As in the package that is measured: BEAMTRACK_PORTABLE=1 builds for the plain platform.
let isPortable = Context.environment["BEAMTRACK_PORTABLE"].map { $0 != "0" && !$0.isEmpty } ?? false

#if arch(x86_64)
  let instructionSet = isPortable ? [] : ["-march=native"]
#else
  let instructionSet: [String] = []  // arm64: NEON is part of the plain platform
#endif

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "beamtrack", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"] + instructionSet)]),
    .executableTarget(
      name: "benchmark",
      dependencies: [
        "CKernels",
        .product(name: "AutoDiff", package: "beamtrack"),
        .product(name: "BeamDynamics", package: "beamtrack"),
        .product(name: "LinearAlgebra", package: "beamtrack"),
        .product(name: "Communication", package: "beamtrack"),
        .product(name: "MessagePassing", package: "beamtrack"),
        .product(name: "Sensitivity", package: "beamtrack"),
        .product(name: "CollectiveEffects", package: "beamtrack"),
        .product(name: "FourierTransform", package: "beamtrack"),
        .product(name: "PartialWaves", package: "beamtrack"),
        .product(name: "Optimization", package: "beamtrack"),
        .product(name: "DataFiles", package: "beamtrack"),
        .product(name: "LatticeFiles", package: "beamtrack"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.copy("Peers/peer.py")],
      swiftSettings: [
        .unsafeFlags(
          ["-O", "-disable-batch-mode", "-wmo", "-num-threads", "2"]
            + instructionSet.flatMap { ["-Xcc", $0] })
      ]),
  ],
  swiftLanguageModes: [.v6]
)
