import Communication
import Documents
import Optimization
import PartialWaves

/// How the likelihood changes when the sum of the fit fractions is pulled to given values. Strong
/// interference that the data do not require disappears with a small rise of −log L.
public struct FractionSumScan: Sendable {
  /// What is scanned.
  public struct Settings: Sendable, Equatable {
    /// Wanted sums of fractions.
    public var sums: [Double]
    /// Strengths of the penalty N·strength·(Σ FF − sum)².
    public var strengths: [Double]
    /// Whether each fit starts at the result of the one before; otherwise all start at the fit
    /// without the constraint.
    public var isChained = true
    /// Additional fits from random starts for each point.
    public var randomStarts = 0

    /// A scan over all pairs of a sum and a strength.
    public init(sums: [Double], strengths: [Double]) {
      self.sums = sums
      self.strengths = strengths
    }
  }

  /// A fit with one wanted sum and one strength.
  public struct Point: Sendable, Equatable {
    /// The wanted sum of fractions; 1 is 100 %.
    public let sum: Double
    /// The strength of the penalty.
    public let strength: Double
    /// −log L with the penalty.
    public let value: Double
    /// −log L without the penalty, at the same parameters.
    public let valueWithoutPenalty: Double
    /// Σ FF of each channel.
    public let fractionSums: [Double]
    /// Whether the fit ended at a minimum.
    public let isConverged: Bool
  }

  /// The fit without a constraint on fractions, from which the scan begins.
  public let fitted: FittedModel
  /// What is scanned.
  public let settings: Settings

  /// Scans the sum of the fractions of a fit.
  ///
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

  /// Fits strength by strength, and for each strength sum by sum.
  ///
  /// - Parameter following: Called with every point.
  /// - Throws: The errors of ``FittedModel/init(_:randomStarts:wantsErrors:)``.
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
