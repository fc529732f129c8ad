/// The least and the greatest value of each variable; either may be infinite.
public struct Bounds: Sendable, Equatable {
  /// The least values, one for each variable; −∞ for none.
  public let lower: [Double]
  /// The greatest values, one for each variable; ∞ for none.
  public let upper: [Double]

  /// One lower and one upper bound for each variable.
  ///
  /// - Throws: ``UnsuitableProblem`` if the numbers of bounds differ, a lower bound lies above its
  ///   upper bound, or a bound is NaN.
  public init(lower: [Double], upper: [Double]) throws {
    guard lower.count == upper.count else {
      throw UnsuitableProblem(
        "there are \(lower.count) lower and \(upper.count) upper bounds; give one of each for "
          + "every variable")
    }
    for i in lower.indices where !(lower[i] <= upper[i]) {
      throw UnsuitableProblem(
        "variable \(i) cannot be at least \(lower[i]) and at most \(upper[i]); exchange its bounds")
    }
    self.init(unchecked: lower, upper)
  }

  private init(unchecked lower: [Double], _ upper: [Double]) {
    self.lower = lower
    self.upper = upper
  }

  /// No bounds on `count` variables.
  static func none(_ count: Int) -> Self {
    Self(
      unchecked: [Double](repeating: -.infinity, count: count),
      [Double](repeating: .infinity, count: count))
  }

  /// The bounds of x/scale.
  func divided(by scales: [Double]) -> Self {
    Self(
      unchecked: lower.indices.map { lower[$0] / scales[$0] },
      upper.indices.map { upper[$0] / scales[$0] })
  }

  var isEmpty: Bool {
    lower.allSatisfy { $0 == -.infinity } && upper.allSatisfy { $0 == .infinity }
  }

  /// The nearest point within the bounds.
  public func projected(_ x: [Double]) -> [Double] {
    x.indices.map { min(max(x[$0], lower[$0]), upper[$0]) }
  }

  /// True if every variable lies within its bounds, or on one.
  public func contains(_ x: [Double]) -> Bool {
    x.indices.allSatisfy { lower[$0] <= x[$0] && x[$0] <= upper[$0] }
  }

  /// True for a variable at a bound beyond which a step along −gradient would lead.
  func holds(_ i: Int, at x: [Double], gradient: [Double]) -> Bool {
    (x[i] <= lower[i] && gradient[i] > 0) || (x[i] >= upper[i] && gradient[i] < 0)
      || lower[i] == upper[i]
  }

  /// The gradient with zeros for variables that a bound holds.
  func free(_ gradient: [Double], at x: [Double]) -> [Double] {
    gradient.indices.map { holds($0, at: x, gradient: gradient) ? 0 : gradient[$0] }
  }

  /// The largest t for which x + t·p stays within the bounds; infinite if it always does.
  func room(from x: [Double], along p: [Double]) -> Double {
    var room = Double.infinity
    for i in x.indices {
      if p[i] > 0 { room = min(room, max(0, (upper[i] - x[i]) / p[i])) }
      if p[i] < 0 { room = min(room, max(0, (lower[i] - x[i]) / p[i])) }
    }
    return room
  }
}
