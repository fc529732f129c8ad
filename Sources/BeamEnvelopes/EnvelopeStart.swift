import AutoDiff
import BeamTracking
import LinearAlgebra

/// The initial values of an envelope.
public struct EnvelopeStart<C: SweepScalar>: Sendable {
  /// The reference particle.
  public var reference: ReferenceParticle<C>
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  public var mean: Vector6<C>
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩.
  public var covariance: Matrix6<C>
  /// A magnitude: the current [A] for space charge in two dimensions, the bunch charge [C] in
  /// three.
  public var intensity: C

  /// An envelope with these initial values.
  public init(
    reference: ReferenceParticle<C>, mean: Vector6<C> = Vector6(repeating: .zero),
    covariance: Matrix6<C>, intensity: C = .zero
  ) {
    self.reference = reference
    self.mean = mean
    self.covariance = covariance
    self.intensity = intensity
  }
}
