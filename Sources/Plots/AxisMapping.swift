/// The range of an axis and the places of its numbers, from 0 at the lower end to 1 at the upper.
struct AxisMapping {
  let scale: Axis.Scale
  let lower: Double
  let upper: Double

  /// Numbers beyond this are not shown, like infinity: differences of two must be finite.
  static let largest = 1e300
  /// On a logarithmic axis, data that span more decades are cut off below.
  private static let mostDecades = 12.0

  /// Whether an axis can show a number at all.
  static func canShow(_ value: Double, _ scale: Axis.Scale) -> Bool {
    abs(value) <= largest && (scale == .linear || value >= 1 / largest)
  }

  /// - Parameters:
  ///   - axis: The axis as the user wants it.
  ///   - data: The least and the greatest number that must be seen; `nil` if there is none.
  ///   - padding: The part of the range that is added on either side.
  init(_ axis: Axis, data: ClosedRange<Double>?, padding: (below: Double, above: Double)) {
    scale = axis.scale
    let isLogarithmic = axis.scale == .logarithmic
    if let range = axis.range, Self.canShow(range.lowerBound, axis.scale),
      Self.canShow(range.upperBound, axis.scale)
    {
      (lower, upper) = Self.widened(range.lowerBound, range.upperBound, axis.scale)
      return
    }
    guard let data else {
      (lower, upper) = isLogarithmic ? (0.1, 1) : (0, 1)
      return
    }
    if isLogarithmic {
      let floor = max(data.lowerBound, data.upperBound * Decimal.power(-Int(Self.mostDecades)))
      let ends = Self.widened(max(floor, 1 / Self.largest), data.upperBound, axis.scale)
      let decades = Decimal.logarithm(ends.1 / ends.0)
      lower = ends.0 * Self.exponential(-padding.below * decades)
      upper = ends.1 * Self.exponential(padding.above * decades)
    } else {
      let ends = Self.widened(data.lowerBound, data.upperBound, axis.scale)
      let width = ends.1 - ends.0
      let padded = ends.0 - padding.below * width
      // If no data are negative, the margin does not extend below zero.
      lower = ends.0 >= 0 && padded < 0 ? 0 : padded
      upper = ends.1 <= 0 && ends.1 + padding.above * width > 0 ? 0 : ends.1 + padding.above * width
    }
  }

  /// A range that is wide enough to have ticks: a single number gets a tenth of itself on either
  /// side, and zero gets 1.
  private static func widened(
    _ lower: Double, _ upper: Double, _ scale: Axis.Scale
  ) -> (Double, Double) {
    let size = max(abs(lower), abs(upper))
    // Ticks are integers times a step: 10¹⁰ of them are still exact in a double.
    if upper - lower > 1e-10 * size, upper - lower > 1e-290 { return (lower, upper) }
    if scale == .logarithmic { return (lower / 2, upper * 2) }
    return size > 1e-290 ? (lower - 0.1 * size, upper + 0.1 * size) : (-1, 1)
  }

  private static func exponential(_ decades: Double) -> Double {
    let whole = decades.rounded(.down)
    // Between two powers of ten, linear interpolation is sufficient for a margin.
    return Decimal.power(Int(whole)) * (1 + 9 * (decades - whole))
  }

  /// The place of a number: from 0 to 1 within the range, beyond these outside.
  ///
  /// - Precondition: The axis can show it.
  func place(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - lower) / (upper - lower)
    case .logarithmic:
      (Decimal.logarithm(value) - Decimal.logarithm(lower))
        / (Decimal.logarithm(upper) - Decimal.logarithm(lower))
    }
  }
}
