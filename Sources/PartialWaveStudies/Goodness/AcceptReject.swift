import RandomNumbers

/// Chooses events with probabilities proportional to their weights, each at most once.
enum AcceptReject {
  /// The stream of random numbers for acceptance.
  private static let stream: UInt32 = 8

  /// The numbers of the accepted events. An event is accepted with the probability weight/(largest
  /// weight).
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
