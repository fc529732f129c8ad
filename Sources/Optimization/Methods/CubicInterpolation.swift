/// The cubic through values and slopes at two places.
enum CubicInterpolation {
  /// Where the cubic has its minimum; nil if it has none.
  ///
  /// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), equation (3.59).
  static func minimum(
    from a: (t: Double, value: Double, slope: Double),
    to b: (t: Double, value: Double, slope: Double)
  ) -> Double? {
    let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0, square.isFinite else { return nil }
    let d2 = (b.t > a.t ? 1 : -1) * square.squareRoot()
    let t = b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    return t.isFinite ? t : nil
  }
}
