import BeamMaps

/// One of the beams that a ``MixtureDistribution`` consists of, such as a core or a halo.
public struct MixtureComponent: Sendable {
  /// Its part of the particles, relative to the weights of the others.
  public var weight: Double
  /// The distribution of unit covariance.
  public var distribution: any Distribution
  /// Its sizes, correlations, dispersion and mean.
  public var shape: BeamShapeDescription

  /// A beam of this distribution and shape, in the units of a beam's coordinates.
  public init(
    weight: Double, _ distribution: any Distribution, describedBy shape: BeamShapeDescription
  ) {
    self.weight = weight
    self.distribution = distribution
    self.shape = shape
  }

  /// A beam that is `scale` times as large as one of unit covariance, in all six coordinates.
  ///
  /// It is of use for a mixture that has a shape as a whole: only the ratios of the scales matter
  /// then.
  public init(weight: Double, _ distribution: any Distribution, scale: Double = 1) {
    var shape = BeamShapeDescription(.sigma)
    for plane in Plane.allCases {
      shape["sigma_\(plane)"] = scale
      shape["sigma_p\(plane)"] = scale
    }
    self.init(weight: weight, distribution, describedBy: shape)
  }
}
