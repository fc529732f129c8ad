/// What is to be minimised, from where, and within which bounds.
public struct OptimizationProblem {
  /// The function to be minimised.
  public var objective: Objective
  /// The point from which a run starts, in the caller's variables.
  public var start: [Double]
  /// The bounds of the variables; nil if all are free.
  public var bounds: Bounds?
  /// How bounds are kept; nil leaves it to the method.
  public var treatment: BoundTreatment?
  /// The magnitude of a typical change of each variable; methods work with x/scale. Nil means 1.
  public var scales: [Double]?

  /// A problem. Bounds, their treatment and scales are optional.
  public init(
    _ objective: Objective, from start: [Double], bounds: Bounds? = nil,
    treatment: BoundTreatment? = nil, scales: [Double]? = nil
  ) {
    self.objective = objective
    self.start = start
    self.bounds = bounds
    self.treatment = treatment
    self.scales = scales
  }
}

/// How a method keeps variables within bounds.
public enum BoundTreatment: String, Codable, Sendable, CaseIterable {
  /// Steps end at the bounds.
  case projection
  /// Variables are functions of free ones; see ``BoundTransformation``.
  case transformation
}
