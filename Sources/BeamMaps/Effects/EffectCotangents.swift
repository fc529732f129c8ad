import AutoDiff

/// The derivatives of an objective with respect to the inputs of an ``EffectSlice``.
public struct EffectCotangents<C: RealScalar>: Sendable {
  /// With respect to ``EffectSlice/length``.
  public var length: C
  /// With respect to the reference particle's γ − 1.
  public var kineticEnergyOverMass: C
  /// With respect to ``EffectSlice/charge``.
  public var charge: C
  /// With respect to ``EffectSlice/curvature``.
  public var curvature = C.zero
  /// With respect to the reference particle's path length.
  public var s = C.zero
  /// With respect to the reference particle's time.
  public var t = C.zero
  /// With respect to the ``EffectSlice/substitutions``, in their order.
  public var parameters: [C]

  /// These derivatives, zero unless given.
  @inlinable
  public init(
    length: C = .zero, kineticEnergyOverMass: C = .zero, charge: C = .zero, parameters: [C] = []
  ) {
    self.length = length
    self.kineticEnergyOverMass = kineticEnergyOverMass
    self.charge = charge
    self.parameters = parameters
  }
}
