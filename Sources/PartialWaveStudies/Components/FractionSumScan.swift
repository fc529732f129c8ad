import Communication
import Documents
import Optimization
import PartialWaves

/// How the likelihood changes when the sum of the fit fractions is pulled to given values: strong
/// interference that the data do not need goes away at little cost.
public struct FractionSumScan: Sendable {
  /// What is scanned.
  public struct Settings: Sendable, Equatable {
    /// Wanted sums of fractions.
    public var sums: [Double]
    /// Strengths of the penalty N·strength·(Σ FF − sum)².
    public var strengths: [Double]
    /// Whether each fit begins at the one before; otherwise all begin at the fit without.
    public var isChained = true
    /// Fits from random starts besides.
    public var randomStarts = 0

    public init(sums: [Double], strengths: [Double]) {
      self.sums = sums
      self.strengths = strengths
    }
  }

  /// A fit with one wanted sum and one strength.
  public struct Point: Sendable, Equatable {
    public let sum: Double
    public let strength: Double
    /// −log L with the penalty.
    public let value: Double
    /// −log L without.
    public let valueWithoutPenalty: Double
    /// Σ FF of each channel.
    public let fractionSums: [Double]
    public let isConverged: Bool
  }

  public let fitted: FittedModel
  public let settings: Settings

  /// - Throws: `InvalidInput` if a channel has no truth events, over which fractions are summed.
  public init(_ fitted: FittedModel, _ settings: Settings) throws {
    if let channel = fitted.model.channels.first(where: { $0.channel.truth == nil }) {
      throw InvalidInput(
        file: fitted.model.file.path,
        "channel \(quoted(channel.model.name)): a constraint on fractions needs \"truth\" events")
    }
    self.fitted = fitted
    self.settings = settings
  }

  /// Strength by strength, sum by sum.
  public func run(following: (Point) -> Void = { _ in }) throws -> [Point] {
    var points: [Point] = []
    for strength in settings.strengths {
      var start = fitted.point
      for sum in settings.sums {
        let (point, end) = try point(sum, strength, from: start)
        if settings.isChained { start = end }
        points.append(point)
        following(point)
      }
    }
    return points
  }

  private func point(
    _ sum: Double, _ strength: Double, from start: [Double]
  ) throws -> (Point, end: [Double]) {
    let parameters = fitted.model.file.parameters.replacing(free: start)
    let model = fitted.model.with(parameters: parameters) {
      $0.fractionConstraint = .init(sum: sum, strength: strength)
    }
    let fit = try FittedModel(model, randomStarts: settings.randomStarts, wantsErrors: false)
    let free = model.with(parameters: parameters) { $0.fractionConstraint = nil }
    let sums = try model.channels.map { channel in
      try FitFractions(
        of: channel.channel, at: fit.point, parameters, workers: model.likelihood.workers
      ).sum.value
    }
    let point = Point(
      sum: sum, strength: strength, value: fit.value,
      valueWithoutPenalty: try free.likelihood.value(at: fit.point), fractionSums: sums,
      isConverged: fit.isConverged)
    return (point, fit.point)
  }
}
