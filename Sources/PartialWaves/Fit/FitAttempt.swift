import Optimization

/// The outcome of one start of a fit.
public struct FitAttempt: Codable, Sendable, Equatable {
  /// The index of the start; 0 is that of the model file.
  public let index: Int
  /// Values of the free parameters at the start.
  public let start: [Double]
  /// Values of the free parameters where the search ended, with magnitudes not negative and phases
  /// within (−π, π] or their range; those at the start if it could not be evaluated.
  public let point: [Double]
  /// The negative log-likelihood at `point`; nil if it could not be evaluated at the start.
  public let value: Double?
  /// Why the search ended.
  public let reason: StoppingReason
  /// Whether the search was stopped because it reached the time limit of a start.
  public let isOutOfTime: Bool
  /// Evaluations of the likelihood, those with a condensed integral included.
  public let counts: EvaluationCounts
  /// Wall time of the search [s].
  public let seconds: Double

  private enum CodingKeys: String, CodingKey {
    case index = "number"
    case start, point, value, reason, isOutOfTime, counts, seconds
  }
}

extension FitAttempt {
  /// Whether the search ended at a minimum.
  public var isAtMinimum: Bool { !isOutOfTime && reason.isMinimum }

  /// How the search ended, in words.
  public var ending: String {
    isOutOfTime ? "the time that a start may take was up" : reason.description
  }
}

extension StoppingReason {
  /// Whether a search that ended for this reason is at a minimum: the criteria are met, or rounding
  /// allows no further decrease.
  public var isMinimum: Bool { isConverged || self == .noFurtherDecrease }
}

extension [FitAttempt] {
  /// The lowest value first; those without a value last.
  public var ranked: [FitAttempt] {
    sorted { ($0.value ?? .infinity, $0.index) < ($1.value ?? .infinity, $1.index) }
  }
}
