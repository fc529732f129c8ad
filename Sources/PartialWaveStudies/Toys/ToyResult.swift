import Communication

/// The result of the fit of one toy.
public struct ToyResult: Codable, Sendable, Equatable {
  /// The value of one ``ToyStudy/Quantity``.
  public struct Estimate: Codable, Sendable, Equatable {
    /// The fitted value, in the unit of its quantity.
    public let value: Double
    /// The standard deviation; nil if the covariance is not known.
    public let error: Double?

    /// A value with its standard deviation, if that is known.
    public init(value: Double, error: Double?) {
      self.value = value
      self.error = error
    }
  }

  /// The index of the toy; it determines the random numbers of its events.
  public let index: Int
  /// −log L at the minimum.
  public let value: Double
  /// −log L at the truth.
  public let valueAtTruth: Double
  /// Whether the fit ended at a minimum.
  public let isConverged: Bool
  /// One for each of ``ToyStudy/quantities``, in their order.
  public let estimates: [Estimate]
  /// Wall time for drawing and fitting the toy [s].
  public let seconds: Double

  private enum CodingKeys: String, CodingKey {
    case index = "number"
    case value, valueAtTruth, isConverged, estimates, seconds
  }

  /// Whether all errors are known.
  public var hasErrors: Bool { estimates.allSatisfy { $0.error != nil } }
}

extension ToyResult.Estimate: Packable {
  public func pack(into message: inout [UInt8]) {
    value.pack(into: &message)
    error.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    value = Double(unpacking: &message)
    error = Double?(unpacking: &message)
  }
}

extension ToyResult: Packable {
  public func pack(into message: inout [UInt8]) {
    index.pack(into: &message)
    value.pack(into: &message)
    valueAtTruth.pack(into: &message)
    isConverged.pack(into: &message)
    estimates.pack(into: &message)
    seconds.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    index = Int(unpacking: &message)
    value = Double(unpacking: &message)
    valueAtTruth = Double(unpacking: &message)
    isConverged = Bool(unpacking: &message)
    estimates = [Estimate](unpacking: &message)
    seconds = Double(unpacking: &message)
  }
}
