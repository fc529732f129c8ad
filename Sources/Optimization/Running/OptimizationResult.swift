import LinearAlgebra

/// Where a run ended, with its history.
public struct OptimizationResult: Sendable, Equatable {
  /// The best point, in the caller's variables.
  public let point: [Double]
  /// The value there.
  public let value: Double
  /// The gradient in the method's scaled variables; empty for a method that needs none.
  public let gradient: [Double]
  /// Why the run ended.
  public let reason: StoppingReason
  /// How often the function was evaluated.
  public let counts: EvaluationCounts
  /// The start, and an entry for each iteration.
  public let history: [HistoryEntry]
  /// The method's estimate of the inverse Hessian in the caller's variables; nil if it keeps
  /// none.
  public let inverseHessian: DenseMatrix?
}
