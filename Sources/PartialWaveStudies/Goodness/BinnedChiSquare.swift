import PartialWaves

/// Pearson's χ² between data and model in bins of equal expected content.
///
/// The bins are made from the integration events, weighted by the model's intensity: they do not
/// depend on the data. With N the sum of the data's weights and f_b the model's fraction in a bin,
///
/// χ² = Σ_b (n_b − N f_b)²/(N f_b Σw²/Σw + N² σ²(f_b)),
///
/// where the last term is the variance of the fraction from the finite number of integration
/// events. After a fit of k parameters to the unbinned data χ² lies between distributions of
/// bins − 1 − k and bins − 1 degrees of freedom (H. Chernoff, E. Lehmann, Ann. Math. Stat. 25, 579
/// (1954)).
public struct BinnedChiSquare: Sendable, Equatable {
  /// The value of χ².
  public let chiSquare: Double
  /// Number of bins.
  public let bins: Int
  /// How many parameters were fitted.
  public let freeParameterCount: Int
  /// (n − e)/σ of each bin.
  public let residuals: [Double]

  /// Divides the space into bins of equal weight of the model, and compares their contents.
  ///
  /// - Parameters:
  ///   - data: The events of the data.
  ///   - weights: Their weights.
  ///   - model: Integration events.
  ///   - modelWeights: Their weights times the intensity of the model, in any scale.
  ///   - wanted: Number of bins.
  ///   - freeParameterCount: Number of fitted parameters.
  public init(
    data: Points, weights: [Double], model: Points, modelWeights: [Double], bins wanted: Int,
    freeParameterCount: Int
  ) {
    let bins = AdaptiveBins(model, weights: modelWeights, count: wanted)
    let observed = bins.contents(data, weights)
    let expected = bins.contents(model, modelWeights)
    let dataWeight = observed.sums.reduce(0, +)
    let spread = observed.squares.reduce(0, +) / dataWeight
    let scale = dataWeight / expected.sums.reduce(0, +)
    residuals = (0..<bins.count).map { bin in
      let content = scale * expected.sums[bin]
      let variance = content * spread + scale * scale * expected.squares[bin]
      return (observed.sums[bin] - content) / variance.squareRoot()
    }
    chiSquare = residuals.reduce(0) { $0 + $1 * $1 }
    self.bins = bins.count
    self.freeParameterCount = freeParameterCount
  }

  /// The number of degrees of freedom if every fitted parameter removes one: bins − 1 − k, not
  /// below 0.
  public var lowerDegrees: Int { max(bins - 1 - freeParameterCount, 0) }
  /// The number of degrees of freedom if fitted parameters remove none: bins − 1.
  public var upperDegrees: Int { bins - 1 }

  /// The p-value of ``lowerDegrees``: the true one is not smaller.
  public var lowerProbability: TailProbability {
    TailProbability(chiSquare: chiSquare, degrees: lowerDegrees)
  }
  /// The p-value of ``upperDegrees``: the true one is not larger.
  public var upperProbability: TailProbability {
    TailProbability(chiSquare: chiSquare, degrees: upperDegrees)
  }
}
