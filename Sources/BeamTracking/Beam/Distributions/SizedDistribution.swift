import AutoDiff
import BeamMaps
import LinearAlgebra

/// A distribution that determines the beam's sizes. A run file gives no Twiss parameters, sigmas or
/// covariance for it; it may give a mean.
public protocol SizedDistribution: Distribution {
  /// Whether the sizes depend on the beam's energy and charge. Neither may then vary in a design,
  /// because the particles would have to be drawn again.
  static var followsBeam: Bool { get }

  /// The distribution for a beam, ready for drawing particles, and the shape with its sizes.
  ///
  /// - Parameters:
  ///   - reference: The reference particle at the start.
  ///   - charge: The magnitude of the bunch charge [C].
  /// - Throws: ``InvalidBeamShape`` with the name of a parameter that no such beam can have.
  func sized(
    for reference: ReferenceParticle<Double>, charge: Double
  ) throws(InvalidBeamShape) -> (distribution: any Distribution, shape: BeamShape<Double>)
}
