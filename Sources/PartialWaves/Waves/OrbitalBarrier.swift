import AutoDiff
import SystemLibrary

/// The Blatt–Weisskopf barrier factors B_L(Q) of orbital tensors.
///
/// B. S. Zou, D. V. Bugg, Eur. Phys. J. A 16, 537 (2003), arXiv:hep-ph/0211457, eqs. 13–17. A
/// tensor of rank L grows as Q^L; with its factor it tends to a constant where Q ≫ Q₀. B_L itself
/// is finite at Q = 0.
public struct OrbitalBarrier: Sendable, Equatable {
  /// ħc as the paper rounds it [GeV·fm], so that amplitudes agree with those of other programs.
  /// CODATA has 0.1973269804.
  public static let reducedPlanckTimesSpeedOfLight = 0.197321

  /// The interaction radius R [fm].
  public let radius: Double
  /// Q₀² = (ħc/R)² [GeV²]
  @usableFromInline let z: Double

  /// - Parameter radius: The interaction radius R, positive [fm].
  public init(radius: Double = 1) {
    require(radius > 0, "an interaction radius is positive")
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
    if angularMomentum == 0 { return .one }
    return .sqrt(
      Self.numerator(angularMomentum) / .polynomial(q, Self.denominator(angularMomentum, z)))
  }

  /// The numerator of B_L², with which B_L² = 1/Q₀²ᴸ at Q = Q₀.
  @inlinable @inline(__always)
  static func numerator(_ angularMomentum: Int) -> Double {
    switch angularMomentum {
    case 0: 1
    case 1: 2
    case 2: 13
    case 3: 277
    case 4: 12746
    default: preconditionFailure("barrier factors are known for L = 0 … 4")
    }
  }

  /// The denominator D_L of B_L² as a polynomial of Q², its lowest power first, for Q₀² = z.
  @inlinable @inline(__always)
  static func denominator(_ angularMomentum: Int, _ z: Double) -> InlineArray<5, Double> {
    switch angularMomentum {
    case 0: [1, 0, 0, 0, 0]
    case 1: [z, 1, 0, 0, 0]
    case 2: [9 * z * z, 3 * z, 1, 0, 0]
    case 3: [225 * z * z * z, 45 * z * z, 6 * z, 1, 0]
    case 4: [11025 * z * z * z * z, 1575 * z * z * z, 135 * z * z, 10 * z, 1]
    default: preconditionFailure("barrier factors are known for L = 0 … 4")
    }
  }

  /// The squared momentum of either product in the decay a → b c at rest [GeV²], from squared
  /// masses. Virtual decays have a negative one.
  @inlinable @inline(__always)
  public static func squaredBreakUpMomentum<S: RealScalar>(_ a: S, _ b: S, _ c: S) -> S {
    let sum = a + b - c
    return sum.squared / (4.0 * a) - b
  }
}
