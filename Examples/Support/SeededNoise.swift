import Foundation

/// Random numbers that are the same in every run: the errors of a made-up measurement.
///
/// SplitMix64: G. Steele, D. Lea, C. Flood, OOPSLA 2014, https://doi.org/10.1145/2660193.2660195.
public struct SeededNoise {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// Evenly distributed in (0, 1).
  public mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52
  }

  /// Normal, with mean 0 and variance 1 (Box and Muller, Ann. Math. Stat. 29, 610 (1958)).
  public mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
