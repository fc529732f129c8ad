import Documents
import Optimization
import PartialWaves
import SystemLibrary

/// A model with resonances that were added, against the model without.
public struct ExtendedModel: Sendable {
  /// The names of the added resonances; empty for the model itself.
  public let added: [String]
  /// How many parameters are free in all.
  public let freedom: Int
  /// −log L at the best minimum.
  public let value: Double
  /// By how much −log L fell.
  public let improvement: Double
  /// P(χ²_k ≥ 2·improvement) for the k parameters that were added; improvements, and −log L in what follows,
  /// are multiplied by ``FittedModel/weightScale``.
  public let probability: TailProbability
  /// 2 (−log L) + 2 k: H. Akaike, IEEE Trans. Autom. Control 19, 716 (1974).
  public let akaike: Double
  /// 2 (−log L) + k ln N: G. Schwarz, Ann. Stat. 6, 461 (1978). N is the number of
  /// the data's events, (Σw)²/Σw² with weights.
  public let bayes: Double
  public let isConverged: Bool

  init(_ added: [String], _ extended: FittedModel, against base: FittedModel) {
    self.added = added
    freedom = extended.freedom
    value = extended.value
    improvement = base.value - extended.value
    let scale = base.weightScale
    probability = TailProbability(
      chiSquare: 2 * scale * improvement, degrees: max(extended.freedom - base.freedom, 0))
    akaike = 2 * scale * extended.value + 2 * Double(freedom)
    bayes = 2 * scale * extended.value + Double(freedom) * log(scale * extended.dataWeight)
    isConverged = extended.isConverged
  }
}

/// Adds resonances of a pool to a channel, one after the other and several at a time, and fits.
public struct ResonanceSearch {
  public let fitted: FittedModel
  public let pool: ResonancePool
  /// The channel that resonances are added to.
  public let channel: String
  /// How many are added at a time.
  public let largest: Int
  /// Fits from random starts besides the one from the values of the fit and of the pool.
  public let randomStarts: Int

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
    // All at once, so that every mistake is found before the first fit.
    _ = try fitted.model.file.adding(pool.candidates, toChannel: channel, from: pool.path)
  }

  /// All combinations, and the model itself, the best by the criterion of Schwarz first.
  ///
  /// - Parameter following: Told which combination comes next, and how many are done of how many.
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
    return found.sorted { $0.bayes < $1.bayes }
  }
}
