import Communication
import LinearAlgebra
import Optimization
import RandomNumbers

/// The spread of fit fractions over parameters that are drawn from the normal distribution of a
/// covariance: errors of fractions beyond first order.
public struct DrawnFractions: Sendable {
  /// The standard deviation of each fraction.
  public let deviations: [Double]
  /// The standard deviation of the sum of fractions.
  public let sumDeviation: Double
  /// How many times parameters were drawn.
  public let draws: Int

  /// The stream of random numbers that parameters are drawn from.
  private static let stream: UInt32 = 4

  /// - Parameters:
  ///   - channel: The channel whose fractions are computed.
  ///   - x: Values of the free parameters, the mean of the distribution.
  ///   - parameters: The parameters of the model.
  ///   - covariance: Of the free parameters; a parameter of variance zero is not drawn.
  ///   - draws: How many times parameters are drawn, two at least.
  ///   - seed: The seed of the random numbers.
  ///   - workers: The threads that sum over events.
  /// - Throws: `Covariance.NotPositive` if the covariance is not positive definite; `DataFileError`
  ///   if events on the disk cannot be read; `Interruption`.
  public init(
    of channel: Channel, at x: [Double], _ parameters: ParameterSet, _ covariance: DenseMatrix,
    draws: Int, seed: UInt64, workers: Workers = .one
  ) throws {
    // Parameters without variance are not drawn.
    let held = x.indices.filter { covariance[$0, $0] == 0 }
    let proper = DenseMatrix(rows: x.count, columns: x.count) { i, j in
      i == j && held.contains(i) ? 1 : covariance[i, j]
    }
    guard let factor = CholeskyFactor(proper) else {
      throw Covariance.NotPositive()
    }
    let sample = channel.smaller.truth ?? channel.smaller.integration
    let count = channel.amplitude.resonances.count
    var samples: [[Double]] = []
    for draw in 0..<draws {
      var random = PhiloxGenerator(seed: seed, stream: Self.stream, item: UInt64(draw))
      let normal = x.indices.map { _ in random.nextNormal() }
      let point = x.indices.map { i in
        held.contains(i) ? x[i] : (0...i).reduce(x[i]) { $0 + factor.lower[i, $1] * normal[$1] }
      }
      let integrals = try channel.integrals(
        over: sample, at: parameters.values(at: point),
        [Set(0..<count)] + (0..<count).map { [$0] }, workers)
      let fractions = integrals.dropFirst().map { $0 / integrals[0] }
      samples.append(fractions + [fractions.reduce(0, +)])
    }
    let spreads = (0...count).map { r -> Double in
      let mean = samples.reduce(0) { $0 + $1[r] } / Double(draws)
      let square = samples.reduce(0) { $0 + ($1[r] - mean) * ($1[r] - mean) }
      return (square / Double(max(draws - 1, 1))).squareRoot()
    }
    deviations = Array(spreads.dropLast())
    sumDeviation = spreads[count]
    self.draws = draws
  }
}

extension Covariance {
  /// A matrix that is not the covariance of a normal distribution.
  public struct NotPositive: Error, CustomStringConvertible {
    public var description: String { "the covariance is not positive definite" }
  }
}

extension Channel {
  /// The weighted sums of the intensities of some sets of resonances.
  func integrals(
    over sample: EventSample, at parameters: [Double], _ sets: [Set<Int>], _ workers: Workers
  ) throws -> [Double] {
    let physical = PhysicalParameters(amplitude)
    let values = physical.values(of: parameters)
    let jobs = sets.map { set in
      EventSums.Job(
        kernel: IntensityKernel<NativeLanes.Doubles>(
          amplitude, sample.columns, .intensity, amplitude.only(set), values: values,
          isActive: Array(repeating: false, count: physical.count), wantsGradient: false),
        sample: sample)
    }
    return try EventSums(workers: workers)(jobs).map(\.value)
  }
}
