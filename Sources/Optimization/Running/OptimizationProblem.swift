/// What is to be minimised, from where, and within which bounds.
public struct OptimizationProblem {
  public var objective: Objective
  public var start: [Double]
  /// Nil where every variable is free.
  public var bounds: Bounds?
  /// How bounds are kept; nil leaves it to the method.
  public var treatment: BoundTreatment?
  /// The magnitude of a sensible change of each variable; nil means 1.
  public var scales: [Double]?

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
  /// Variables are functions of free ones, see ``BoundTransformation``.
  case transformation
}
