/// How often a function was evaluated, by what was asked for.
public struct EvaluationCounts: Codable, Sendable, Equatable {
  /// Values, also those that came with a gradient or as residuals.
  public var values = 0
  /// Gradients and Jacobians.
  public var gradients = 0
  /// Products of the Hessian with vectors; not among the evaluations.
  public var hessianVectorProducts = 0
  /// Full Hessians; not among the evaluations.
  public var hessians = 0
  /// Points: a value together with its gradient counts once.
  public var evaluations = 0
  /// Evaluations among these that failed or gave a number that is not finite.
  public var failures = 0

  public init() {}

  /// Counts that are missing are zero, so that states of former versions can be read.
  ///
  /// - Throws: `DecodingError` if there is no object, or a count is no integer.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int {
      try container.decodeIfPresent(Int.self, forKey: key) ?? 0
    }
    values = try count(.values)
    gradients = try count(.gradients)
    hessianVectorProducts = try count(.hessianVectorProducts)
    hessians = try count(.hessians)
    evaluations = try count(.evaluations)
    failures = try count(.failures)
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.values += b.values
    sum.gradients += b.gradients
    sum.hessianVectorProducts += b.hessianVectorProducts
    sum.hessians += b.hessians
    sum.evaluations += b.evaluations
    sum.failures += b.failures
    return sum
  }
}
