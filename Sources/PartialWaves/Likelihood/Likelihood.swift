import AutoDiff
import Communication
import LinearAlgebra
import Optimization
import SystemLibrary

/// The negative logarithm of the likelihood of a model with one or several channels:
///
/// Σ_channels −Σᵢ wᵢ log I(xᵢ) + N log(Σⱼ vⱼ I(yⱼ)/Σⱼ vⱼ) + N·(pulls), N = Σᵢ wᵢ,
///
/// with data x of weights w and Monte-Carlo events y of weights v for the integral. Efficiency
/// cancels, if the integration events went through detection and selection as the data did.
public struct Likelihood: Sendable {
  /// The channels, whose terms are added.
  public let channels: [Channel]
  /// The parameters of all channels.
  public let parameters: ParameterSet
  /// The threads and processes that sum over events.
  public var workers: Workers

  /// - Parameters:
  ///   - channels: The channels, whose terms are added.
  ///   - parameters: The parameters that the channels' amplitudes refer to by place.
  ///   - workers: The threads and processes that sum over events.
  public init(
    channels: [Channel], parameters: ParameterSet, workers: Workers = .all
  ) {
    self.channels = channels
    self.parameters = parameters
    self.workers = workers
  }

  /// Number of free parameters.
  public var dimension: Int { parameters.free.count }

  /// −log L, pulls and constraints included.
  ///
  /// - Parameter x: Values of the free parameters.
  /// - Throws: `EvaluationFailure` if the likelihood has no value there: an intensity that is not
  ///   positive at an event of the data, an integral that is not finite and positive;
  ///   `DataFileError` if events on the disk cannot be read; `Interruption`.
  public func value(at x: [Double]) throws -> Double {
    try evaluate(x, NativeLanes.Doubles.self, wantsGradient: false).value
  }

  /// −log L and its gradient with respect to the free parameters.
  ///
  /// - Throws: The errors of ``value(at:)``.
  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try evaluate(x, NativeLanes.Doubles.self, wantsGradient: true)
  }

  /// The product of the Hessian with a vector over the free parameters, without forming the
  /// Hessian.
  ///
  /// - Throws: The errors of ``value(at:)``.
  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    try valueGradientAndProduct(at: x, direction: direction).product
  }

  /// The value, the gradient, and the product of the Hessian with a vector, in one pass.
  ///
  /// - Throws: The errors of ``value(at:)``.
  public func valueGradientAndProduct(
    at x: [Double], direction: [Double]
  ) throws -> (value: Double, gradient: [Double], product: [Double]) {
    let along = zip(x, direction).map { Tangent<Double>($0, tangent: $1) }
    let result = try evaluate(along, Tangent<NativeLanes.Doubles>.self, wantsGradient: true)
    return (
      result.value.value, result.gradient.map(\.value), result.gradient.map(\.tangent)
    )
  }

  /// The derivative of the value along a direction, by forward mode.
  ///
  /// - Throws: The errors of ``value(at:)``.
  public func derivative(at x: [Double], along direction: [Double]) throws -> Double {
    let along = zip(x, direction).map { Tangent<Double>($0, tangent: $1) }
    return try evaluate(along, Tangent<NativeLanes.Doubles>.self, wantsGradient: false)
      .value.tangent
  }

  /// The full Hessian with respect to the free parameters, symmetric to the last bit.
  ///
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  public func hessian(at x: [Double]) throws -> DenseMatrix {
    require(x.count == dimension, "a likelihood takes one number for each free parameter")
    let values = parameters.values(at: x)
    let isVaried = parameters.isVaried
    let integrals = try channels.map { try $0.integralBeforeData(values, isVaried, workers) }
    let jobs = zip(channels, integrals).flatMap { channel, integral in
      channel.curvatureJobs(values, isVaried, strength: integral?.strength)
    }
    let sums = try EventSums(workers: workers)(jobs)
    var full = DenseMatrix.zero(rows: values.count, columns: values.count)
    var next = 0
    for (channel, integral) in zip(channels, integrals) {
      let end = next + channel.summed.count
      let own = Array(sums[next..<end])
      channel.addHessian(of: integral?.completing(own) ?? own, values, to: &full)
      next = end
    }
    return reduced(full)
  }

  private func evaluate<N: EventNumber>(
    _ x: [N.Constant], _: N.Type, wantsGradient: Bool
  ) throws -> (value: N.Constant, gradient: [N.Constant]) {
    require(x.count == dimension, "a likelihood takes one number for each free parameter")
    let values = parameters.values(at: x)
    let isVaried = parameters.isVaried
    var jobs: [EventSums.Job<IntensityKernel<N>>] = []
    let integrals = try channels.map {
      try $0.integralBeforeData(
        N.self, values, isVaried, wantsGradient: wantsGradient, workers)
    }
    for (channel, integral) in zip(channels, integrals) {
      jobs += channel.jobs(
        values, isVaried, strength: integral?.strength, wantsGradient: wantsGradient)
    }
    let sums = try EventSums(workers: workers)(jobs)
    var value = N.Constant.zero
    var gradient = [N.Constant](repeating: .zero, count: wantsGradient ? values.count : 0)
    var next = 0
    for (channel, integral) in zip(channels, integrals) {
      let end = next + channel.summed.count
      var own = Array(sums[next..<end])
      if let integral { own = integral.completing(own) }
      next = end
      try channel.checkEvents(own, values, workers)
      value += channel.combine(own, values, &gradient)
    }
    return (value, parameters.pullBack(gradient))
  }
}

extension Likelihood: FullHessianFunction {}
