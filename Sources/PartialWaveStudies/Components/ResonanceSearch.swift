import Documents
import Optimization
import PartialWaves
import SystemLibrary

/// A model with added resonances, compared with the model without them.
public struct ExtendedModel: Sendable {
  /// The names of the added resonances; empty for the model itself.
  public let added: [String]
  /// Number of free parameters.
  public let freeParameterCount: Int
  /// −log L at the best minimum.
  public let value: Double
  /// By how much −log L is lower than without the added resonances.
  public let improvement: Double
  /// P(χ²_k ≥ 2·improvement) for the k parameters that were added. Here, and in ``akaikeCriterion`` and
  /// ``bayesianCriterion``, −log L is multiplied by ``FittedModel/weightScale``.
  public let probability: TailProbability
  /// 2 (−log L) + 2 k: H. Akaike, IEEE Trans. Autom. Control 19, 716 (1974).
  public let akaikeCriterion: Double
  /// 2 (−log L) + k ln N: G. Schwarz, Ann. Stat. 6, 461 (1978). N is the number of
  /// the data's events, (Σw)²/Σw² with weights.
  public let bayesianCriterion: Double
  /// Whether the fit ended at a minimum.
  public let isConverged: Bool

  init(_ added: [String], _ extended: FittedModel, against base: FittedModel) {
    self.added = added
    freeParameterCount = extended.freeParameterCount
    value = extended.value
    improvement = base.value - extended.value
    let scale = base.weightScale
    probability = TailProbability(
      chiSquare: 2 * scale * improvement,
      degrees: max(extended.freeParameterCount - base.freeParameterCount, 0))
    akaikeCriterion = 2 * scale * extended.value + 2 * Double(freeParameterCount)
    bayesianCriterion =
      2 * scale * extended.value + Double(freeParameterCount) * log(scale * extended.dataWeight)
    isConverged = extended.isConverged
  }
}

/// Adds resonances of a pool to a channel, one after the other and several at a time, and fits.
public struct ResonanceSearch {
  /// The model to which resonances are added, at its minimum.
  public let fitted: FittedModel
  /// The candidates.
  public let pool: ResonancePool
  /// The channel to which resonances are added.
  public let channel: String
  /// The largest number of resonances that are added at a time.
  public let largest: Int
  /// Additional fits from random starts, beside the one from the values of the fit and of the pool.
  public let randomStarts: Int

  /// Prepares a search; all candidates are checked.
  ///
  /// - Throws: `InvalidInput` if a candidate is wrong.
  public init(
    _ fitted: FittedModel, _ pool: ResonancePool, channel: String, upTo largest: Int = 1,
    randomStarts: Int = 0
  ) throws {
    self.fitted = fitted
    self.pool = pool
    self.channel = channel
    self.largest = largest
    self.randomStarts = randomStarts
    // All are added at once, so that every mistake is found before the first fit.
    _ = try fitted.model.file.adding(pool.candidates, toChannel: channel, from: pool.path)
  }

  /// Fits all combinations; they and the model itself, the best by the criterion of Schwarz first.
  ///
  /// - Parameter following: Called before each fit with the names of the combination, and how many
  ///   combinations are done of how many.
  /// - Throws: `InvalidInput` if a candidate is wrong; the errors of
  ///   ``FittedModel/init(_:randomStarts:wantsErrors:)``.
  public func run(
    following: (_ names: [String], _ done: Int, _ all: Int) -> Void = { _, _, _ in }
  ) throws -> [ExtendedModel] {
    var found = [ExtendedModel([], fitted, against: fitted)]
    let combinations = pool.combinations(upTo: largest)
    var file = fitted.model.file
    file.parameters = fitted.parameters
    for (done, members) in combinations.enumerated() {
      following(members.map(\.key), done, combinations.count)
      let model = try fitted.model.with(
        try file.adding(members, toChannel: channel, from: pool.path))
      found.append(
        ExtendedModel(
          members.map(\.key),
          try FittedModel(model, randomStarts: randomStarts, wantsErrors: false), against: fitted))
    }
    return found.sorted { $0.bayesianCriterion < $1.bayesianCriterion }
  }
}
