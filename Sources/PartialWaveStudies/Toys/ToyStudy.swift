import Communication
import Optimization
import PartialWaves

/// Fits many data sets that the model itself drew (toys), to test whether fits are unbiased and
/// their errors right.
///
/// The truth is the model at the values of its parameters. The integration events are the same in
/// all toys. With data from phase space, their finite number shifts the means of all pulls
/// together; with data drawn from the integration events it does not (`LoadedModel.EventOrigin`).
public struct ToyStudy: Sendable {
  /// How toys are made.
  public struct Settings: Sendable, Equatable {
    /// How many toys there are.
    public var toys = 100
    /// Toy i depends on the seed and on i alone.
    public var seed: UInt64 = 1
    /// Where the events of toys come from.
    public var origin = LoadedModel.EventOrigin.phaseSpace
    /// Additional fits from random starts, beside the one from the truth.
    public var randomStarts = 0
    /// Number of events of each channel. Nil: the yield of the channel if that is fitted, else the
    /// sum of its data's weights.
    public var events: Int?

    /// The usual settings.
    public init() {}
  }

  /// A number whose truth is known.
  public struct Quantity: Sendable, Equatable {
    /// A parameter's name, or "f0_980.fraction", "sum.fraction".
    public let name: String
    /// Its unit; empty for fractions and other numbers without unit.
    public let unit: String
    /// The value with which toys are drawn.
    public let truth: Double

    /// Whether values that differ by 2π are the same.
    public var isAngle: Bool { unit == "rad" }
  }

  /// The model that draws the toys, at the truth.
  public let model: LoadedModel
  /// How toys are made.
  public let settings: Settings
  /// The free parameters, then the fractions of each channel with their sum.
  public let quantities: [Quantity]
  /// The true sums of fractions, by channel.
  let fractionSums: [Double]

  /// Prepares a study; the true fractions are computed.
  ///
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  public init(_ model: LoadedModel, _ settings: Settings) throws {
    let model = settings.events.map(model.expecting) ?? model
    self.model = model
    self.settings = settings
    let parameters = model.file.parameters
    var quantities = parameters.free.map { place in
      let parameter = parameters.parameters[place]
      return Quantity(name: parameter.name, unit: parameter.unit, truth: parameter.value)
    }
    var sums: [Double] = []
    for channel in model.channels {
      let suffix = model.channels.count > 1 ? "@\(channel.model.name)" : ""
      let fractions = try FitFractions(
        of: channel.channel, at: parameters.start, parameters, workers: model.likelihood.workers)
      for (name, fraction) in zip(fractions.names, fractions.fractions) {
        quantities.append(
          Quantity(name: "\(name).fraction\(suffix)", unit: "", truth: fraction.value))
      }
      quantities.append(
        Quantity(name: "sum.fraction\(suffix)", unit: "", truth: fractions.sum.value))
      sums.append(fractions.sum.value)
    }
    self.quantities = quantities
    fractionSums = sums
  }

  /// Fits every toy that `results` does not hold yet; `results` is up to date after each.
  ///
  /// - Parameters:
  ///   - results: The results so far, the same in all processes; each new one is appended.
  ///   - processes: Processes each of which has all events of the model, and among which toys are shared out whole;
  ///     a single one where processes share the events.
  ///   - starting: Called with the index of a toy before it is drawn.
  ///   - finished: Called with all results after every toy.
  /// - Throws: The errors of ``toy(_:)``, and what `finished` throws.
  public func run(
    _ results: inout [ToyResult], sharedOutOver processes: any Communicator = SingleProcess(),
    starting: (Int) -> Void = { _ in },
    finished: ([ToyResult]) throws -> Void = { _ in }
  ) throws {
    let done = Set(results.map(\.index))
    for round in processes.rounds(of: (0..<settings.toys).filter { !done.contains($0) }) {
      let found = try processes.shareOut(round) { index in
        starting(index)
        return try toy(index)
      }
      for result in found {
        results.append(result)
        try finished(results)
      }
    }
  }

  /// Draws and fits the toy of this index.
  ///
  /// - Throws: `InvalidInput` if events are to come from phase space in a channel with a
  ///   background; `EvaluationFailure` if the likelihood of the toy has no value at the truth; the
  ///   errors of ``FittedModel/init(_:randomStarts:wantsErrors:)``.
  public func toy(_ index: Int) throws -> ToyResult {
    let clock = ContinuousClock.now
    let parameters = model.file.parameters
    let toy = try model(ofToy: index)
    let valueAtTruth = try toy.likelihood.value(at: parameters.start)
    let fitted = try FittedModel(toy, randomStarts: settings.randomStarts)
    var estimates = fitted.point.indices.map { i in
      ToyResult.Estimate(value: fitted.point[i], error: fitted.error(i))
    }
    for channel in toy.channels {
      let fractions = try FitFractions(
        of: channel.channel, at: fitted.point, parameters, workers: toy.likelihood.workers)
      estimates += (fractions.fractions + [fractions.sum]).map { fraction in
        ToyResult.Estimate(
          value: fraction.value, error: fitted.covariance.map { fraction.deviation($0.matrix) })
      }
    }
    return ToyResult(
      index: index, value: fitted.value, valueAtTruth: valueAtTruth,
      isConverged: fitted.isConverged, estimates: estimates,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}
