/// A derivative by differences, with what it is uncertain by.
///
/// Values are taken at both sides, with steps that are halved again and again. Central differences
/// and, where a side is missing or has another slope, differences to one side are extrapolated to
/// zero step by Ridders' method: errors of rising orders are removed one after another. Of the
/// table's entries the one is taken that differs least from those before it *and* from what smaller
/// steps say. Where values jump or have kinks, steps do not agree with each other, and that is the
/// uncertainty.
///
/// - SeeAlso: C. Ridders, Adv. Eng. Software 4, 75 (1982),
///   https://doi.org/10.1016/S0141-1195(82)80057-0.
struct DifferenceEstimate {
  /// NaN where no difference can be made.
  private(set) var value = Double.nan
  private(set) var uncertainty = Double.infinity

  /// The values beside the point; nil where there is none.
  private struct Sample {
    /// The steps as they came out in the sums.
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
  ///   - expected: Smaller steps are tried only if the first ones do not confirm this.
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

  /// Whether the expected value is the difference, as well as can be seen.
  private func confirms(_ expected: Double) -> Bool {
    (value - expected).magnitude
      <= DerivativeCheck.tolerance * max(value.magnitude, expected.magnitude)
  }

  /// The central difference, or that of one side if it is more certain. Two sides with slopes of
  /// their own are a kink: between them lies the derivative.
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
    // Errors are of orders 2, 4, 6, … of the step, or 1, 2, 3, … to one side.
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
      // Values carry a few roundings each, at the least.
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
