import AutoDiff
import BeamMaps
import LinearAlgebra

/// A distribution that brings its own sizes: a run file gives it neither Twiss parameters nor sigmas
/// nor a covariance, but a mean if wanted.
public protocol SizedDistribution: Distribution {
  /// Whether the sizes follow from the beam's energy and charge. Neither may then vary in a design:
  /// the particles would have to be drawn anew.
  static var followsBeam: Bool { get }

  /// The distribution for a beam, ready to be drawn from, and the shape that gives it its sizes.
  ///
  /// - Parameters:
  ///   - reference: The reference particle at the start.
  ///   - charge: Of the bunch [C], a magnitude.
  /// - Throws: ``InvalidBeamShape`` that names a parameter which no such beam can have.
  func sized(
    for reference: ReferenceParticle<Double>, charge: Double
  ) throws(InvalidBeamShape) -> (distribution: any Distribution, shape: BeamShape<Double>)
}
