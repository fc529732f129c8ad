import RandomNumbers

/// Chooses events with probabilities in proportion to their weights, each at most once.
enum AcceptReject {
  /// The stream of random numbers that decide.
  private static let stream: UInt32 = 8

  /// The places of the accepted: weight/(largest weight) is the probability.
  static func places(_ weights: [Double], atMost limit: Int, seed: UInt64) -> [Int] {
    guard let largest = weights.max(), largest > 0 else { return [] }
    var random = PhiloxGenerator(seed: seed, stream: stream)
    var kept: [Int] = []
    for (place, weight) in weights.enumerated() where random.nextUniform() * largest < weight {
      kept.append(place)
      if kept.count == limit { break }
    }
    return kept
  }
}
