/// Runs of one method from several starting points, to find the best of several minima.
public struct MultiStart: Sendable, Equatable {
  /// The points that runs start from, in the order in which they are tried.
  public let starts: [[Double]]

  /// Runs from the given points.
  public init(starts: [[Double]]) { self.starts = starts }

  /// `count` starts that are uniform between finite bounds, by a generator with this seed.
  ///
  /// - Throws: ``UnsuitableProblem`` if a bound is infinite.
  public init(count: Int, within bounds: Bounds, seed: UInt64) throws {
    for i in bounds.lower.indices
    where !(bounds.lower[i].isFinite && bounds.upper[i].isFinite) {
      throw UnsuitableProblem("variable \(i) needs two finite bounds to draw starts between")
    }
    var generator = StartGenerator(state: seed)
    starts = (0..<max(count, 0)).map { _ in
      bounds.lower.indices.map { i in
        let fraction = Double(generator.next() >> 11) * 0x1p-53
        return bounds.lower[i] + fraction * (bounds.upper[i] - bounds.lower[i])
      }
    }
  }

  /// The result of the run from one start.
  public struct Attempt: Codable, Sendable, Equatable {
    /// The start.
    public let start: [Double]
    /// The best point that was found.
    public let point: [Double]
    /// The value there; nil if the function could not be evaluated at the start.
    public let value: Double?
    /// Why the run ended.
    public let reason: StoppingReason
    /// How often it evaluated the function.
    public let counts: EvaluationCounts
  }

  /// The results so far; ``run(_:on:_:stopping:observer:)`` continues with the starts that are
  /// missing.
  public struct Progress: Codable, Sendable, Equatable {
    /// The results of the first starts, in their order.
    public internal(set) var attempts: [Attempt] = []

    public init() {}

    /// How often all runs together evaluated the function.
    public var counts: EvaluationCounts { attempts.reduce(.init()) { $0 + $1.counts } }

    /// The attempts, the lowest value first; those without a value last.
    public var ranked: [Attempt] {
      attempts.indices.sorted { a, b in
        (attempts[a].value ?? .infinity, a) < (attempts[b].value ?? .infinity, b)
      }.map { attempts[$0] }
    }

    /// Attempts grouped by the point where they ended. Groups, and attempts within a group, are in
    /// the order of their values, the lowest first.
    ///
    /// - Parameters:
    ///   - tolerance: The largest distance between points of one group, per variable, in units of
    ///     `scales`.
    ///   - scales: The magnitude of each variable; if nil, that at the best point of the group, or
    ///     1 if that is larger.
    public func minima(tolerance: Double = 1e-4, scales: [Double]? = nil) -> [[Attempt]] {
      var groups: [[Attempt]] = []
      for attempt in ranked where attempt.value != nil {
        let place = groups.firstIndex { group in
          attempt.point.indices.allSatisfy { i in
            let scale = scales?[i] ?? max(1, group[0].point[i].magnitude)
            return (attempt.point[i] - group[0].point[i]).magnitude <= tolerance * scale
          }
        }
        if let place { groups[place].append(attempt) } else { groups.append([attempt]) }
      }
      return groups
    }
  }

  /// Runs `method` from every start that `progress` does not hold yet.
  ///
  /// `progress` is up to date after each run, also when an error is thrown. The observer is asked
  /// after each run.
  ///
  /// - Returns: True if every start was tried, false if the observer stopped before.
  /// - Throws: As ``OptimizationMethod/minimize(_:stopping:observer:)``, except that a start at
  ///   which the function cannot be evaluated is an attempt without value; what the observer
  ///   throws.
  @discardableResult
  public func run(
    _ method: any OptimizationMethod, on problem: OptimizationProblem, _ progress: inout Progress,
    stopping: Stopping = .init(), observer: (Progress) throws -> Continuation = { _ in .proceed }
  ) throws -> Bool {
    for start in starts.dropFirst(progress.attempts.count) {
      progress.attempts.append(try attempt(method, problem, start, stopping))
      if try observer(progress) == .stop { return progress.attempts.count == starts.count }
    }
    return true
  }

  private func attempt(
    _ method: any OptimizationMethod, _ problem: OptimizationProblem, _ start: [Double],
    _ stopping: Stopping
  ) throws -> Attempt {
    var own = problem
    own.start = start
    do {
      let result = try method.minimize(own, stopping: stopping)
      return Attempt(
        start: start, point: result.point, value: result.value, reason: result.reason,
        counts: result.counts)
    } catch is StartFailure {
      var counts = EvaluationCounts()
      (counts.values, counts.evaluations, counts.failures) = (1, 1, 1)
      return Attempt(
        start: start, point: start, value: nil, reason: .evaluationsFail, counts: counts)
    }
  }
}

/// SplitMix64: G. Steele, D. Lea, C. Flood, OOPSLA 2014, https://doi.org/10.1145/2660193.2660195.
private struct StartGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
