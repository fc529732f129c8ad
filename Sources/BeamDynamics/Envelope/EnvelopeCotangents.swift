import AutoDiff
import LinearAlgebra

/// The derivatives of an objective to what is known of the reference particle at one place.
public struct ReferenceCotangent<C: RealScalar>: Sendable {
  /// To γ − 1.
  public var kineticEnergyOverMass: C
  public var s: C
  public var t: C
  public var position: Vector3<C>
  public var orientation: Orientation<C>

  public static var zero: Self {
    let none = Vector3<C>(.zero, .zero, .zero)
    return Self(
      kineticEnergyOverMass: .zero, s: .zero, t: .zero, position: none,
      orientation: Orientation(right: none, up: none, forward: none))
  }

  public init(
    kineticEnergyOverMass: C, s: C, t: C, position: Vector3<C>, orientation: Orientation<C>
  ) {
    self.kineticEnergyOverMass = kineticEnergyOverMass
    self.s = s
    self.t = t
    self.position = position
    self.orientation = orientation
  }

  static func += (a: inout Self, b: Self) {
    a.kineticEnergyOverMass += b.kineticEnergyOverMass
    a.s += b.s
    a.t += b.t
    a.position = a.position + b.position
    a.orientation.right = a.orientation.right + b.orientation.right
    a.orientation.up = a.orientation.up + b.orientation.up
    a.orientation.forward = a.orientation.forward + b.orientation.forward
  }
}

/// The derivatives of an objective to what is known of an envelope at one place.
public struct EnvelopeCotangent<C: EnvelopeScalar>: Sendable {
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
public struct EnvelopeGradient<C: EnvelopeScalar>: Sendable {
  /// In the order of the sweep's parameters.
  public var parameters: [C]
  /// To the envelope at the start; that of the reference particle only if the sweep
  /// ``EnvelopeSweep/differentiatesReference``.
  public var start: EnvelopeCotangent<C>
  /// To the current [1/A], or to the charge of the bunch [1/C].
  public var intensity: C
}
