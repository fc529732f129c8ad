/// How far a quadratic model is trusted.
enum TrustRegion {
  /// Actual over predicted decrease of a function of this value. Once both are smaller than the
  /// rounding of the value, a smaller gradient counts as agreement.
  static func agreement(
    of actual: Double, with predicted: Double, at value: Double, isGradientSmaller: Bool
  ) -> Double {
    let rounding = 10 * 0x1p-52 * max(value.magnitude, .leastNormalMagnitude)
    if actual.magnitude <= rounding, predicted <= rounding { return isGradientSmaller ? 1 : -1 }
    return actual / predicted
  }

  /// The radius after a step: where function and model disagree, from the cubic through values and
  /// slopes at both of its ends.
  ///
  /// - Parameter isCut: True if the step ended at the edge of the region.
  static func radius(
    after agreement: Double, _ radius: Double, stepLength: Double, isCut: Bool,
    from start: (value: Double, slope: Double), to end: (value: Double, slope: Double)
  ) -> Double {
    if agreement < 0.25 {
      let best = CubicInterpolation.minimum(
        from: (0, start.value, start.slope), to: (1, end.value, end.slope))
      return stepLength * min(max(best ?? 0.25, 0.1), 0.7)
    }
    guard agreement > 0.75, isCut else { return radius }
    return max(radius, (agreement > 0.9 ? 3 : 2) * stepLength)
  }
}
