/// Why a run ended.
public enum StoppingReason: String, Codable, Sendable, Equatable, CustomStringConvertible {
  /// The largest entry of the gradient is at most ``Stopping/gradient``.
  case gradientSmall
  /// The largest entry of the gradient is at most the fraction
  /// ``Stopping/relativeGradient`` of that at the start.
  case gradientSmallAgainstStart
  /// The decrease in an iteration was at most the fraction ``Stopping/valueChange`` of the value.
  case valueSettled
  /// The step was at most the fraction ``Stopping/step`` of the length of the point.
  case stepSmall
  /// The estimated distance of the value from its minimum is at most ``Stopping/distance``.
  case distanceSmall
  /// The method found no step that lowers the value.
  case noFurtherDecrease
  /// The value fell too little in many iterations; see ``Stopping/standstill``.
  case standstill
  /// The function cannot be evaluated near the last point.
  case evaluationsFail
  /// ``Stopping/evaluations`` is reached.
  case evaluationLimit
  /// ``Stopping/iterations`` is reached.
  case iterationLimit
  /// The caller stopped the run.
  case observer

  /// True if the run ended because a minimum was found, as far as its criteria tell.
  public var isConverged: Bool {
    switch self {
    case .gradientSmall, .gradientSmallAgainstStart, .valueSettled, .stepSmall, .distanceSmall: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .gradientSmall: "the gradient is as small as asked for"
    case .gradientSmallAgainstStart: "the gradient has fallen to the asked fraction of its start"
    case .valueSettled: "the value changes less than asked for"
    case .stepSmall: "the last step was shorter than asked for"
    case .distanceSmall: "the value is as near to its minimum as asked for"
    case .noFurtherDecrease: "no step along the search direction lowers the value any more"
    case .standstill: "the value has hardly fallen for many iterations"
    case .evaluationsFail: "the function cannot be evaluated near the last point"
    case .evaluationLimit: "the evaluations that were allowed are used up"
    case .iterationLimit: "the iterations that were allowed are used up"
    case .observer: "the caller stopped the run"
    }
  }
}
