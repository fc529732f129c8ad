/// The error of an envelope that cannot be tracked further.
public struct EnvelopeError: Error, Equatable, CustomStringConvertible {
  /// "start", or the name of the place.
  public let place: String
  /// Why it cannot be tracked further, and what the user can do.
  public let reason: String

  public var description: String { "\(place): \(reason)" }
}
