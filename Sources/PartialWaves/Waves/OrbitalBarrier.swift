import AutoDiff

/// The Blatt–Weisskopf barrier factors B_L(Q) that orbital tensors carry.
///
/// B. S. Zou, D. V. Bugg, Eur. Phys. J. A 16, 537 (2003), arXiv:hep-ph/0211457, eqs. 13–17. A
/// tensor of rank L grows as Q^L; with its factor it tends to a constant where Q ≫ Q₀. B_L itself
/// is finite at Q = 0.
public struct OrbitalBarrier: Sendable, Equatable {
  /// ħc as the paper rounds it [GeV·fm]; amplitudes are compared across programs by it. CODATA has
  /// 0.1973269804.
  public static let reducedPlanckTimesSpeedOfLight = 0.197321

  /// The interaction radius R [fm].
  public let radius: Double
  /// Q₀² = (ħc/R)² [GeV²]
  @usableFromInline let z: Double

  public init(radius: Double = 1) {
    precondition(radius > 0, "an interaction radius is positive")
    self.radius = radius
    let momentum = Self.reducedPlanckTimesSpeedOfLight / radius
    z = momentum * momentum
  }

  /// B_L [GeV^−L].
  ///
  /// - Parameters:
  ///   - angularMomentum: L, from 0 to 4.
  ///   - q: The squared break-up momentum Q² [GeV²].
  @inlinable @inline(__always)
  public func factor<S: RealScalar>(_ angularMomentum: Int, squaredMomentum q: S) -> S {
    switch angularMomentum {
    case 0: return .one
    case 1: return .sqrt(2.0 / (q + z))
    case 2: return .sqrt(13.0 / .polynomial(q, [9.0 * z * z, 3.0 * z, 1.0]))
    case 3:
      let z2 = z * z
      return .sqrt(277.0 / .polynomial(q, [225.0 * z2 * z, 45.0 * z2, 6.0 * z, 1.0]))
    case 4:
      let z2 = z * z
      return .sqrt(
        12746.0
          / .polynomial(q, [11025.0 * z2 * z2, 1575.0 * z2 * z, 135.0 * z2, 10.0 * z, 1.0]))
    default: preconditionFailure("barrier factors are known for L = 0 … 4")
    }
  }

  /// The squared momentum of either product in the decay a → b c at rest [GeV²], from squared
  /// masses. Virtual decays have a negative one.
  @inlinable @inline(__always)
  public static func squaredBreakUpMomentum<S: RealScalar>(_ a: S, _ b: S, _ c: S) -> S {
    let share = a + b - c
    return share.squared / (4.0 * a) - b
  }
}
