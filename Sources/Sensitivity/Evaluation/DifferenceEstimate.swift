/// A derivative from differences, with its uncertainty.
///
/// Values are taken on both sides, with steps that are halved repeatedly. Central differences and,
/// where one side is missing or has another slope, one-sided differences are extrapolated to zero
/// step by Ridders' method, which removes errors of ascending orders one after another. The entry
/// of the table is taken that deviates least from the entries before it *and* from those of smaller
/// steps. Where values jump or have kinks, different steps give different results, and this
/// difference is the uncertainty.
///
/// - SeeAlso: C. Ridders, Adv. Eng. Software 4, 75 (1982),
///   https://doi.org/10.1016/S0141-1195(82)80057-0.
struct DifferenceEstimate {
  /// NaN if there is no difference.
  private(set) var value = Double.nan
  private(set) var uncertainty = Double.infinity

  /// The values on both sides of the point; nil where the function is undefined.
  private struct Sample {
    /// The steps after rounding of the sums.
    var above, below: Double
    var high, low: Double?
  }

  private enum Side { case above, below, both }

  private static let coarseSteps = 8
  private static let fineSteps = 16

  /// The derivative of `value` at `x`.
  ///
  /// - Parameters:
  ///   - step: The largest step.
  ///   - expected: The expected derivative. Smaller steps are tried only if the first ones do not
  ///     confirm it.
  ///   - value: The function; nil where it is undefined.
  init(
    at x: Double, step: Double, expecting expected: Double, _ value: (Double) throws -> Double?
  ) rethrows {
    guard let middle = try value(x) else { return }
    var samples: [Sample] = []
    for k in 0..<Self.fineSteps {
      let h = step / Double(1 << k)
      let (above, below) = (x + h, x - h)
      samples.append(
        Sample(
          above: above - x, below: x - below, high: try value(above), low: try value(below)))
      if k + 1 == Self.coarseSteps {
        self = Self.best(samples, middle)
        if confirms(expected) { return }
      }
    }
    self = Self.best(samples, middle)
  }

  private init(value: Double, uncertainty: Double) {
    self.value = value
    self.uncertainty = uncertainty
  }

  /// Whether the expected value equals the difference within rounding.
  private func confirms(_ expected: Double) -> Bool {
    (value - expected).magnitude
      <= DerivativeCheck.tolerance * max(value.magnitude, expected.magnitude)
  }

  /// The central difference, or a one-sided one if it is more certain. If the two sides have
  /// different slopes, there is a kink, and the derivative is between them.
  private static func best(_ samples: [Sample], _ middle: Double) -> Self {
    let sides = (extrapolated(samples, .above, middle), extrapolated(samples, .below, middle))
    let apart = (sides.0.value - sides.1.value).magnitude
    if apart > 10 * (sides.0.uncertainty + sides.1.uncertainty) {
      return Self(value: (sides.0.value + sides.1.value) / 2, uncertainty: apart / 2)
    }
    return [extrapolated(samples, .both, middle), sides.0, sides.1]
      .min { $0.uncertainty < $1.uncertainty } ?? sides.0
  }

  /// The slopes of one kind, extrapolated to zero step.
  private static func extrapolated(_ samples: [Sample], _ side: Side, _ middle: Double) -> Self {
    // Errors are of orders 2, 4, 6, … of the step, or of orders 1, 2, 3, … for one side.
    let ratio = side == .both ? 4.0 : 2.0
    var rows: [(entries: [Double], rounding: Double)] = []
    for sample in samples {
      let high = side == .below ? middle : sample.high
      let low = side == .above ? middle : sample.low
      guard let high, let low else {
        rows = []
        continue
      }
      let span = (side == .below ? 0 : sample.above) + (side == .above ? 0 : sample.below)
      var row = [(high - low) / span]
      var factor = ratio
      for entry in rows.last?.entries ?? [] {
        let last = row[row.count - 1]
        row.append(last + (last - entry) / (factor - 1))
        factor *= ratio
      }
      // Each value has an error of at least a few roundings.
      rows.append((row, 4 * max(high.magnitude, low.magnitude).ulp / span))
    }
    var best = Self(value: .nan, uncertainty: .infinity)
    for k in rows.indices.dropFirst(2) {
      for j in rows[k].entries.indices.dropFirst() {
        let entry = rows[k].entries[j]
        var change = max(
          (entry - rows[k].entries[j - 1]).magnitude,
          (entry - rows[k - 1].entries[j - 1]).magnitude, rows[k].rounding)
        for other in rows[max(1, k - 2)...] {
          change = max(change, (entry - other.entries[1]).magnitude)
        }
        if change < best.uncertainty { best = Self(value: entry, uncertainty: change) }
      }
    }
    return best
  }
}
