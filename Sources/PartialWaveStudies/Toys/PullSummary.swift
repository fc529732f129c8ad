import PartialWaves

/// How one number came out of all toys: pulls, (value − truth)/error, should be standard normal.
public struct PullSummary: Sendable, Equatable {
  public let quantity: ToyStudy.Quantity
  /// Of the fitted values; of angles by the turn that is nearest to the truth.
  public let values: SampleMoments
  /// The mean of the errors that the fits gave.
  public let meanError: Double
  /// Of the pulls of toys with errors.
  public let pulls: SampleMoments
  /// How often the interval value ± error holds the truth; 68.27 % if errors are right.
  public let coverage: Proportion

  public init(_ quantity: ToyStudy.Quantity, _ estimates: [ToyResult.Estimate]) {
    self.quantity = quantity
    let deviations = estimates.map {
      $0.value.difference(to: quantity.truth, isAngle: quantity.isAngle)
    }
    values = SampleMoments(deviations.map { quantity.truth + $0 })
    let known = zip(deviations, estimates).compactMap { deviation, estimate in
      estimate.error.flatMap { $0 > 0 && $0.isFinite ? (deviation, $0) : nil }
    }
    meanError = known.reduce(0) { $0 + $1.1 } / Double(known.count)
    let pulls = known.map { $0.0 / $0.1 }
    self.pulls = SampleMoments(pulls)
    coverage = Proportion(successes: pulls.count { $0.magnitude <= 1 }, of: pulls.count)
  }
}

extension ToyStudy {
  /// The pulls of every quantity, over converged toys.
  public func pulls(_ results: [ToyResult]) -> [PullSummary] {
    let converged = results.filter(\.isConverged)
    return quantities.indices.map { i in
      PullSummary(quantities[i], converged.map { $0.estimates[i] })
    }
  }
}
