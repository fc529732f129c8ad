/// How often a function was asked for what.
public struct EvaluationCounts: Codable, Sendable, Equatable {
  /// Values, also those that came with a gradient or as residuals.
  public var values = 0
  /// Gradients and Jacobians.
  public var gradients = 0
  public var hessianVectorProducts = 0
  /// Points: a value together with its gradient counts once.
  public var evaluations = 0
  /// Evaluations among these that failed or gave a number that is not finite.
  public var failures = 0

  public init() {}

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.values += b.values
    sum.gradients += b.gradients
    sum.hessianVectorProducts += b.hessianVectorProducts
    sum.evaluations += b.evaluations
    sum.failures += b.failures
    return sum
  }
}
