import Communication
import PartialWaves
import RandomNumbers

/// A test whether two samples have the same distribution: if so, the nearest neighbours of an event
/// belong to its own sample no more often than by chance.
///
/// M. Williams, "How good are your fits? Unbinned multivariate goodness-of-fit tests in high energy
/// physics", JINST 5, P09004 (2010), doi:10.1088/1748-0221/5/09/P09004, section 3.2. There the
/// limits of mean and variance for many events in many dimensions are used; here the labels of the
/// events are permuted too, which needs no limit.
///
/// Where the data have weights that differ, such as those of a subtraction, the distribution
/// without them is not the model's, and labels cannot be permuted. With a = w for data and
/// a = −Σw/M for each of M model events, both samples together are a measure that is zero on
/// average if the distributions are the same. Then T = Σᵢ aᵢ Σⱼ aⱼ over the nearest neighbours j of
/// each i, over k·Σa², is 0 on average. Its distribution is found by giving the a random signs: the
/// wild bootstrap (H. Dehling, T. Mikosch, J. Multivar. Anal. 51, 392 (1994)). T contains weights,
/// not numbers of events, so that a correct subtraction has uniform p-values.
public struct MixedSampleTest: Sendable, Equatable {
  /// T: of all pairs of an event and one of its nearest neighbours, the fraction within one sample;
  /// with weights, the sum of aᵢaⱼ over these pairs, over k·Σa².
  public let statistic: Double
  /// μ, the mean of T if the distributions are the same.
  public let mean: Double
  /// (T − μ)/σ with Williams' limit of σ, or with that of random signs: about standard normal;
  /// positive if the samples differ.
  public let pull: Double
  /// How often permuted labels, or random signs, gave a T at least as large: the p-value.
  public let probability: Proportion
  /// Nearest neighbours of each event.
  public let neighbours: Int

  /// The stream of random numbers that labels are permuted with.
  private static let stream: UInt32 = 7

  /// - Parameters:
  ///   - data: The events of the data.
  ///   - weights: Of the data; nil if there are none.
  ///   - model: Events that the model distributes, with weight 1.
  ///   - neighbours: k, the number of nearest neighbours of each event.
  ///   - permutations: How many times labels are permuted; the resolution of the p-value is one
  ///     over this.
  ///   - seed: The seed of the permutations.
  ///   - workers: The threads that search for neighbours.
  /// - Throws: `Interruption`.
  public init(
    _ data: Points, weights: [Double]? = nil, _ model: Points, neighbours: Int = 10,
    permutations: Int = 1000,
    seed: UInt64 = 1, workers: Workers = .one
  ) throws {
    precondition(data.dimension == model.dimension, "the samples have the same axes")
    precondition(data.count > 0 && model.count > 0 && data.count + model.count > neighbours)
    let points = Points.joined(data, model, dividedBy: model.spreads)
    let pairs = try Self.pairs(points, neighbours, workers)
    if let weights, let first = weights.first, weights.contains(where: { $0 != first }) {
      precondition(weights.count == data.count, "one weight for each point")
      self.init(
        weights: weights, modelCount: model.count, pairs, neighbours: neighbours,
        permutations: permutations, seed: seed)
      return
    }
    var isData = (0..<points.count).map { $0 < data.count }
    let observed = Self.alike(pairs, isData, neighbours)
    var random = PhiloxGenerator(seed: seed, stream: Self.stream)
    var asLarge = 0
    for _ in 0..<permutations {
      isData.shuffle(using: &random)
      if Self.alike(pairs, isData, neighbours) >= observed { asLarge += 1 }
    }
    let (a, b) = (Double(data.count), Double(model.count))
    let n = a + b
    let statistic = Double(observed) / (n * Double(neighbours))
    let mean = (a * (a - 1) + b * (b - 1)) / (n * (n - 1))
    let product = a * b / (n * n)
    let variance = product * (1 + 4 * product) / (n * Double(neighbours))
    self.init(
      statistic: statistic, mean: mean, pull: (statistic - mean) / variance.squareRoot(),
      // The observed labels count as one permutation, so that the p-value is never zero.
      probability: Proportion(successes: asLarge + 1, of: permutations + 1), neighbours: neighbours)
  }

  private init(
    statistic: Double, mean: Double, pull: Double, probability: Proportion, neighbours: Int
  ) {
    self.statistic = statistic
    self.mean = mean
    self.pull = pull
    self.probability = probability
    self.neighbours = neighbours
  }

  private init(
    weights: [Double], modelCount: Int, _ pairs: [Int], neighbours: Int, permutations: Int,
    seed: UInt64
  ) {
    let modelAmount = -weights.reduce(0, +) / Double(modelCount)
    let amounts = weights + [Double](repeating: modelAmount, count: modelCount)
    let scale = amounts.reduce(0) { $0 + $1 * $1 } * Double(neighbours)
    func sum(_ amounts: [Double]) -> Double {
      var total = 0.0
      for (i, amount) in amounts.enumerated() {
        var near = 0.0
        for place in i * neighbours..<(i + 1) * neighbours { near += amounts[pairs[place]] }
        total += amount * near
      }
      return total / scale
    }
    let observed = sum(amounts)
    var random = PhiloxGenerator(seed: seed, stream: Self.stream)
    var (asLarge, squares) = (0, 0.0)
    for _ in 0..<permutations {
      let other = sum(amounts.map { Bool.random(using: &random) ? $0 : -$0 })
      if other >= observed { asLarge += 1 }
      squares += other * other
    }
    self.init(
      statistic: observed, mean: 0,
      pull: observed / (squares / Double(permutations)).squareRoot(),
      probability: Proportion(successes: asLarge + 1, of: permutations + 1), neighbours: neighbours)
  }

  /// The neighbours of all points, point after point.
  private static func pairs(
    _ points: Points, _ neighbours: Int, _ workers: Workers
  ) throws -> [Int] {
    let tree = NearestNeighbours(points)
    let chunk = 1024
    return try workers.map((points.count + chunk - 1) / chunk) { number in
      (number * chunk..<min((number + 1) * chunk, points.count)).flatMap {
        tree.neighbours(of: $0, neighbours)
      }
    }.flatMap(\.self)
  }

  /// How many pairs have the same label.
  private static func alike(_ pairs: [Int], _ isData: [Bool], _ neighbours: Int) -> Int {
    var count = 0
    var place = 0
    for label in isData {
      for _ in 0..<neighbours {
        if isData[pairs[place]] == label { count += 1 }
        place += 1
      }
    }
    return count
  }
}
