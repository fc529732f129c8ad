import BeamTracking

/// What one setting of a scan led to.
public struct ScanResult: Sendable {
  /// Which setting it is, from 0.
  public let number: Int
  /// The values of the scan's variables.
  public let setting: [Double]
  /// Why the setting has no result; nil if it has one.
  public internal(set) var failure: String?
  /// The beam at the end; nil if the run failed before.
  public internal(set) var beam: BeamStatistics?
  /// The number of lost particles.
  public internal(set) var losses = 0
  /// The value of the objective; nil if it was not asked for, or has none.
  public internal(set) var objective: Double?
  /// The derivatives of the objective with respect to its variables; nil if they were not asked for,
  /// or do not exist.
  public internal(set) var gradient: [Double]?

  init(number: Int, setting: [Double]) {
    self.number = number
    self.setting = setting
  }
}

/// What a scan computes of each setting besides the beam at the end.
public struct ScanObjective: Sendable {
  /// The objective.
  public var goal: any BeamObjective
  /// The variables of its gradient. Those that a setting changes start there.
  public var variables: DesignVariables
  /// Whether the gradient is computed.
  public var hasGradient: Bool

  /// The value of an objective, and, if `hasGradient`, its gradient with respect to `variables`.
  public init(_ goal: any BeamObjective, _ variables: DesignVariables, hasGradient: Bool) {
    self.goal = goal
    self.variables = variables
    self.hasGradient = hasGradient
  }
}
