import Communication
import LinearAlgebra
import Optimization
import PartialWaves

/// A model at a minimum of −log L, with which every study begins.
public struct FittedModel: Sendable {
  /// The model with its events; its parameters have the values that the fit began with.
  public let model: LoadedModel
  /// Values of the free parameters at the minimum.
  public let point: [Double]
  /// −log L there.
  public let value: Double
  /// `Likelihood.covariance(_:at:)` there; nil if the Hessian is not positive definite.
  public let covariance: Covariance?
  /// The inverse of the Hessian there, which is the covariance where the data have no weights.
  private let inverse: Covariance?
  /// Whether the fit ended at a minimum.
  public let isConverged: Bool

  /// Fits from the values of the model's parameters and from additional random starts, and keeps
  /// the lowest minimum.
  ///
  /// - Throws: `InvalidInput` if nothing fixes the scale or the phase of all amplitudes;
  ///   `EvaluationFailure` if no start could be evaluated; `UnsuitableProblem` if the optimizer
  ///   cannot work with the parameters' ranges; `DataFileError` if events on the disk cannot be
  ///   read; `Interruption`.
  public init(_ model: LoadedModel, randomStarts: Int = 0, wantsErrors: Bool = true) throws {
    let attempts = try Self.attempts(model, randomStarts: randomStarts)
    guard let best = attempts.ranked.first, let value = best.value else {
      throw EvaluationFailure("no start of the fit could be evaluated")
    }
    self.model = model
    point = best.point
    self.value = value
    isConverged =
      try best.isAtMinimum && model.likelihood.vanishingIntensity(at: best.point) == nil
    let likelihood = model.likelihood
    let hessian = try wantsErrors ? definedValue { try likelihood.hessian(at: best.point) } : nil
    inverse = try hessian.flatMap { hessian in
      try definedValue { try likelihood.inverse(of: hessian, at: best.point) }
    }
    covariance = try hessian.flatMap { hessian in
      try definedValue { try likelihood.covariance(hessian, at: best.point) }
    }
  }

  private static func attempts(
    _ model: LoadedModel, randomStarts: Int
  ) throws -> [FitAttempt] {
    try model.file.checkReference()
    let fit = ModelFit(model)
    let starts = FitStarts(model.file)
    var attempts = [try fit.attempt(0, from: model.file.parameters.start)]
    for number in 1..<(randomStarts + 1) {
      attempts.append(try fit.attempt(number, from: starts.random(number)))
    }
    return attempts
  }

  /// The parameters with the values of the minimum.
  public var parameters: ParameterSet { model.file.parameters.replacing(free: point) }

  /// Values of all parameters.
  public var values: [Double] { model.file.parameters.values(at: point) }

  /// How many parameters are free.
  public var freeParameterCount: Int { point.count }

  /// The sum of the data's weights over all channels. Times ``weightScale`` it is the N of
  /// information criteria.
  public var dataWeight: Double { model.channels.reduce(0) { $0 + $1.channel.data.totalWeight } }

  /// The standard deviation of free parameter `i`; nil without a covariance, and at an end of its
  /// range.
  public func error(_ i: Int) -> Double? {
    covariance.flatMap { $0.matrix[i, i] > 0 ? $0.matrix[i, i].squareRoot() : nil }
  }

  /// The variance of free parameter `i` over the one without the correction for weights; 1 if data
  /// have no weights.
  func widening(_ i: Int) -> Double {
    guard let covariance, let inverse, inverse.matrix[i, i] > 0 else { return 1 }
    return covariance.matrix[i, i] / inverse.matrix[i, i]
  }

  /// The factor of differences of −log L before they are compared with χ²: Σw/Σw² over the data of
  /// all channels whose errors take weights into account, 1 without weights. It is exact for equal
  /// weights, and an estimate for others.
  public var weightScale: Double {
    let samples = model.channels.map(\.channel).filter(\.correctsForWeights).map(\.data)
    let squares = samples.reduce(0) { $0 + $1.totalSquaredWeight }
    return squares > 0 ? samples.reduce(0) { $0 + $1.totalWeight } / squares : 1
  }
}
