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

extension BinaryFloatingPoint where RawSignificand: FixedWidthInteger, RawExponent == UInt {
  /// A finite number with random bits, so that every exponent is equally likely.
  static func randomBits(using generator: inout SplitMix) -> Self {
    let limit = UInt(1) << UInt(exponentBitCount) - 1
    return Self(
      sign: Bool.random(using: &generator) ? .minus : .plus,
      exponentBitPattern: UInt.random(in: 0..<limit, using: &generator),
      significandBitPattern: RawSignificand(truncatingIfNeeded: generator.next())
        & ((1 << RawSignificand(significandBitCount)) - 1))
  }
}

/// Arguments over all of a precision: random bits, a uniform interval, many magnitudes around zero
/// and around critical points, subnormal numbers.
func arguments<Scalar: BinaryFloatingPoint>(
  around criticalPoints: [Double], in interval: ClosedRange<Double>, count: Int, seed: UInt64
) -> [Scalar]
where Scalar.RawSignificand: FixedWidthInteger, Scalar.RawExponent == UInt {
  var generator = SplitMix(seed: seed)
  var result: [Scalar] = []
  for _ in 0..<count {
    result.append(.randomBits(using: &generator))
    result.append(Scalar(Double.random(in: interval, using: &generator)))
    // Small numbers of magnitudes 1 … 2⁻⁴⁰.
    let exponent = Double.random(in: -40...0, using: &generator)
    let sign: Double = Bool.random(using: &generator) ? 1 : -1
    result.append(Scalar(sign * scaledByPowerOfTwo(exponent)))
  }
  for _ in 0..<count / 10 {
    let fraction = Scalar(Double.random(in: 0...1, using: &generator))
    result.append(fraction * Scalar.leastNormalMagnitude)
  }
  for point in criticalPoints.flatMap({ [$0, -$0] }) {
    let center = Scalar(point)
    guard center.isFinite else { continue }
    var below = center
    var above = center
    result.append(center)
    for _ in 0..<8 {
      below = below.nextDown
      above = above.nextUp
      result += [below, above]
    }
    for _ in 0..<count / 100 {
      let distance = scaledByPowerOfTwo(Double.random(in: -50...(-2), using: &generator))
      let sign: Double = Bool.random(using: &generator) ? 1 : -1
      result.append(Scalar(point * (1 + sign * distance)))
    }
  }
  return result.filter(\.isFinite)
}

private func scaledByPowerOfTwo(_ exponent: Double) -> Double {
  let integer = exponent.rounded(.down)
  return Double(sign: .plus, exponent: Int(integer), significand: 1 + (exponent - integer))
}
