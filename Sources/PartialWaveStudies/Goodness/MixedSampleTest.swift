import Communication
import RandomNumbers

/// Whether two samples have one distribution: if so, the nearest neighbours of an event belong to its
/// own sample no more often than chance says.
///
/// M. Williams, "How good are your fits? Unbinned multivariate goodness-of-fit tests in high energy
/// physics", JINST 5, P09004 (2010), doi:10.1088/1748-0221/5/09/P09004, section 3.2. There the limits
/// of mean and variance for many events in many dimensions are used; here the labels of the events
/// are permuted too, which needs no limit.
public struct MixedSampleTest: Sendable, Equatable {
  /// T: the share of pairs of an event and one of its nearest neighbours that are of one sample.
  public let statistic: Double
  /// μ of T if the distributions are the same.
  public let mean: Double
  /// (T − μ)/σ with Williams' limit of σ: about standard normal; positive if the samples differ.
  public let pull: Double
  /// How often permuted labels gave a T as large: the p-value.
  public let probability: Share
  public let neighbours: Int

  /// The stream of random numbers that labels are permuted with.
  private static let stream: UInt32 = 7

  /// - Parameters:
  ///   - neighbours: How many nearest neighbours of each event are looked at.
  ///   - permutations: How many times labels are permuted; the p-value comes in steps of one over
  ///     this.
  public init(
    _ data: Points, _ model: Points, neighbours: Int = 10, permutations: Int = 1000,
    seed: UInt64 = 1, workers: Workers = .one
  ) throws {
    precondition(data.dimension == model.dimension, "the samples have the same axes")
    precondition(data.count > 0 && model.count > 0 && data.count + model.count > neighbours)
    let points = Points.joined(data, model, dividedBy: model.spreads)
    let pairs = try Self.pairs(points, neighbours, workers)
    var isData = (0..<points.count).map { $0 < data.count }
    let observed = Self.alike(pairs, isData, neighbours)
    var random = PhiloxGenerator(seed: seed, stream: Self.stream)
    var asLarge = 0
    for _ in 0..<permutations {
      isData.shuffle(using: &random)
      if Self.alike(pairs, isData, neighbours) >= observed { asLarge += 1 }
    }
    // The labels as they are count as one permutation, so that the p-value is never zero.
    probability = Share(successes: asLarge + 1, of: permutations + 1)
    let (a, b) = (Double(data.count), Double(model.count))
    let n = a + b
    statistic = Double(observed) / (n * Double(neighbours))
    mean = (a * (a - 1) + b * (b - 1)) / (n * (n - 1))
    let product = a * b / (n * n)
    let variance = product * (1 + 4 * product) / (n * Double(neighbours))
    pull = (statistic - mean) / variance.squareRoot()
    self.neighbours = neighbours
  }

  /// The neighbours of all points, one after the other.
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
