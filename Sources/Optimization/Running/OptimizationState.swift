/// A point with the function's value and gradient there.
public struct Iterate: Codable, Sendable, Equatable {
  /// The point.
  public var point: [Double]
  /// The value there.
  public var value: Double
  /// The gradient there; empty for a method that needs none.
  public var gradient: [Double]
}

/// What an iteration did.
public struct Move: Sendable, Equatable {
  /// Length of the step, or size of the simplex.
  public var step: Double
  /// By how much the value fell, or by how much it varies over the simplex.
  public var decrease: Double
}

/// One iteration as the history keeps it.
public struct HistoryEntry: Codable, Sendable, Equatable {
  /// The value after the iteration.
  public let value: Double
  /// The largest entry of the gradient that is not held by a bound; nil without gradients.
  public let gradientNorm: Double?
  /// Length of the step, or size of the simplex; 0 at the start.
  public let step: Double
  /// Evaluations so far.
  public let evaluations: Int
}

/// A run between two iterations: all that is needed to continue it with the same bits.
public struct OptimizationState<Memory: Codable & Sendable & Equatable>: Codable, Sendable,
  Equatable
{
  /// The best point, in the caller's variables.
  public internal(set) var point: [Double]
  /// The best point in the scaled, perhaps transformed variables that the method works in.
  public internal(set) var inner: Iterate
  /// What the method remembers of former iterations.
  public internal(set) var memory: Memory
  /// How often the function was evaluated.
  public internal(set) var counts: EvaluationCounts
  /// The start, and an entry for each iteration.
  public internal(set) var history: [HistoryEntry]
  /// Why the run ended; nil while it continues.
  public internal(set) var reason: StoppingReason?

  /// The value at the best point.
  public var value: Double { inner.value }
  /// How many iterations are done.
  public var iterations: Int { history.count - 1 }
  /// The largest entry of the gradient that is not held by a bound; nil without gradients.
  public var gradientNorm: Double? { history.last?.gradientNorm }
}
