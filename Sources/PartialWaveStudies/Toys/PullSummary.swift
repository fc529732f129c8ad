import PartialWaves

/// The results of all toys for one number. Pulls, (value − truth)/error, should be standard normal.
public struct PullSummary: Sendable, Equatable {
  /// The number that was fitted in all toys.
  public let quantity: ToyStudy.Quantity
  /// Moments of the fitted values; for angles, of the value modulo 2π that is nearest to the truth.
  public let values: SampleMoments
  /// The mean of the fits' errors.
  public let meanError: Double
  /// Moments of the pulls, over toys with errors.
  public let pulls: SampleMoments
  /// How often the interval value ± error contains the truth; 68.27 % if errors are right.
  public let coverage: Proportion

  /// - Parameters:
  ///   - quantity: What the toys estimate.
  ///   - estimates: The results of the toys; those without an error have no pull.
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
