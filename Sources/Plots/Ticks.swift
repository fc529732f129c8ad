/// The ticks of an axis: round numbers, with labels and without.
struct Ticks {
  /// Numbers with a label.
  private(set) var major: [Tick] = []
  /// Numbers between them, without a label.
  private(set) var minor: [Double] = []
  /// The power of ten by which all labels are to be multiplied.
  private(set) var exponent = 0

  /// A number and its label.
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  /// - Parameters:
  ///   - mapping: The axis.
  ///   - count: For how many labels there is space.
  init(_ mapping: AxisMapping, count: Int) {
    let decades =
      mapping.scale == .linear
      ? 0 : Decimal.logarithm(mapping.upper) - Decimal.logarithm(mapping.lower)
    // Over a part of a decade a logarithmic axis is nearly linear, and is labelled like a linear
    // one.
    if decades < 0.7 {
      self.init(from: mapping.lower, to: mapping.upper, count: count)
    } else {
      self.init(logarithmicFrom: mapping.lower, to: mapping.upper, decades, count: count)
    }
  }

  /// Multiples of 1, 2 or 5 times a power of ten. They are formed from integers, so that a label is
  /// exactly the number at its place.
  private init(from lower: Double, to upper: Double, count: Int) {
    let ideal = (upper - lower) / Double(max(2, count))
    let idealPower = max(-300, Decimal.exponent(of: ideal))
    let steps = [1, 2, 5, 10, 20].map { $0 < 10 ? ($0, idealPower) : ($0 / 10, idealPower + 1) }
    let fitting = steps.firstIndex { Self.value($0.0, $0.1) >= ideal * 0.999999 } ?? 3
    var (factor, power) = steps[fitting]
    // An axis needs three labels to be readable; the next finer step gives them if there are one or
    // two.
    if fitting > 0, Self.multiples(of: factor, power, from: lower, to: upper).count < 3 {
      (factor, power) = steps[fitting - 1]
    }
    let size = Decimal.exponent(of: max(abs(lower), abs(upper)))
    if size >= 5 || size < -3 { exponent = size }
    for multiple in Self.multiples(of: factor, power, from: lower, to: upper) {
      let label = Decimal.text(multiple * factor, exponent: power - exponent)
      major.append(Tick(value: Self.value(multiple * factor, power), label: label))
    }
    let parts = factor == 2 ? 4 : 5
    // A fifth or a quarter of the step: 0.2, 0.5 or 1 times the power of ten.
    let (fine, finePower) = factor == 1 ? (2, power - 1) : factor == 2 ? (5, power - 1) : (1, power)
    let multiples = Self.multiples(of: fine, finePower, from: lower, to: upper)
    minor = multiples.filter { $0 % parts != 0 }.map { Self.value($0 * fine, finePower) }
  }

  /// The whole numbers whose multiples of a step lie in a range. The range is extended by 10⁻⁹ of
  /// itself, so that a round end gets its tick in spite of its rounding.
  private static func multiples(
    of factor: Int, _ power: Int, from lower: Double, to upper: Double
  ) -> Range<Int> {
    let step = value(factor, power)
    let margin = 1e-9 * (upper - lower) / step
    let first = Int((lower / step - margin).rounded(.up))
    return first..<max(first, Int((upper / step + margin).rounded(.down)) + 1)
  }

  /// An integer times a power of ten; rounded once as long as the power is exact, which is to 10²².
  private static func value(_ integer: Int, _ power: Int) -> Double {
    power < 0 ? Double(integer) / Decimal.power(-power) : Double(integer) * Decimal.power(power)
  }

  /// Whole powers of ten; over less than two of them also 2 and 5 times these.
  private init(logarithmicFrom lower: Double, to upper: Double, _ decades: Double, count: Int) {
    let first = Decimal.exponent(of: lower)
    let last = Decimal.exponent(of: upper)
    let every = max(1, (last - first) / max(2, count))
    for power in first...last {
      for digit in 1...9 {
        let value = Self.value(digit, power)
        guard value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) else { continue }
        let isLabelled =
          digit == 1 && power % every == 0 || decades < 2 && (digit == 2 || digit == 5)
        if isLabelled {
          major.append(Tick(value: value, label: Self.label(digit, power, isShort: decades < 4)))
        } else if every == 1 || digit == 1 {
          minor.append(value)
        }
      }
    }
  }

  private static func label(_ digit: Int, _ power: Int, isShort: Bool) -> String {
    if isShort, (-2...3).contains(power) { return Decimal.text(digit, exponent: power) }
    let raised = "10^{\(Decimal.text(power, exponent: 0))}"
    return digit == 1 ? raised : "\(digit)·\(raised)"
  }
}
