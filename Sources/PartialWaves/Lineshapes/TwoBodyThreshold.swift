import AutoDiff

/// The threshold of a two-body channel, and its phase space.
///
/// The phase space is ρ(s) = 2q/√s = √((s − (m₁ + m₂)²)(s − (m₁ − m₂)²))/s, without the 1/(16π) of
/// the PDG. Differences to s are formed before anything is divided, so that ρ vanishes exactly at
/// the threshold.
struct TwoBodyThreshold<S: RealScalar>: Sendable {
  /// (m₁ + m₂)² [GeV²]
  let squaredSum: S
  /// (m₁ − m₂)² [GeV²]
  let squaredDifference: S

  init(squaredSum: S, squaredDifference: S) {
    self.squaredSum = squaredSum
    self.squaredDifference = squaredDifference
  }

  /// The threshold of particles with these masses [GeV].
  init(_ a: S, _ b: S) {
    self.init(squaredSum: (a + b).squared, squaredDifference: (a - b).squared)
  }

  /// The threshold of particles with these nominal masses [GeV].
  init(_ masses: (Double, Double)) { self.init(S(masses.0), S(masses.1)) }

  /// The same threshold for events.
  func events<Event: RealScalar>() -> TwoBodyThreshold<Event> where Event.Constant == S {
    TwoBodyThreshold<Event>(
      squaredSum: Event(squaredSum), squaredDifference: Event(squaredDifference))
  }

  /// s above the squared threshold, and the squared threshold itself below it: functions of the
  /// result alone are constant there.
  @inline(__always)
  func clamped(_ s: S) -> S { .maximum(squaredSum, s) }

  /// 4sq² = s²ρ², negative between the two thresholds [GeV⁴].
  @inline(__always)
  func fourSSquaredMomentum(_ s: S) -> S { (s - squaredSum) * (s - squaredDifference) }

  /// The phase space as a complex number, one of whose parts is zero: it is real above the
  /// threshold, and below it ρ = i|ρ|, so that iρ continues to −|ρ|.
  ///
  /// Particles of different masses have a second threshold at (m₁ − m₂)², below the first; events
  /// can lie below it if the masses are those of a closed channel. With
  /// 2q/√s = √(s − (m₁ + m₂)²)·√(s − (m₁ − m₂)²)/s each root gets a factor +i at its own threshold,
  /// so that below both ρ = −|ρ|: real again, and negative.
  ///
  /// - Parameter inverse: 1/s [GeV⁻²].
  @inline(__always)
  func phaseSpace(_ s: S, inverse: S) -> ComplexNumber<S> {
    let square = fourSSquaredMomentum(s)
    let root = S.rootOrZero(S.abs(square)) * inverse
    let isBetween = (s < squaredSum) .& (squaredDifference <= s)
    let real = S.select(s < squaredDifference, -root, root)
    return ComplexNumber(S.select(isBetween, .zero, real), S.select(isBetween, root, .zero))
  }
}

extension RealScalar {
  /// √x, and 0 where x is negative or below 2⁻¹⁰⁰: there the root's slope would be infinite, and
  /// times a zero tangent NaN. So a root that starts at a threshold has the value 0 and the slope 0
  /// on it.
  @inline(__always)
  static func rootOrZero(_ x: Self) -> Self {
    let isRoot = Self(0x1p-100) < x
    return select(isRoot, sqrt(select(isRoot, x, one)), zero)
  }
}
