/// A function has no value at this point: particles were lost, a matching diverged, or the argument
/// of a square root was negative.
///
/// A function throws it where it has no value; the method then treats its step as failed and tries
/// a shorter one. Any other error ends the run.
public struct EvaluationFailure: Error, Equatable, CustomStringConvertible {
  /// Why, in words.
  public let reason: String

  public init(_ reason: String) { self.reason = reason }

  public var description: String { "the function could not be evaluated: \(reason)" }
}

/// A start, bound or function that a method cannot work with.
public struct UnsuitableProblem: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// The function has no value at the very start of a run.
public struct StartFailure: Error, Equatable, CustomStringConvertible {
  /// Why, in words.
  public let reason: String

  public var description: String {
    "the function cannot be evaluated at the start (\(reason)); start elsewhere"
  }
}
