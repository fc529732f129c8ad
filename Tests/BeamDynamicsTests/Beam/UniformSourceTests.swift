import Testing

@testable import BeamElements
@testable import BeamTracking

struct UniformSourceTests {
  @Test func uniformNumbersAreUniform() {
    let count = 100_000
    let source = UniformSource(seed: 3, count: 6, isQuiet: false)
    var numbers = [Double](repeating: 0, count: 6)
    var histogram = [Int](repeating: 0, count: 50)
    for i in 0..<count {
      var span = numbers.mutableSpan
      source.fill(&span, particle: i)
      for u in numbers { histogram[Int(u * 50)] += 1 }
    }
    let expected = Double(6 * count) / 50
    let chiSquare = histogram.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
    // χ² with 49 degrees of freedom is 49 ± 10; five standard deviations.
    #expect(abs(chiSquare / expected - 49) < 50)
  }
}

struct SobolSequenceTests {
  func point(_ index: Int, of sequence: SobolSequence) -> [Double] {
    var numbers = [Double](repeating: 0, count: sequence.dimensions)
    var span = numbers.mutableSpan
    sequence.fill(&span, index: index)
    return numbers
  }

  @Test func pointsAreThoseOfJoeAndKuo() {
    // Computed by scipy.stats.qmc.Sobol (version 1.17, same table), in units of 2⁻¹⁰.
    let known: [Int: [Double]] = [
      1: [512, 512, 512, 512, 512, 512, 512, 512, 512, 512, 512, 512],
      2: [256, 768, 768, 768, 256, 256, 768, 256, 256, 256, 256, 256],
      3: [768, 256, 256, 256, 768, 768, 256, 768, 768, 768, 768, 768],
      13: [704, 832, 448, 960, 64, 832, 960, 448, 448, 832, 192, 576],
      1000: [95, 165, 461, 931, 1017, 167, 17, 655, 1023, 125, 237, 1011],
    ]
    let sequence = SobolSequence(dimensions: 12)
    for (index, values) in known {
      // Half of the last binary digit is added, which keeps 0 away.
      #expect(point(index, of: sequence) == values.map { $0 / 1024 + 0x1p-53 })
    }
  }

  @Test(arguments: [nil, 1, 99] as [UInt64?])
  func everyIntervalHoldsOnePointInEveryDimension(seed: UInt64?) {
    let sequence = SobolSequence(dimensions: SobolSequence.maximumDimensions, seed: seed)
    for first in [0, 1024, 5 * 1024] {
      var counts = [[Int]](
        repeating: Array(repeating: 0, count: 1024), count: sequence.dimensions)
      for i in first..<first + 1024 {
        for (d, u) in point(i, of: sequence).enumerated() { counts[d][Int(u * 1024)] += 1 }
      }
      #expect(counts.allSatisfy { $0.allSatisfy { $0 == 1 } })
    }
  }

  @Test(arguments: [nil, 7] as [UInt64?])
  func everyBoxOfTheFirstTwoDimensionsHoldsOnePoint(seed: UInt64?) {
    // Sobol's first two dimensions form a (0, m, 2)-net: each box 2⁻ᵃ × 2⁻ᵇ with a + b = m holds
    // one of 2ᵐ points.
    let sequence = SobolSequence(dimensions: 2, seed: seed)
    let points = (0..<256).map { point($0, of: sequence) }
    for a in 0...8 {
      let (wide, high) = (Double(1 << a), Double(1 << (8 - a)))
      let boxes = Set(points.map { Int($0[0] * wide) * 256 + Int($0[1] * high) })
      #expect(boxes.count == 256)
    }
  }

  @Test func integralsOfSmoothFunctionsConvergeFasterThanWithRandomNumbers() {
    // ∏ (1 + (u − ½)/2) integrates to 1; its standard deviation is 0.35, so 4096 random points err
    // by 0.006.
    for seed in [1, 2, 3] as [UInt64] {
      let sequence = SobolSequence(dimensions: 6, seed: seed)
      let mean =
        (0..<4096).reduce(0.0) { sum, i in
          sum + point(i, of: sequence).reduce(1.0) { $0 * (1 + ($1 - 0.5) / 2) }
        } / 4096
      #expect(abs(mean - 1) < 2e-4)
    }
  }

  @Test func anotherSeedGivesOtherPoints() {
    let (a, b) = (SobolSequence(dimensions: 6, seed: 1), SobolSequence(dimensions: 6, seed: 2))
    for i in 0..<10 { #expect(point(i, of: a) != point(i, of: b)) }
  }
}
