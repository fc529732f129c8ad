import BeamMaps
import RandomNumbers

/// The uniform numbers from which particles are made. Those of particle i depend on the seed and on
/// i alone.
struct UniformSource: Sendable {
  private let random: Philox
  private let sequence: SobolSequence?
  /// The stream of random numbers for initial coordinates.
  private static let stream: UInt32 = 0

  /// - Parameters:
  ///   - seed: Each seed gives another sample.
  ///   - count: The number of uniform numbers for one particle.
  ///   - isQuiet: Whether the particles fill phase space evenly (a scrambled Sobol sequence) or
  ///     independently.
  init(seed: UInt64, count: Int, isQuiet: Bool) {
    random = Philox(seed: seed)
    sequence = isQuiet && count > 0 ? SobolSequence(dimensions: count, seed: seed) : nil
  }

  /// Writes particle `i`'s numbers, each in the open interval (0, 1).
  func fill(_ numbers: inout MutableSpan<Double>, particle i: Int) {
    if let sequence {
      sequence.fill(&numbers, index: i)
      return
    }
    for block in 0..<(numbers.count + 1) / 2 {
      let (first, second) = random.words(
        item: UInt64(i), block: UInt32(block), stream: Self.stream)
      numbers[2 * block] = Double(openUnitInterval: first)
      if 2 * block + 1 < numbers.count {
        numbers[2 * block + 1] = Double(openUnitInterval: second)
      }
    }
  }
}
