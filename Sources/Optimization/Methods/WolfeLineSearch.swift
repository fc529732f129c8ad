/// A search along a descent direction for a step that fulfils the strong Wolfe conditions.
///
/// Value and gradient are always asked for together, steps come from cubic interpolation with both
/// slopes, and the first step is taken as it is if it is good enough: with a Newton direction that is
/// one evaluation per iteration. Once values differ by rounding only, the approximate Wolfe
/// conditions of Hager and Zhang decide by slopes alone.
///
/// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), equations (3.7) and
///   (3.59), algorithms 3.5 and 3.6; W. Hager, H. Zhang, SIAM J. Optim. 16, 170 (2005),
///   https://doi.org/10.1137/030601880, equations (2.4) to (4.3).
struct WolfeLineSearch {
  /// The least decrease, as a fraction of what the slope promises.
  var decrease = 1e-4
  /// The greatest slope at the end, as a fraction of that at the start.
  var curvature = 0.9
  var trials = 40

  /// A place on the line.
  struct Trial {
    let t: Double
    let iterate: Iterate
    let slope: Double
  }

  enum Outcome {
    case found(Trial)
    case failed(StoppingReason)
  }

  /// - Parameters:
  ///   - first: The step to try first, as a multiple of `direction`.
  ///   - longest: The longest step that the bounds leave room for.
  func search(
    from start: Iterate, along direction: [Double], first: Double, longest: Double = .infinity,
    _ function: inout CountedObjective
  ) throws -> Outcome {
    let slope = dot(start.gradient, direction)
    guard slope < 0, slope.isFinite else { return .failed(.noFurtherDecrease) }
    var low = Trial(t: 0, iterate: start, slope: slope)
    var high: Trial?
    var failure = Double.infinity  // the least step at which the function failed
    var t = min(first, longest)
    var anySucceeded = false
    for _ in 0..<trials {
      let trialPoint = point(start.point, t, direction)
      if trialPoint == start.point { break }
      guard let (value, gradient) = try function.valueAndGradient(at: trialPoint) else {
        failure = t
        high = nil
        t = low.t + 0.2 * (t - low.t)
        continue
      }
      anySucceeded = true
      let trial = Trial(
        t: t, iterate: Iterate(point: trialPoint, value: value, gradient: gradient),
        slope: dot(gradient, direction))
      if isAcceptable(trial, start.value, slope) { return .found(trial) }
      if value > start.value + decrease * t * slope || value >= low.iterate.value {
        high = trial
      } else {
        if trial.slope >= 0 { high = low } else if let h = high, h.t < t { high = low }
        low = trial
        if t >= longest, high == nil { return .found(trial) }
      }
      t = next(low, high, slope, min(longest, failure), failure)
      if high != nil, (t - low.t).magnitude <= 0x1p-50 * t { break }
    }
    if low.t > 0 { return .found(low) }
    return .failed(anySucceeded ? .noFurtherDecrease : .evaluationsFail)
  }

  private func isAcceptable(_ trial: Trial, _ value: Double, _ slope: Double) -> Bool {
    if trial.iterate.value <= value + decrease * trial.t * slope,
      trial.slope.magnitude <= -curvature * slope
    {
      return true
    }
    // At the minimum φ(t) − φ(0) is rounding, while the slopes still tell. Equation (4.1) there.
    let rounding = 8 * 0x1p-52 * value.magnitude
    return trial.iterate.value <= value + rounding
      && (2 * decrease - 1) * slope >= trial.slope && trial.slope >= curvature * slope
  }

  /// The step after these: inside the interval if there is one, outward otherwise.
  private func next(
    _ low: Trial, _ high: Trial?, _ slope: Double, _ end: Double, _ failure: Double
  ) -> Double {
    guard let high else {
      // By the secant of the slopes, from 1.5 to 10 times as far, fourfold where the descent does
      // not weaken; halfway to where the function fails.
      let reach = failure.isFinite ? 0.5 * (low.t + failure) : end
      let secant = low.slope > slope ? low.t * slope / (slope - low.slope) : 4 * low.t
      return min(max(secant, 1.5 * low.t), 10 * low.t, reach)
    }
    let interval = high.t - low.t
    let minimum = CubicInterpolation.minimum(
      from: (low.t, low.iterate.value, low.slope), to: (high.t, high.iterate.value, high.slope))
    guard let minimum else { return low.t + 0.5 * interval }
    // A tenth of the interval from its ends: the interval shrinks, whatever the function does.
    let fraction = min(max((minimum - low.t) / interval, 0.1), 0.9)
    return low.t + fraction * interval
  }
}
