/// Why a run ended.
public enum StoppingReason: String, Codable, Sendable, Equatable, CustomStringConvertible {
  case gradientSmall
  case gradientSmallAgainstStart
  case valueSettled
  case stepSmall
  case distanceSmall
  case noFurtherDecrease
  case standstill
  case evaluationsFail
  case evaluationLimit
  case iterationLimit
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
