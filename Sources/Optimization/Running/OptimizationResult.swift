import LinearAlgebra

/// Where a run ended, and how it got there.
public struct OptimizationResult: Sendable, Equatable {
  public let point: [Double]
  public let value: Double
  /// The gradient in the method's scaled variables; empty for a method that needs none.
  public let gradient: [Double]
  public let reason: StoppingReason
  public let counts: EvaluationCounts
  public let history: [HistoryEntry]
  /// The method's estimate of the inverse Hessian in the caller's variables, where it keeps one.
  public let inverseHessian: DenseMatrix?
}
