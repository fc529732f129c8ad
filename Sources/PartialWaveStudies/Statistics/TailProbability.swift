import SystemLibrary

/// A p-value, the probability of a result at least as extreme as the observed one. It is kept as
/// its logarithm, so that p = 10⁻⁴⁰⁰ can be represented.
public struct TailProbability: Sendable, Equatable {
  /// The natural logarithm of the probability; 0 at most.
  public let logarithm: Double

  /// - Parameter logarithm: The natural logarithm of the probability; a positive one counts as 0.
  public init(logarithm: Double) { self.logarithm = min(logarithm, 0) }

  /// P(χ² ≥ x) for a sum of squares of `degrees` standard normal numbers: Q(degrees/2, x/2).
  ///
  /// With zero degrees of freedom χ² is zero: the probability is 1 for x ≤ 0, else 0.
  public init(chiSquare x: Double, degrees: Int) {
    precondition(degrees >= 0, "there are no negative degrees of freedom")
    guard degrees > 0 else {
      self.init(logarithm: x > 0 ? -.infinity : 0)
      return
    }
    self.init(logarithm: IncompleteGamma.logUpper(Double(degrees) / 2, max(x, 0) / 2))
  }

  /// P(z′ ≥ z) for a standard normal number z′.
  public init(normal z: Double) { self.init(logarithm: Self.logNormalTail(z)) }

  /// The probability itself; 0 if it is below the smallest double.
  public var value: Double { exp(logarithm) }

  /// Its decimal logarithm.
  public var decimalLogarithm: Double { logarithm / M_LN10 }

  /// The Z for which a standard normal number exceeds Z with this probability: "Z standard
  /// deviations", one-sided.
  public var significance: Double { Self.normalQuantile(logTail: logarithm) }

  /// The Z for which a standard normal number is farther than Z from 0, on either side, with this
  /// probability: √(χ²) for one degree of freedom.
  public var twoSidedSignificance: Double { Self.normalQuantile(logTail: logarithm - M_LN2) }

  /// ln of the normal tail: ½ Q(½, z²/2) above 0, 1 minus that below.
  private static func logNormalTail(_ z: Double) -> Double {
    let half = IncompleteGamma.logUpper(0.5, z * z / 2) - M_LN2
    return z >= 0 ? half : log1p(-exp(half))
  }

  /// The z whose tail has the logarithm `target`: Newton's iteration on the logarithm, which is
  /// concave, so that every step from the left of the solution stays there or ends on it.
  private static func normalQuantile(logTail target: Double) -> Double {
    guard target < 0 else { return -.infinity }
    guard target > -.infinity else { return .infinity }
    // A tail above one half is the complement of one below.
    if target > -M_LN2 {
      return -normalQuantile(logTail: log(-expm1(target)))
    }
    var z = 0.0
    for _ in 0..<200 {
      let tail = logNormalTail(z)
      // d ln(tail)/dz = −φ(z)/tail.
      let slope = -exp(-z * z / 2 - 0.5 * log(2 * Double.pi) - tail)
      let step = (target - tail) / slope
      z += step
      if step.magnitude <= 1e-14 * max(z.magnitude, 1) { break }
    }
    return z
  }
}
