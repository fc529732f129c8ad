/// Mean and standard deviation of numbers, with their errors if the numbers have a normal
/// distribution.
public struct SampleMoments: Sendable, Equatable, Codable {
  /// Number of finite values.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// The standard deviation, from the sum of squares over n − 1.
  public let width: Double

  /// Moments of the finite numbers among `values`; NaN where there are too few.
  public init(_ values: some Sequence<Double>) {
    let finite = values.filter(\.isFinite)
    count = finite.count
    let n = Double(finite.count)
    let mean = finite.reduce(0, +) / n
    self.mean = mean
    width =
      count > 1
      ? (finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot() : .nan
  }

  /// The standard error of the mean: width/√n.
  public var meanError: Double { width / Double(count).squareRoot() }

  /// The standard error of the width of a normal distribution: width/√(2(n − 1)).
  public var widthError: Double { width / (2 * Double(max(count - 1, 1))).squareRoot() }
}
