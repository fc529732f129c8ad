import AutoDiff
import BeamMaps
import ParameterTables

/// Uniform electric and magnetic fields along the axis: a linac without waves, with or without a
/// solenoid around it.
///
/// px and py are canonical, so that the solenoid's ends are part of it; those of the electric field
/// are not.
public struct UniformAcceleration: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// ez = qE/(mc²) [1/m]: the gain of γ per length; a negative one decelerates.
  public var ez: Double
  /// bz = qB/(mc) [1/m].
  public var bz: Double

  /// Fields qE/(mc²) and qB/(mc) [1/m] over `length` [m].
  public init(length: Double, ez: Double, bz: Double = 0) {
    self.length = length
    self.ez = ez
    self.bz = bz
  }

  public init() { self.init(length: 0, ez: 0) }

  public static let kind = "UniformAcceleration"
  public static let summary = "Uniform electric and magnetic fields along the axis."
  public static let modelChoice = ModelChoice<Self>.only(.chromatic)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .real(
      "ez", \.ez, unit: "1/m", required: true,
      "Electric field times charge over rest energy: gain of gamma per length."),
    .real("bz", \.bz, unit: "1/m", "Magnetic field times charge over mass times c."),
  ])

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    let length = slice.length(of: q.length)
    let before = reference
    reference.fly(over: length)
    reference.kineticEnergyOverMass += q.ez * length
    // (p_f − p_i)/ez without a difference.
    reference.timeSum = before.timeSum
    reference.timeSum +=
      length * (before.gamma + reference.gamma) / (before.betaGamma + reference.betaGamma)
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // `reference` is at the end of the slice in the direction of passing.
    var before = reference
    advance(&before, over: slice.reversed, q)
    return TransferMap(
      ChromaticAcceleration<S>(
        length: slice.length(of: q.length), ez: q.ez, bz: q.bz, from: before, to: reference))
  }
}
