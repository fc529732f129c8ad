/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same numbers in each run of a test.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Bytes with one to eight random changes: replaced, removed, inserted, repeated or cut.
  public mutating func mutated(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...8, using: &self) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &self)
      let end = min(result.count, place + Int.random(in: 1...12, using: &self))
      let letter = alphabet.randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<7, using: &self) {
      case 0: result[place] = letter
      case 1: result[place] = UInt8.random(in: 0...255, using: &self)
      case 2: result.insert(letter, at: place)
      case 3: result.removeSubrange(place..<end)
      case 4: result.insert(contentsOf: result[place..<end], at: place)
      case 5: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      default: result.removeSubrange(place...)
      }
    }
    return result
  }
}
