import AutoDiff

/// A function of the beam at some places that is to be minimised. It is written once, generic over
/// the scalar.
///
///     struct Spot: BeamObjective {
///       let requests = [ObservationRequest(after: 7)]
///
///       func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
///         beams[0].covariance[0, 0] + beams[0].covariance[2, 2]
///       }
///     }
///
/// The objective of a run file is a ``TermObjective``.
public protocol BeamObjective: Sendable {
  /// The requested observations of the beam.
  var requests: [ObservationRequest] { get }

  /// Whether it is half a sum of squares, ½Σrᵢ², of known residuals; false by default.
  var isSumOfSquares: Bool { get }

  /// The value of the objective.
  ///
  /// - Parameters:
  ///   - beams: The observations, in the order of the ``requests``.
  ///   - variables: The design variables, for terms that depend on them directly.
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  func callAsFunction<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> S

  /// The residuals rᵢ; called only if ``isSumOfSquares`` is true.
  func residuals<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) throws -> [S]
}

extension BeamObjective {
  public var isSumOfSquares: Bool { false }

  public func residuals<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> [S] {
    fatalError("an objective that is a sum of squares implements residuals")
  }
}

/// The error of an objective that has no value for this beam.
public struct UndefinedObjective: Error, Equatable, CustomStringConvertible {
  /// What has no value, for example "beta_x at q1#3".
  public var subject: String
  /// Why it has no value.
  public var reason: String
  /// What the user can do.
  public var remedy: String

  /// The error for `subject`.
  public init(_ subject: String, because reason: String, remedy: String) {
    self.subject = subject
    self.reason = reason
    self.remedy = remedy
  }

  public var description: String { "\(subject) is undefined: \(reason); \(remedy)" }
}
