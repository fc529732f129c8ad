// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Set BEAMTRACK_PORTABLE=1 to build for the plain platform (any x86-64 or arm64 machine).
let isPortable = Context.environment["BEAMTRACK_PORTABLE"].map { $0 != "0" && !$0.isEmpty } ?? false

// Who builds in a clone, or in a package inside it (Benchmarks), builds for the machine's own
// instruction set. Who depends on this package, by URL or by path, gets x86-64-v3 (AVX2 and FMA),
// so that a program built on one machine runs on the next. SwiftPM builds in the root package's
// folder and keeps what it fetched in `checkouts`; a build started elsewhere is for x86-64-v3 too.
let folder = Context.packageDirectory
let isOwnClone =
  !folder.contains("/checkouts/")
  && (FileManager.default.currentDirectoryPath + "/").hasPrefix(folder + "/")

#if arch(x86_64)
  let architecture: String? = isPortable ? nil : isOwnClone ? "native" : "x86-64-v3"
#else
  let architecture: String? = nil  // arm64: NEON is part of the plain platform
#endif
let instructionSet = architecture.map { ["-Xcc", "-march=\($0)"] } ?? []

// Set BEAMTRACK_UNOPTIMIZED=1 to work on the code: what is changed is built in seconds and not in
// minutes, and runs a hundred times slower.
let isOptimized =
  Context.environment["BEAMTRACK_UNOPTIMIZED"].map { $0 == "0" || $0.isEmpty } ?? true

// Optimised, whole-module code also in a debug build, so that a plain `swift run` tracks at full
// speed: a generic formula that is not specialised is a hundred times slower.
let optimized: [SwiftSetting] = [
  .unsafeFlags(
    (isOptimized
      // Of debug information the lines, for backtraces: all of it makes a build a fifth longer.
      ? [
        "-O", "-disable-batch-mode", "-wmo", "-num-threads", "2", "-Xfrontend",
        "-gline-tables-only",
      ] : [])
      + instructionSet)
]

// A pass of the compiler that takes a fifth of the time over formulas of elements, whose loads LLVM's own passes
// find again. Only where it was tried. (Without loop-invariant-code-motion, another sixth, compiler 6.3 makes
// the loop of chromatic quadrupoles 4 % slower, and itself ends in PartialWaves.)
#if compiler(>=6.3) && compiler(<6.4)
  let skippedPasses = ["redundant-load-elimination"]
#else
  let skippedPasses: [String] = []
#endif
let formulas =
  optimized + [
    .unsafeFlags(skippedPasses.flatMap { ["-Xllvm", "-sil-disable-pass=\($0)"] })
  ]

// The tools exchange messages by the system's MPI, which pkg-config knows; without it, or with
// BEAMTRACK_WITHOUT_MPI=1, they are built for one process. Libraries never need it.
func isKnownToPkgConfig(_ name: String) -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["pkg-config", "--exists", name]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}
let isWithoutMPI =
  Context.environment["BEAMTRACK_WITHOUT_MPI"].map { $0 != "0" && !$0.isEmpty } ?? false
let mpi = isWithoutMPI ? nil : ["ompi-c", "mpich"].first(where: isKnownToPkgConfig)

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = optimized
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

// What computes is optimised, also for tests; of the tests themselves those that compute much are, too. For the
// others, and for commands, which call what computes, compiling would take longer than they run.
let unoptimized: [SwiftSetting] = [
  .unsafeFlags(
    [
      "-disable-batch-mode", "-wmo", "-num-threads", "2", "-no-emit-module-separately-wmo",
      "-Xfrontend", "-gline-tables-only",
    ] + instructionSet)
]

func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false,
  settings: [SwiftSetting] = unoptimized
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies,
    resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: settings)
}

/// A small program that shows how the libraries are used.
func example(_ name: String, _ more: Target.Dependency...) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "ExampleSupport", "Sensitivity", "Optimization", "BeamDynamics", "LinearAlgebra", "AutoDiff",
    ] + more,
    path: "Examples/" + name, swiftSettings: optimized)
}

