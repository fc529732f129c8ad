import AutoDiff
import BeamMaps
import ParameterTables

/// The density of particles in phase space, up to a linear map: mean 0 and unit covariance.
///
/// A ``BeamShape`` transforms it to the sizes and correlations of a beam. To add a kind, write one
/// file with a struct that conforms, and put the type into a ``DistributionCatalog``.
public protocol Distribution: Sendable {
  /// The name in run files, such as "gaussian".
  static var kind: String { get }
  /// What the distribution is, in one sentence.
  static var summary: String { get }
  /// The table of its parameters, as run files give them.
  static var parameters: ParameterTable<Self> { get }
  /// The number of uniform numbers for one particle: the length of the list that
  /// ``point(_:)`` receives. It is constant, so that particle i depends on the seed and on i alone;
  /// rejecting numbers is not possible.
  static var uniformCount: Int { get }

  /// A distribution with the default value of every parameter.
  init()

  /// The point for `uniforms`, numbers in the open interval (0, 1).
  ///
  /// For independent uniform numbers its coordinates have to have mean 0 and unit covariance. A
  /// coordinate without extent is zero. With another covariance a beam has not the sizes that it was
  /// asked for: ``mistakeOfUnitCovariance(points:)`` finds it, and run files refuse such a kind.
  func point(_ uniforms: Span<Double>) -> PhaseSpace<Double>
}
