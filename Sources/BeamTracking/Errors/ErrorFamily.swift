import BeamMaps
import ParameterTables
import RandomNumbers

/// A family of errors: one kind of error of all elements that some patterns name, each place with
/// its own.
///
///     let machine = try line.withErrors([
///       ErrorFamily("alignment", of: ["q*"], .parameter("dx"), .gaussian(1e-4, cut: 3), seed: 7),
///       ErrorFamily("supplies", of: ["Quadrupole"], .parameter("k1"), .uniform(limit: 1e-3),
///         isRelative: true, seed: 8),
///     ])
///
/// The error of a place depends on the seed, on the number that it is an error of, on the name of
/// the element and on which of its passages the place is, and on nothing else: what is added
/// elsewhere in the beamline, and other families, change no draw. Two families with one seed draw
/// the same deviates for one number of one place; give them different seeds. Errors of one number
/// add up.
public struct ErrorFamily: Sendable, Equatable {
  /// What has the error.
  public enum Subject: Sendable, Equatable {
    /// A parameter of the element or of its placement: "k1", "dx", "normal[2]".
    case parameter(String)
    /// Multipoles; each is multiplied by a draw of its own.
    case multipoles(MultipoleErrors)
  }

  /// The name in tables.
  public var name: String
  /// Names of elements, of places or of girders, patterns of names (`q*`, `q?`, `q[1-4]`), or kinds of
  /// elements.
  public var elements: [String]
  /// What has the error.
  public var subject: Subject
  /// The distribution of the errors, or, of multipoles, of what they are multiplied by.
  public var distribution: ErrorDistribution
  /// Whether the error of a parameter is a factor times its value by design.
  public var isRelative: Bool
  /// The seed of the random numbers.
  public var seed: UInt64

  /// A family of errors.
  public init(
    _ name: String, of elements: [String], _ subject: Subject, _ distribution: ErrorDistribution,
    isRelative: Bool = false, seed: UInt64 = 1
  ) {
    self.name = name
    self.elements = elements
    self.subject = subject
    self.distribution = distribution
    self.isRelative = isRelative
    self.seed = seed
  }

  /// The error of one number of one place, before what it is relative to.
  ///
  /// - Parameters:
  ///   - number: The name of the number.
  ///   - element: The name of the element.
  ///   - occurrence: Which of its passages it is, from 1.
  func draw(of number: String, element: String, occurrence: Int) -> Double {
    var random = PhiloxGenerator(
      seed: seed, purpose: "error " + number, item: "\(element)#\(occurrence)")
    return distribution.draw(&random)
  }
}

/// A family of errors that a beamline cannot have.
public struct MistakenErrors: Error, Equatable, CustomStringConvertible {
  /// The family's name.
  public let family: String
  /// What is wrong, and what would be right.
  public let reason: String

  public var description: String { "errors \(quoted(family)): \(reason)" }
}
