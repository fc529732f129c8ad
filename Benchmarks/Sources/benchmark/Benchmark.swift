/// What a user asked for.
struct Settings: Sendable {
  /// Numbers of threads to measure with.
  let threads: [Int]
  /// Whether to leave out what takes long.
  let isQuick: Bool
  /// Whether to measure other programs too.
  let comparesPeers: Bool
  let isJSON: Bool
  /// The kinds of elements to measure one by one; all if none is named.
  let kinds: [String]

  /// How often a time is measured.
  var runs: Int { isQuick ? 3 : 5 }
  /// How many interleaved pairs a ratio comes from.
  var pairs: Int { isQuick ? 5 : 9 }
}

/// Something to be measured, under the name that a user calls it by.
struct Benchmark: Sendable {
  let name: String
  let summary: String
  let run: @Sendable (Settings, Report) throws -> Void

  /// All benchmarks, in the order in which they run.
  static let all: [Benchmark] = [
    .tracking,
    .scan,
    .elements,
    .envelope,
    .tape,
    .gradient,
    .spaceCharge,
    .files,
    .partialWaves,
    .processes,
  ]
}

/// Why a benchmark has no result.
struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
