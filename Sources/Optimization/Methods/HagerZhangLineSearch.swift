/// The line search of Hager and Zhang: an interval whose ends have slopes of opposite sign shrinks
/// by secants, and a step is good if it fulfils the Wolfe conditions or their approximate form, which
/// holds to full precision.
///
/// Labels B, U, S and L are those of the steps in the paper. Where the function cannot be
/// evaluated, the value counts as infinite and the interval is halved.
///
/// - SeeAlso: W. Hager, H. Zhang, SIAM J. Optim. 16, 170 (2005), https://doi.org/10.1137/030601880,
///   section 4; Algorithm 851, ACM Trans. Math. Softw. 32, 113 (2006),
///   https://doi.org/10.1145/1132973.1132979.
struct HagerZhangLineSearch {
  typealias Trial = WolfeLineSearch.Trial

  /// δ and σ of the Wolfe conditions.
  var decrease = 0.1
  var curvature = 0.9
  /// ε: the relative increase of the value that counts as rounding.
  var rounding = 1e-15
  /// γ: the interval shrinks at least by this factor.
  var shrinking = 0.66
  /// ρ: by which the first interval grows.
  var growth = 5.0
  var trials = 50

  /// The state of a search.
  private struct Search {
    let start: Iterate
    let direction: [Double]
    let slope: Double
    let limit: Double  // the value that still counts as not above the start
    var evaluations = 0
    var found: Trial?
    var best: Trial?
  }

  func search(
    from start: Iterate, along direction: [Double], first: Double,
    _ function: inout CountedObjective
  ) throws -> WolfeLineSearch.Outcome {
    let slope = dot(start.gradient, direction)
    guard slope < 0, slope.isFinite else { return .failed(.noFurtherDecrease) }
    var search = Search(
      start: start, direction: direction, slope: slope,
      limit: start.value + rounding * start.value.magnitude)
    let zero = Trial(t: 0, iterate: start, slope: slope)
    guard var (low, high) = try bracket(zero, first, &search, &function) else {
      return outcome(search)
    }
    while search.found == nil, search.evaluations < trials {
      let width = high.t - low.t
      if width <= 0x1p-50 * high.t { break }
      var (a, b) = try secantSquared(low, high, &search, &function)  // L1
      if search.found != nil { break }
      if b.t - a.t > shrinking * width {  // L2
        if let middle = try evaluate(0.5 * (a.t + b.t), &search, &function) {
          (a, b) = try update(a, b, middle, &search, &function)
        }
      }
      (low, high) = (a, b)  // L3
    }
    return outcome(search)
  }

  private func outcome(_ search: Search) -> WolfeLineSearch.Outcome {
    if let trial = search.found ?? search.best { return .found(trial) }
    return .failed(search.evaluations > 0 ? .noFurtherDecrease : .evaluationsFail)
  }

  /// Evaluates at t, and notes the place if it is good (T1, T2) or the best so far.
  private func evaluate(
    _ t: Double, _ search: inout Search, _ function: inout CountedObjective
  ) throws -> Trial? {
    let place = point(search.start.point, t, search.direction)
    guard place != search.start.point else {
      search.evaluations = trials
      return nil
    }
    guard let (value, gradient) = try function.valueAndGradient(at: place) else { return nil }
    search.evaluations += 1
    let trial = Trial(
      t: t, iterate: Iterate(point: place, value: value, gradient: gradient),
      slope: dot(gradient, search.direction))
    let isSteepDecrease = value <= search.start.value + decrease * t * search.slope
    let isFlat = trial.slope >= curvature * search.slope
    let isWolfe = isSteepDecrease && trial.slope.magnitude <= -curvature * search.slope
    let isApproximate =
      isFlat && (2 * decrease - 1) * search.slope >= trial.slope && value <= search.limit
    if isWolfe || isApproximate { search.found = trial }
    if value < (search.best?.iterate.value ?? search.start.value) { search.best = trial }
    return trial
  }

  /// An interval around a minimum (B0 to B3); nil if a good step turned up, or nothing did.
  private func bracket(
    _ zero: Trial, _ first: Double, _ search: inout Search, _ function: inout CountedObjective
  ) throws -> (Trial, Trial)? {
    var low = zero
    var t = first
    var barrier = Double.infinity
    for _ in 0..<trials {
      guard let trial = try evaluate(t, &search, &function) else {
        if search.evaluations >= trials { return nil }
        barrier = t
        t = low.t + 0.2 * (t - low.t)
        continue
      }
      if search.found != nil { return nil }
      if trial.slope >= 0 { return (low, trial) }
      if trial.iterate.value > search.limit { return try halve(zero, trial, &search, &function) }
      low = trial
      // Outward to the zero of the secant of the slopes, if it lies there.
      let secant = HagerZhangLineSearch.secant(zero, trial)
      let reach = barrier.isFinite ? 0.5 * (t + barrier) : growth * t
      t = secant > t ? min(max(secant, 1.5 * t), reach, 2 * growth * t) : reach
    }
    return nil
  }

  /// U0 to U3: the interval with `trial` as one of its ends.
  private func update(
    _ a: Trial, _ b: Trial, _ trial: Trial, _ search: inout Search,
    _ function: inout CountedObjective
  ) throws -> (Trial, Trial) {
    guard trial.t > a.t, trial.t < b.t else { return (a, b) }
    if trial.slope >= 0 { return (a, trial) }
    if trial.iterate.value <= search.limit { return (trial, b) }
    return try halve(a, trial, &search, &function) ?? (a, trial)
  }

  /// U3: between a good low end and a high end whose value is too large although it falls.
  private func halve(
    _ low: Trial, _ high: Trial, _ search: inout Search, _ function: inout CountedObjective
  ) throws -> (Trial, Trial)? {
    var (a, b) = (low, high)
    while search.evaluations < trials, search.found == nil {
      guard let middle = try evaluate(0.5 * (a.t + b.t), &search, &function) else { return nil }
      if middle.slope >= 0 { return (a, middle) }
      if middle.iterate.value <= search.limit { a = middle } else { b = middle }
    }
    return nil
  }

  /// S1 to S4.
  private func secantSquared(
    _ a: Trial, _ b: Trial, _ search: inout Search, _ function: inout CountedObjective
  ) throws -> (Trial, Trial) {
    // The cubic through both ends instead of the secant for the first place: it knows the values.
    let cubic = CubicInterpolation.minimum(
      from: (a.t, a.iterate.value, a.slope), to: (b.t, b.iterate.value, b.slope))
    let c = inside(cubic ?? HagerZhangLineSearch.secant(a, b), a, b)
    guard let trial = try evaluate(c, &search, &function) else { return (a, b) }
    if search.found != nil { return (a, b) }
    let (newA, newB) = try update(a, b, trial, &search, &function)
    if search.found != nil { return (newA, newB) }
    var second: Double?
    if trial.t == newB.t { second = HagerZhangLineSearch.secant(b, newB) }
    if trial.t == newA.t { second = HagerZhangLineSearch.secant(a, newA) }
    guard let second, second > newA.t, second < newB.t,
      let last = try evaluate(second, &search, &function), search.found == nil
    else { return (newA, newB) }
    return try update(newA, newB, last, &search, &function)
  }

  private func inside(_ t: Double, _ a: Trial, _ b: Trial) -> Double {
    t > a.t && t < b.t ? t : 0.5 * (a.t + b.t)
  }

  /// Where the line through both slopes crosses zero.
  private static func secant(_ a: Trial, _ b: Trial) -> Double {
    (a.t * b.slope - b.t * a.slope) / (b.slope - a.slope)
  }
}
