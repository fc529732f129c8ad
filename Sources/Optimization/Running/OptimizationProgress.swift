#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How far a run has come, for a caller who does not know which method it is.
public struct OptimizationProgress {
  public let iterations: Int
  /// The best point, in the caller's variables.
  public let point: [Double]
  public let last: HistoryEntry
  public let counts: EvaluationCounts
  /// The whole state as JSON text, for ``OptimizationMethod/minimize(_:continuing:stopping:following:)``.
  public let encodedState: () throws -> Data
}

extension OptimizationMethod {
  /// Minimises as `minimize(_:stopping:observer:)` does, for a method that is known by name only.
  ///
  /// - Parameter saved: A state that an observer encoded in a former run, to go on from; its bits
  ///   come back exactly. Nil begins at the start of `problem`.
  public func minimize(
    _ problem: OptimizationProblem, continuing saved: Data?, stopping: Stopping = .init(),
    following observer: (OptimizationProgress) throws -> Continuation
  ) throws -> OptimizationResult {
    var state =
      try saved.map { try JSONDecoder().decode(OptimizationState<Memory>.self, from: $0) }
      ?? begin(problem)
    try run(problem, &state, stopping: stopping) { state in
      guard let last = state.history.last else { return .proceed }
      return try observer(
        OptimizationProgress(
          iterations: state.iterations, point: state.point, last: last, counts: state.counts,
          encodedState: { try JSONEncoder().encode(state) }))
    }
    return try result(problem, state)
  }
}
