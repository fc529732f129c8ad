import Support
import Testing

@testable import Plots

@Suite struct TicksTests {
  private func mapping(_ lower: Double, _ upper: Double, _ scale: Axis.Scale = .linear)
    -> AxisMapping
  {
    AxisMapping(Axis("", scale: scale, range: lower...upper), data: nil, padding: (0, 0))
  }

  private func labels(
    _ lower: Double, _ upper: Double, _ scale: Axis.Scale = .linear, count: Int = 6
  ) -> [String] {
    Ticks(mapping(lower, upper, scale), count: count).major.map(\.label)
  }

  @Test func numbersAreRoundAndWrittenShort() {
    #expect(labels(0, 10) == ["0", "2", "4", "6", "8", "10"])
    #expect(labels(-0.3, 0.3) == ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"])
    #expect(labels(0.28, 1.82, count: 5) == ["0.5", "1.0", "1.5"])
    #expect(labels(0, 1100, count: 5) == ["0", "500", "1000"])
    #expect(labels(-3.4, 3.4, count: 2) == ["−2", "0", "2"])
    #expect(labels(1e-4, 1000, .logarithmic, count: 10).first == "10^{−4}")
    #expect(labels(1, 1000, .logarithmic) == ["1", "10", "100", "1000"])
    #expect(labels(3, 60, .logarithmic) == ["5", "10", "20", "50"])
  }

  @Test func largeAndSmallNumbersHaveACommonPowerOfTen() {
    let large = Ticks(mapping(0, 5e6), count: 5)
    #expect(large.exponent == 6 && large.major.map(\.label) == ["0", "1", "2", "3", "4", "5"])
    let small = Ticks(mapping(-2e-5, 1e-5), count: 3)
    #expect(small.exponent == -5 && small.major.map(\.label) == ["−2", "−1", "0", "1"])
  }

  /// Ranges of all sizes and places: whatever is asked for, there are some ticks, they ascend, they
  /// are inside, and what a label says is the number at which it stands.
  @Test func everyRangeHasTicksThatAreWhatTheySay() throws {
    var generator = SeededGenerator(seed: 53)
    for round in 0..<5000 {
      let scale = round % 3 == 0 ? Axis.Scale.logarithmic : .linear
      let power = Decimal.power(Int.random(in: -290...290, using: &generator))
      var ends = [0, 1].map { _ in Double.random(in: -10...10, using: &generator) * power }
      if round % 5 == 0 { ends[1] = ends[0] * (1 + Double.random(in: 0...1e-9, using: &generator)) }
      if scale == .logarithmic { ends = ends.map { max(abs($0), 1e-300) } }
      let mapping = mapping(min(ends[0], ends[1]), max(ends[0], ends[1]), scale)
      let ticks = Ticks(mapping, count: Int.random(in: 2...10, using: &generator))
      #expect(ticks.major.count >= 2 && ticks.major.count <= 25, "\(mapping)")
      #expect(zip(ticks.major, ticks.major.dropFirst()).allSatisfy { $0.value < $1.value })
      // A billionth of the range beyond its ends is allowed, for ends that are round.
      let outside = (ticks.major.map(\.value) + ticks.minor).filter {
        abs(mapping.place($0) - 0.5) > 0.5 + 1e-8
      }
      #expect(outside.isEmpty, "\(mapping)")
      for tick in ticks.major where !tick.label.contains("^") {
        let digits = tick.label.replacing("−", with: "-")
        let said = try #require(Double("\(digits)e\(ticks.exponent)"))
        // Two roundings, of the label's digits and of the tick.
        #expect(abs(said - tick.value) <= 2 * tick.value.ulp, "\(tick)")
      }
    }
  }

  @Test func rangesWithoutExtentAndWithoutDataAreGivenOne() {
    for value in [0, 5, -3e8, 1e-300, 1e300] {
      let mapping = AxisMapping(Axis(""), data: value...value, padding: (0, 0))
      #expect(mapping.lower < mapping.upper)
      #expect(mapping.lower <= value && value <= mapping.upper)
    }
    for scale in [Axis.Scale.linear, .logarithmic] {
      let mapping = AxisMapping(Axis("", scale: scale), data: nil, padding: (0.1, 0.1))
      #expect(mapping.lower < mapping.upper)
      let unfit = Axis("", scale: .logarithmic, range: -1...2)
      #expect(AxisMapping(unfit, data: 1...10, padding: (0, 0)).lower == 1)
    }
  }

  @Test func coordinatesAreShort() {
    #expect(
      [0, -0.001, 1.5, -2.25, 3.049, 10.999, 7.1].map(Decimal.coordinate)
        == ["0", "0", "1.5", "-2.25", "3.05", "11", "7.1"])
  }
}