let package = Package(
  name: "beamtrack",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "beamtrack", targets: ["beamtrack"]),
    .executable(name: "pwafit", targets: ["pwafit"]),
    .library(name: "SystemLibrary", targets: ["SystemLibrary"]),
    .library(name: "AutoDiff", targets: ["AutoDiff"]),
    .library(name: "Recording", targets: ["Recording"]),
    .library(name: "RandomNumbers", targets: ["RandomNumbers"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "Optimization", targets: ["Optimization"]),
    .library(name: "Communication", targets: ["Communication"]),
    .library(name: "MessagePassing", targets: ["MessagePassing"]),
    .library(name: "Documents", targets: ["Documents"]),
    .library(name: "DataFiles", targets: ["DataFiles"]),
    .library(name: "FourierTransform", targets: ["FourierTransform"]),
    .library(
      name: "BeamDynamics",
      targets: ["BeamDynamics", "BeamMaps", "BeamTracking", "BeamElements", "BeamEnvelopes"]),
    .library(name: "CollectiveEffects", targets: ["CollectiveEffects"]),
    .library(name: "Sensitivity", targets: ["Sensitivity"]),
    .library(name: "LatticeFiles", targets: ["LatticeFiles"]),
    .library(name: "BeamtrackCommands", targets: ["BeamtrackCommands"]),
    .library(name: "PartialWaves", targets: ["PartialWaves"]),
    .library(name: "PartialWaveStudies", targets: ["PartialWaveStudies"]),
    .library(name: "PartialWaveCommands", targets: ["PartialWaveCommands"]),
    .library(name: "Plots", targets: ["Plots"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .target(
      name: "CVectorMath",
      cSettings: architecture == "x86-64-v3" ? [.define("BEAMTRACK_NEEDS_X86_64_V3")] : [],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    library("SystemLibrary"),
    library("AutoDiff", ["CVectorMath"]),
    library("Recording", ["AutoDiff"]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(name: "COneThread"),
    library("LinearAlgebra", ["AutoDiff", "COpenBLAS", "COneThread", "SystemLibrary"]),
    library("Optimization", ["LinearAlgebra", "AutoDiff", "SystemLibrary"]),
    library("Communication", ["SystemLibrary"]),
    .target(
      name: "MessagePassing",
      dependencies: ["Communication", "SystemLibrary"] + (mpi == nil ? [] : ["CMPI"]),
      swiftSettings: optimized + (mpi == nil ? [] : [.define("BEAMTRACK_WITH_MPI")])),
    library("ParameterTables"),
    library("Documents", ["ParameterTables", "AutoDiff"]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    library("DataFiles", ["CZlib", "Communication", "SystemLibrary"]),
    library("RandomNumbers", ["SystemLibrary"]),
    library("Plots", ["DataFiles", "SystemLibrary"]),
    library(
      "Terminal",
      [
        "Communication", "Documents", "Optimization", "SystemLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .systemLibrary(
      name: "CFFTW", pkgConfig: "fftw3",
      providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),
    library("FourierTransform", ["CFFTW", "SystemLibrary"]),
    library(
      "BeamMaps",
      [
        "LinearAlgebra", "Communication", "RandomNumbers", "ParameterTables", "AutoDiff",
        "CVectorMath", "SystemLibrary",
      ]),
    library(
      "BeamTracking",
      [
        "BeamMaps", "Recording", "LinearAlgebra", "Communication", "RandomNumbers",
        "ParameterTables", "AutoDiff", "CVectorMath", "SystemLibrary",
      ]),
    library(
      "BeamElements",
      ["BeamMaps", "LinearAlgebra", "ParameterTables", "AutoDiff", "SystemLibrary"],
      settings: formulas),
    library(
      "BeamEnvelopes",
      ["BeamTracking", "LinearAlgebra", "ParameterTables", "AutoDiff", "SystemLibrary"]),
    library(
      "BeamDynamics",
      ["BeamElements", "BeamEnvelopes", "BeamTracking", "BeamMaps", "ParameterTables"]),
    library(
      "CollectiveEffects",
      [
        "BeamTracking", "FourierTransform", "Communication", "ParameterTables", "LinearAlgebra",
        "AutoDiff", "CVectorMath", "SystemLibrary",
      ]),
    library(
      "Sensitivity",
      [
        "BeamEnvelopes", "BeamTracking", "Optimization", "Communication", "LinearAlgebra",
        "ParameterTables", "RandomNumbers",
        "Documents", "AutoDiff", "CVectorMath", "SystemLibrary",
      ]),
    library(
      "LatticeFiles",
      [
        "Sensitivity", "CollectiveEffects", "Optimization", "BeamDynamics", "FourierTransform",
        "Communication", "LinearAlgebra", "AutoDiff", "Documents", "DataFiles", "SystemLibrary",
      ]),
    .target(
      name: "BeamtrackCommands",
      dependencies: [
        "LatticeFiles", "Sensitivity", "Optimization", "BeamDynamics", "DataFiles", "Documents",
        "Communication", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: unoptimized),
    .executableTarget(
      name: "beamtrack", dependencies: ["BeamtrackCommands", "MessagePassing"],
      swiftSettings: optimized),
    library(
      "PartialWaves",
      [
        "Optimization", "LinearAlgebra", "Communication", "RandomNumbers", "Documents", "DataFiles",
        "AutoDiff", "CVectorMath", "SystemLibrary",
      ]),
    library(
      "PartialWaveStudies",
      [
        "PartialWaves", "Optimization", "LinearAlgebra", "Communication", "RandomNumbers",
        "Documents", "DataFiles", "SystemLibrary",
      ]),
    .target(
      name: "PartialWaveCommands",
      dependencies: [
        "PartialWaves", "PartialWaveStudies", "Plots", "DataFiles", "Documents", "Communication",
        "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: unoptimized),
    .executableTarget(
      name: "pwafit", dependencies: ["PartialWaveCommands", "MessagePassing"],
      swiftSettings: optimized),
    // Examples that are programs; the others are run files.
    .target(
      name: "ExampleSupport", dependencies: ["Sensitivity", "AutoDiff"], path: "Examples/Support",
      swiftSettings: optimized),
    example("quadrupole-scan"),
    example("space-charge-scan", "CollectiveEffects"),
    example("calibration", "LatticeFiles"),
    example("phase-space-reconstruction"),
    example("uncertainty-propagation"),
    example("own-objective"),
    // The effects of Examples/programs, a package of its own, as a module for the tests.
    .target(
      name: "SampleEffects",
      dependencies: ["AutoDiff", "BeamDynamics", "Communication", "Documents", "RandomNumbers"],
      path: "Examples/programs/Sources/OwnEffects", swiftSettings: optimized),
    // What tests lean on: arithmetic of twice the precision as a judge, the tool run as a user
    // runs it, and problems that optimizers are judged by.
    .target(
      name: "DoubleDouble", dependencies: ["AutoDiff"], path: "Tests/DoubleDouble",
      swiftSettings: optimized),
    .target(
      name: "Support", dependencies: ["MessagePassing"], path: "Tests/Support",
      swiftSettings: optimized),
    .target(
      name: "BeamSamples",
      dependencies: ["BeamDynamics", "CollectiveEffects", "Documents", "DoubleDouble", "AutoDiff"],
      path: "Tests/BeamSamples", swiftSettings: optimized),
    .target(
      name: "OptimizationProblems", dependencies: ["Optimization", "AutoDiff"],
      path: "Tests/OptimizationProblems", swiftSettings: optimized),
    tests(of: "SystemLibrary"),
    tests(of: "AutoDiff", ["DoubleDouble"]),
    .target(
      name: "TruncatedSeries", dependencies: ["Recording", "AutoDiff"],
      path: "Tests/TruncatedSeries",
      swiftSettings: optimized),
    tests(of: "Recording", ["AutoDiff", "DoubleDouble", "TruncatedSeries"]),
    tests(of: "LinearAlgebra", ["COpenBLAS"]),
    tests(
      of: "Optimization", ["OptimizationProblems", "LinearAlgebra", "AutoDiff"], fixtures: true),
    tests(of: "Communication"),
    // What every communicator has to do, tried with threads and, by a program for mpirun, with MPI.
    .target(
      name: "CommunicatorTrials", dependencies: ["Communication"], path: "Tests/CommunicatorTrials",
      swiftSettings: optimized),
    .executableTarget(
      name: "communicator-trial",
      dependencies: [
        "CommunicatorTrials", "MessagePassing", "Communication", "Terminal", "Documents",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/CommunicatorTrial", swiftSettings: optimized),
    tests(
      of: "MessagePassing",
      [
        "Support", "Communication", "CommunicatorTrials", "Terminal", "communicator-trial",
        "beamtrack", "pwafit", "calibration",
      ]),
    tests(of: "FourierTransform", ["Communication"]),
    tests(of: "Documents", ["Support"]),
    tests(of: "DataFiles", ["Communication", "Support"]),
    tests(of: "RandomNumbers"),
    tests(of: "Plots", ["DataFiles", "Support"]),
    tests(
      of: "PartialWaves",
      [
        "Optimization", "LinearAlgebra", "Communication", "RandomNumbers", "Documents", "DataFiles",
        "AutoDiff", "DoubleDouble", "Support",
      ], fixtures: true),
    tests(
      of: "BeamDynamics",
      [
        "BeamTracking", "BeamElements", "BeamEnvelopes", "AutoDiff", "Recording", "LinearAlgebra",
        "DoubleDouble", "BeamSamples", "TruncatedSeries",
      ], fixtures: true),
    tests(
      of: "CollectiveEffects",
      [
        "BeamDynamics", "FourierTransform", "Communication", "LinearAlgebra", "AutoDiff",
        "DoubleDouble",
      ], fixtures: true, settings: optimized),
    tests(
      of: "Sensitivity",
      [
        "BeamDynamics", "CollectiveEffects", "LinearAlgebra", "Communication", "Documents",
        "AutoDiff",
        "Optimization",
        "DoubleDouble", "BeamSamples", "SampleEffects", "Support",
      ], settings: optimized),
    tests(
      of: "LatticeFiles",
      [
        "Sensitivity", "CollectiveEffects", "BeamDynamics", "Documents", "Support", "SampleEffects",
        "LinearAlgebra", "Communication",
      ], fixtures: true),
    tests(
      of: "PartialWaveStudies",
      [
        "PartialWaves", "Optimization", "LinearAlgebra", "Communication", "RandomNumbers",
        "Documents", "DataFiles", "Support",
      ]),
    .testTarget(
      name: "PWAToolTests", dependencies: ["Support", "pwafit", "DataFiles", "Documents"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "ToolTests", dependencies: ["Support", "beamtrack"], exclude: ["Fixtures"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "Support", "beamtrack", "pwafit", "quadrupole-scan", "calibration",
        "phase-space-reconstruction",
        "uncertainty-propagation", "own-objective", "space-charge-scan",
      ],
      swiftSettings: unoptimized),
  ],
  swiftLanguageModes: [.v6]
)

if let mpi {
  package.targets.append(
    .systemLibrary(
      name: "CMPI", pkgConfig: mpi, providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]))
}

// BeamDynamics is a name for four targets, and BeamTracking stands for BeamMaps, too. Their own compiled modules
// stay the same when those change: who depends on them alone would not be compiled again.
let parts = [
  "BeamDynamics": ["BeamMaps", "BeamTracking", "BeamElements", "BeamEnvelopes"],
  "BeamTracking": ["BeamMaps"],
]
for target in package.targets {
  var names = target.dependencies.compactMap { dependency in
    if case .byNameItem(let name, _) = dependency { name } else { nil }
  }
  for part in names.flatMap({ parts[$0] ?? [] }) where !names.contains(part) {
    names.append(part)
    target.dependencies.append(.byName(name: part))
  }
}
