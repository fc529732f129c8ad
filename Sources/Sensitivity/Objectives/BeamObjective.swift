import AutoDiff

/// A number to be made small, as a formula of the beam at some places, written once for every
/// scalar.
///
///     struct Spot: BeamObjective {
///       let requests = [ObservationRequest(after: 7)]
///
///       func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
///         beams[0].covariance[0, 0] + beams[0].covariance[2, 2]
///       }
///     }
///
/// A run file's objective is a ``TermObjective``.
public protocol BeamObjective: Sendable {
  /// What it asks of the beam, and where.
  var requests: [ObservationRequest] { get }

  /// Whether it is half a sum of squares, ½Σrᵢ², of known residuals.
  var isSumOfSquares: Bool { get }

  /// The objective.
  ///
  /// - Parameters:
  ///   - beams: The answers, in the order of the ``requests``.
  ///   - variables: The design variables, for terms that depend on them alone.
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  func callAsFunction<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> S

  /// The residuals rᵢ; only asked for where ``isSumOfSquares`` is true.
  func residuals<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) throws -> [S]
}

extension BeamObjective {
  public var isSumOfSquares: Bool { false }

  public func residuals<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> [S] {
    preconditionFailure("an objective that is a sum of squares says its residuals")
  }
}

/// An objective has no value for this beam: which part of it, where, why, and what to do.
public struct UndefinedObjective: Error, Equatable, CustomStringConvertible {
  /// What has no value: "beta_x at q1#3".
  public var subject: String
  public var reason: String
  public var remedy: String

  public init(_ subject: String, because reason: String, remedy: String) {
    self.subject = subject
    self.reason = reason
    self.remedy = remedy
  }

  public var description: String { "\(subject) is undefined: \(reason); \(remedy)" }
}
