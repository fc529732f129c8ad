/// How often something happened in a number of independent trials.
public struct Proportion: Sendable, Equatable, Codable {
  /// How often it happened.
  public let successes: Int
  /// Number of trials.
  public let trials: Int

  /// - Precondition: 0 ≤ successes ≤ trials.
  public init(successes: Int, of trials: Int) {
    precondition(0...max(trials, 0) ~= successes, "there are at most as many successes as trials")
    self.successes = successes
    self.trials = trials
  }

  /// successes/trials; NaN without trials.
  public var value: Double { Double(successes) / Double(trials) }

  /// The half width of Wilson's interval of one standard deviation, which is not zero for 0 and 1:
  /// E. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), doi:10.1080/01621459.1927.10502953.
  public var error: Double {
    let n = Double(trials)
    return (value * (1 - value) / n + 1 / (4 * n * n)).squareRoot() / (1 + 1 / n)
  }
}
