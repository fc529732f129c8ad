/// Reproducible random numbers: SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// `count` points of six coordinates, uniform up to `size`.
func points(_ count: Int, size: Double, seed: UInt64) -> [[Double]] {
  var generator = SplitMix(seed: seed)
  return (0..<count).map { _ in
    (0..<6).map { _ in Double.random(in: -size...size, using: &generator) }
  }
}

/// Points near the axis, points far out, and points of which most are outside every domain.
let allPoints =
  points(200, size: 1e-3, seed: 1) + points(200, size: 0.5, seed: 2)
  + points(200, size: 2.5, seed: 3)

/// True if two numbers are the same but for the sign of zero, or both are none.
func areSame(_ a: Double, _ b: Double) -> Bool { a == b || a.isNaN && b.isNaN }
