import AutoDiff
import BeamTracking
import LinearAlgebra

/// The derivatives of an objective to what is known of an envelope at one place.
public struct EnvelopeCotangent<C: SweepScalar>: Sendable {
  public var reference: ReferenceCotangent<C>
  public var mean: Vector6<C>
  /// Symmetric: the objective changes by Σᵢⱼ of its entries times the change of Σᵢⱼ.
  public var covariance: Matrix6<C>
  /// nil for none.
  public var transferMatrix: Matrix6<C>?

  public static var zero: Self { Self() }

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

/// The derivatives of an objective to everything that an envelope comes from.
public struct EnvelopeGradient<C: SweepScalar>: Sendable {
  /// In the order of the sweep's parameters.
  public var parameters: [C]
  /// To the envelope at the start; that of the reference particle only if the sweep
  /// ``EnvelopeSweep/differentiatesReference``.
  public var start: EnvelopeCotangent<C>
  /// To the current [1/A], or to the charge of the bunch [1/C].
  public var intensity: C
}
