#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How far a run has come, for a caller that does not know the type of the method.
public struct OptimizationProgress {
  /// How many iterations are done.
  public let iterations: Int
  /// The best point, in the caller's variables.
  public let point: [Double]
  /// The last iteration.
  public let last: HistoryEntry
  /// How often the function was evaluated.
  public let counts: EvaluationCounts
  /// Encodes the whole state as JSON text, for
  /// ``OptimizationMethod/minimize(_:continuing:stopping:following:)``.
  public let encodedState: () throws -> Data
}

extension OptimizationMethod {
  /// Minimises as `minimize(_:stopping:observer:)` does, for a method whose type is not known.
  ///
  /// - Parameters:
  ///   - problem: What is minimised.
  ///   - saved: The state of a former run, encoded by ``OptimizationProgress/encodedState``, from
  ///     which the run continues with the same bits. Nil begins at the start of `problem`.
  ///   - stopping: When the run ends.
  ///   - observer: Called after each iteration.
  /// - Throws: As `minimize(_:stopping:observer:)`; `DecodingError` if `saved` is no state of this
  ///   method.
  public func minimize(
    _ problem: OptimizationProblem, continuing saved: Data?, stopping: Stopping = .init(),
    following observer: (OptimizationProgress) throws -> Continuation
  ) throws -> OptimizationResult {
    var state =
      try saved.map { try JSONDecoder().decode(OptimizationState<Memory>.self, from: $0) }
      ?? begin(problem)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys  // otherwise another order in every process
    try run(problem, &state, stopping: stopping) { state in
      guard let last = state.history.last else { return .proceed }
      return try observer(
        OptimizationProgress(
          iterations: state.iterations, point: state.point, last: last, counts: state.counts,
          encodedState: { try encoder.encode(state) }))
    }
    return try result(problem, state)
  }
}
