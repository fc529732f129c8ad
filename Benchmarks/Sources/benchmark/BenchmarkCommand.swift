import ArgumentParser
import AutoDiff
import BeamDynamics
import Communication

/// `benchmark [NAME…] [--json] [--peers] [--quick] [--threads N…] [--kinds KIND…]`
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures the speed and the memory of beam dynamics.",
    discussion: """
      Benchmarks, all of them if none is named:
      \(Benchmark.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      Ratios come from interleaved pairs. A line gives the median, and the least and the greatest in brackets.
      """)

  @Argument(help: "The benchmarks to run.")
  var names: [String] = []

  @Flag(help: "Print one JSON object for each figure.")
  var json = false

  @Flag(help: "Measure other programs in the same run; see Benchmarks/README.md.")
  var peers = false

  @Flag(help: "Fewer repetitions, at most a million particles.")
  var quick = false

  @Option(parsing: .upToNextOption, help: "Numbers of threads. (default: 1 and all)")
  var threads: [Int] = []

  @Option(parsing: .upToNextOption, help: "Of `elements`, only these kinds. (default: all)")
  var kinds: [String] = []

  @Option(help: .hidden)
  var worker: ProcessWork?

  func validate() throws {
    let known = Benchmark.all.map(\.name)
    for name in names where !known.contains(name) {
      throw ValidationError(
        "there is no benchmark \"\(name)\"; there are: \(known.joined(separator: ", "))")
    }
    let knownKinds = ElementCatalog.beamElements.kinds.map { $0.kind }
    for kind in kinds where !knownKinds.contains(kind) {
      throw ValidationError("there is no kind of element \"\(kind)\"")
    }
    for count in threads where count < 1 {
      throw ValidationError("--threads takes numbers of at least 1, not \(count)")
    }
  }

  func run() throws {
    if let worker { return try ProcessWorker(worker).run() }
    let all = Workers.all.count
    let settings = Settings(
      threads: threads.isEmpty ? (all > 1 ? [1, all] : [1]) : threads, isQuick: quick,
      comparesPeers: peers, isJSON: json, kinds: kinds)
    if !json {
      print("compiled for \(InstructionSet.compiled), on \(InstructionSet.ofProcessor)")
    }
    for benchmark in Benchmark.all where names.isEmpty || names.contains(benchmark.name) {
      try benchmark.run(settings, Report(benchmark: benchmark.name, isJSON: json))
    }
  }
}
