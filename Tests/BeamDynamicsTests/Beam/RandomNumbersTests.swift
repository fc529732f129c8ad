import Testing

@testable import BeamDynamics

struct PhiloxTests {
  @Test func theKnownAnswersOfItsAuthorsComeOut() {
    // Random123's kat_vectors: zeros, ones, digits of π.
    #expect(
      Philox(key: .zero)(.zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = UInt32.max
    #expect(
      Philox(key: SIMD2(repeating: ones))(SIMD4(repeating: ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox(key: SIMD2(0xa409_3822, 0x299f_31d0))(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func bothHalvesOfTheSeedAndOfTheItemCount() {
    let one = Philox(seed: 1).words(item: 5, block: 0, stream: 0).0
    #expect(Philox(seed: 1 + 1 << 32).words(item: 5, block: 0, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5 + 1 << 32, block: 0, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5, block: 1, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5, block: 0, stream: 1).0 != one)
  }

  @Test func uniformNumbersAreNeverZeroOrOne() {
    #expect(Double(openUnitInterval: 0) == 0x1p-53)
    #expect(Double(openUnitInterval: .max) == 1 - 0x1p-53)
    #expect(Double(openUnitInterval: 1 << 63) > 0.5)
  }

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
