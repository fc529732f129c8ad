import SystemLibrary

/// The regularised upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a), as its logarithm: tails
/// far below the smallest double keep their accuracy.
///
/// NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, eqs. 8.7.1 (series) and
/// 8.9.2 (continued fraction). The logarithm has an absolute error of about 1e-15·(1 + a + x), as
/// lgamma and the terms of that size have; this number is the relative error of Q.
enum IncompleteGamma {
  /// ln Q(a, x).
  ///
  /// - Parameters:
  ///   - a: Positive.
  ///   - x: Zero or positive.
  static func logUpper(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && x >= 0, "Q(a, x) is defined for a > 0 and x ≥ 0")
    if x == 0 { return 0 }
    if x == .infinity { return -.infinity }
    // e⁻ˣ xᵃ/Γ(a), the size of both expansions.
    let logScale = a * log(x) - x - logGamma(a)
    if x < a + 1 {
      // Here P(a, x) stays below 0.75: nothing cancels in 1 − P.
      return log1p(-exp(logScale) * lowerSeries(a, x))
    }
    return logScale + log(upperFraction(a, x))
  }

  /// Σₙ xⁿ/(a (a+1) … (a+n)): γ(a, x) = e⁻ˣ xᵃ times this. All terms are positive.
  private static func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var denominator = a
    while term > sum * 0x1p-54 {
      denominator += 1
      term *= x / denominator
      sum += term
    }
    return sum
  }

  /// The continued fraction 1/(x + 1 − a − 1·(1 − a)/(x + 3 − a − …)): Γ(a, x) = e⁻ˣ xᵃ times this.
  ///
  /// W. Lentz, Appl. Opt. 15, 668 (1976), in the form of I. Thompson and A. Barnett, J. Comput.
  /// Phys. 64, 490 (1986). Every partial denominator is positive for x > a, so that none vanishes.
  private static func upperFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = Double.infinity
    var d = 1 / b
    var fraction = d
    for n in 1...100_000 {
      let numerator = -Double(n) * (Double(n) - a)
      b += 2
      d = 1 / (b + numerator * d)
      c = b + numerator / c
      let factor = c * d
      fraction *= factor
      if (factor - 1).magnitude < 0x1p-52 { break }
    }
    return fraction
  }

  /// ln Γ(a) for a > 0, where the sign that the C function keeps elsewhere is always positive.
  private static func logGamma(_ a: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(a, &sign)
  }
}
