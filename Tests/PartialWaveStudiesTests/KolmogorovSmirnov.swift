import Foundation

/// Whether numbers are spread evenly over (0, 1).
enum KolmogorovSmirnov {
  /// √n·D with Stephens' correction for few numbers, (√n + 0.12 + 0.11/√n)·D; it exceeds 1.63 with a
  /// probability of 1 %, 1.95 with 0.1 % (M. Stephens, J. R. Stat. Soc. B 32, 115 (1970)).
  static func distance(fromUniform values: [Double]) -> Double {
    let n = Double(values.count)
    var distance = 0.0
    for (i, value) in values.sorted().enumerated() {
      distance = max(distance, Double(i + 1) / n - value, value - Double(i) / n)
    }
    let root = n.squareRoot()
    return (root + 0.12 + 0.11 / root) * distance
  }
}
