import LinearAlgebra
import Optimization

/// The outcome of a fit: the best minimum, with errors from the Hessian there.
public struct FitSummary: Sendable {
  /// All starts of the fit, in the order in which they were made.
  public let attempts: [FitAttempt]
  /// The start that ended at the lowest −log L.
  public let best: FitAttempt
  /// Values of the free parameters at the best minimum.
  public let point: [Double]
  /// −log L at the best minimum, pulls and constraints included.
  public let value: Double
  /// The covariance of the free parameters at the minimum (``Likelihood/covariance(_:at:)``); nil
  /// if the Hessian is not positive definite.
  public let covariance: Covariance?
  /// For each free parameter the end of its range at which it lies; nil if it lies inside.
  public let borders: [Border?]
  /// The minima that were found, the lowest first.
  public let minima: [FitMinimum]
  /// Directions in which the likelihood does not rise, in words.
  public let poorDirections: [String]
  /// Why −log L has no minimum at the best point although its search converged, in words; nil if no
  /// such reason is known.
  public let divergence: String?
  /// The model's parameters with their values at the best minimum.
  public let parameters: ParameterSet

  /// Summarises the starts of a fit.
  ///
  /// - Throws: `EvaluationFailure` if no start could be evaluated; `DataFileError` if events on the
  ///   disk cannot be read; `Interruption`.
  public init(_ model: LoadedModel, _ attempts: [FitAttempt]) throws {
    self.attempts = attempts
    guard let best = attempts.ranked.first, let value = best.value else {
      throw EvaluationFailure("no start of the fit could be evaluated")
    }
    self.best = best
    point = best.point
    self.value = value
    parameters = model.file.parameters.replacing(free: best.point)
    divergence = try model.likelihood.vanishingIntensity(at: best.point)
    let hessian = try model.likelihood.hessian(at: best.point)
    borders = model.file.parameters.borders(at: best.point, hessian)
    minima = try model.minima(of: attempts)
    let names = model.file.parameters.freeNames
    do {
      covariance = try model.likelihood.covariance(hessian, at: best.point)
      poorDirections = []
    } catch let error as Covariance.Indefinite {
      covariance = nil
      poorDirections = error.directions.map { poor in
        let largest = poor.direction.indices
          .filter { poor.direction[$0].magnitude > 0.2 }
          .sorted { poor.direction[$0].magnitude > poor.direction[$1].magnitude }
        return "curvature \(poor.curvature) along "
          + largest.map { names[$0] }.joined(separator: ", ")
      }
    }
  }

  /// Whether the best point is a minimum.
  public var isAtMinimum: Bool { best.isAtMinimum && divergence == nil }

  /// How the best search ended, in words.
  public var ending: String { divergence ?? best.ending }

  /// The standard deviation of every parameter of the model; nil for fixed ones, for those at an
  /// end of their range, and where there is no covariance.
  public var errors: [Double?] {
    let deviations = covariance?.deviations
    return parameters.parameters.indices.map { i in
      parameters.freePlace(of: i).flatMap { borders[$0] == nil ? deviations?[$0] : nil }
    }
  }

  /// For each parameter of the model the end of its range at which it lies; nil if it lies inside,
  /// or is fixed.
  public var allBorders: [Border?] {
    parameters.parameters.indices.map { i in parameters.freePlace(of: i).flatMap { borders[$0] } }
  }
}
