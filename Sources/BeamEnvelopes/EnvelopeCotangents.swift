import AutoDiff
import BeamTracking
import LinearAlgebra

/// The derivatives of an objective with respect to an envelope at one place.
public struct EnvelopeCotangent<C: SweepScalar>: Sendable {
  /// With respect to the reference particle.
  public var reference: ReferenceCotangent<C>
  /// With respect to the centroid, in the order x, px, y, py, t, pt.
  public var mean: Vector6<C>
  /// With respect to the covariance, symmetric: the objective changes by the sum over all i and j
  /// of entry (i, j) times the change of Σᵢⱼ.
  public var covariance: Matrix6<C>
  /// With respect to the transfer matrix from the start; nil for none.
  public var transferMatrix: Matrix6<C>?

  /// Zero derivatives.
  public static var zero: Self { Self() }

  /// These derivatives, zero unless given.
  public init(
    reference: ReferenceCotangent<C> = .zero, mean: Vector6<C> = Vector6(repeating: .zero),
    covariance: Matrix6<C> = .zero, transferMatrix: Matrix6<C>? = nil
  ) {
    self.reference = reference
    self.mean = mean
    self.covariance = covariance
    self.transferMatrix = transferMatrix
  }
}

/// The derivatives of an objective with respect to all inputs of an envelope.
public struct EnvelopeGradient<C: SweepScalar>: Sendable {
  /// With respect to the sweep's parameters, in their order.
  public var parameters: [C]
  /// With respect to the envelope at the start; the part of the reference particle is computed only
  /// if ``EnvelopeSweep/differentiatesReference`` is true.
  public var start: EnvelopeCotangent<C>
  /// With respect to the magnitude of the current [1/A], or of the bunch charge [1/C].
  public var intensity: C
}
