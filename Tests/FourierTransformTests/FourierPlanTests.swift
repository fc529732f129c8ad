import Foundation
import FourierTransform
import Testing

@Suite struct FourierPlanTests {
  /// Sums of a hundred terms of size one: 100 roundings at most.
  @Test(arguments: [1, 2, 7, 12, 30]) func aForwardTransformIsItsDefinition(n: Int) {
    let data = AlignedWords<Double>(count: 2 * n)
    var input: [(Double, Double)] = []
    for j in 0..<n {
      input.append((sin(3.0 * Double(j) + 1), cos(5.0 * Double(j * j) + 2)))
      data.words[2 * j] = input[j].0
      data.words[2 * j + 1] = input[j].1
    }
    let plan = FourierPlan<Double>(
      .forward, FourierLayout(length: n, count: 1, stride: 1, distance: n))
    plan(data.words)
    for k in 0..<n {
      var sum = (0.0, 0.0)
      for (j, z) in input.enumerated() {
        let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
        sum.0 += z.0 * cos(angle) - z.1 * sin(angle)
        sum.1 += z.0 * sin(angle) + z.1 * cos(angle)
      }
      #expect(abs(data.words[2 * k] - sum.0) < 1e-13)
      #expect(abs(data.words[2 * k + 1] - sum.1) < 1e-13)
    }
  }

  @Test func thereAndBackIsTheLength() {
    let n = 24
    let data = AlignedWords<Float>(count: n + 2)
    for j in 0..<n { data.words[j] = Float(j * j % 7) }
    let rows = (1, n + 2)
    let there = FourierPlan<Float>(
      .realToComplex,
      FourierLayout(length: n, count: 1, input: rows, output: (1, n / 2 + 1), inPlace: true))
    let back = FourierPlan<Float>(
      .complexToReal,
      FourierLayout(length: n, count: 1, input: (1, n / 2 + 1), output: rows, inPlace: true))
    there(data.words)
    back(data.words)
    for j in 0..<n { #expect(abs(data.words[j] - Float(n) * Float(j * j % 7)) < 1e-4) }
  }

  /// The real spectrum of an even sequence: y_k = Σ over one period of x cos.
  @Test func aCosineTransformIsTheSpectrumOfAnEvenSequence() {
    let n = 9
    let data = AlignedWords<Double>(count: n)
    let input = (0..<n).map { 1 / (1 + Double($0)) }
    for j in 0..<n { data.words[j] = input[j] }
    FourierPlan<Double>(.cosine, FourierLayout(length: n, count: 1, stride: 1, distance: n))(
      data.words)
    for k in 0..<n {
      var sum = 0.0
      for j in 0..<2 * (n - 1) {
        let value = input[min(j, 2 * (n - 1) - j)]
        sum += value * cos(2 * Double.pi * Double(j * k) / Double(2 * (n - 1)))
      }
      // Sixteen terms whose sum is below 5, with arguments of cosines up to 50.
      #expect(abs(data.words[k] - sum) < 1e-13)
    }
  }

  @Test func smoothLengthsHaveSmallFactorsOnly() {
    #expect(smoothLength(atLeast: 1) == 1)
    #expect(smoothLength(atLeast: 11) == 12)
    #expect(smoothLength(atLeast: 64) == 64)
    #expect(smoothLength(atLeast: 257) == 270)
  }
}
