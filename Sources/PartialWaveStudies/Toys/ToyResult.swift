/// What a fit of one toy data set found.
public struct ToyResult: Codable, Sendable, Equatable {
  /// A number that was fitted, or follows from the fit.
  public struct Estimate: Codable, Sendable, Equatable {
    public let value: Double
    /// The standard deviation; nil if the covariance is not known.
    public let error: Double?

    public init(value: Double, error: Double?) {
      self.value = value
      self.error = error
    }
  }

  /// The number of the toy, from 0.
  public let number: Int
  /// −log L at the minimum.
  public let value: Double
  /// −log L at the truth.
  public let valueAtTruth: Double
  public let isConverged: Bool
  /// In the order of ``ToyStudy/quantities``.
  public let estimates: [Estimate]
  public let seconds: Double

  /// Whether all errors are known.
  public var hasErrors: Bool { estimates.allSatisfy { $0.error != nil } }
}
