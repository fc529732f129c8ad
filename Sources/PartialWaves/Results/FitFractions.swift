import Communication
import LinearAlgebra

/// How much each resonance of a channel would contribute alone, and how much pairs of them
/// interfere: FF_r = ∫I_r/∫I and FF_rs = ∫(I_{r+s} − I_r − I_s)/∫I over phase space. All together
/// they sum to 1.
public struct FitFractions: Sendable {
  /// A fraction with its derivatives with respect to the free parameters.
  public struct Fraction: Sendable, Equatable {
    /// The fraction; 1 is 100 %.
    public let value: Double
    /// Its derivatives with respect to the free parameters.
    public let gradient: [Double]

    /// The standard deviation for a covariance of the free parameters, to first order.
    public func deviation(_ covariance: DenseMatrix) -> Double {
      var sum = 0.0
      for i in gradient.indices {
        for j in gradient.indices { sum += gradient[i] * covariance[i, j] * gradient[j] }
      }
      return max(sum, 0).squareRoot()
    }

    func divided(by other: Self) -> Self {
      let quotient = value / other.value
      return Self(
        value: quotient,
        gradient: zip(gradient, other.gradient).map { ($0 - quotient * $1) / other.value })
    }
  }

  /// Names of the resonances.
  public let names: [String]
  /// FF_r.
  public let fractions: [Fraction]
  /// FF_rs for r < s, row after row.
  public let interferences: [(first: Int, second: Int, fraction: Fraction)]
  /// Σ FF_r.
  public let sum: Fraction

  /// The fractions of a channel at values of the free parameters, over its truth events, or over
  /// the integration events if there are none.
  ///
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  public init(
    of channel: Channel, at x: [Double], _ parameters: ParameterSet, workers: Workers = .one
  ) throws {
    let sample = channel.truth ?? channel.integration
    let amplitude = channel.amplitude
    let count = amplitude.resonances.count
    var pairs: [(Int, Int)] = []
    for r in 0..<count { for s in r + 1..<max(count, r + 1) { pairs.append((r, s)) } }
    let sets = [Set(0..<count)] + (0..<count).map { [$0] } + pairs.map { [$0.0, $0.1] }
    let integrals = try channel.integrals(
      over: sample, sets.map(amplitude.only), at: x, parameters, workers)
    let total = integrals[0]
    /// The quotient of a combination of integrals and the total.
    func fraction(_ terms: [(Double, Int)]) -> Fraction {
      Fraction(
        value: terms.reduce(0) { $0 + $1.0 * integrals[$1.1].value },
        gradient: total.gradient.indices.map { i in
          terms.reduce(0) { $0 + $1.0 * integrals[$1.1].gradient[i] }
        }
      ).divided(by: total)
    }
    names = amplitude.resonances
    fractions = (0..<count).map { fraction([(1, 1 + $0)]) }
    interferences = pairs.enumerated().map { i, pair in
      (
        pair.0, pair.1,
        fraction([(1, 1 + count + i), (-1, 1 + pair.0), (-1, 1 + pair.1)])
      )
    }
    sum = fraction((0..<count).map { (1, 1 + $0) })
  }
}

extension Channel {
  /// The weighted sums of the intensities of some groups of terms, with their derivatives with
  /// respect to the free parameters.
  func integrals(
    over sample: EventSample, _ groupings: [AmplitudeSum.Grouping], at x: [Double],
    _ parameters: ParameterSet, _ workers: Workers
  ) throws -> [FitFractions.Fraction] {
    let physical = PhysicalParameters(amplitude)
    let all = parameters.values(at: x)
    let known =
      try groupings.contains(where: \.hasBackground)
      ? integralBeforeData(
        NativeLanes.Doubles.self, all, parameters.isVaried, wantsGradient: true, workers) : nil
    let values = physical.values(of: all, strength: known?.strength)
    let isActive = physical.isActive(free: parameters.isVaried)
    let jobs = groupings.map { grouping in
      EventSums.Job(
        kernel: IntensityKernel<NativeLanes.Doubles>(
          amplitude, sample.columns, .intensity, grouping, values: values, isActive: isActive,
          wantsGradient: true), sample: sample)
    }
    return try EventSums(workers: workers)(jobs).map { sum in
      let sum = known?.pulledBack(sum) ?? sum
      var gradient = [Double](repeating: 0, count: all.count)
      physical.pullBack(sum.gradient, at: all, to: &gradient)
      return FitFractions.Fraction(value: sum.value, gradient: parameters.pullBack(gradient))
    }
  }
}
