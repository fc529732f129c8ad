import AutoDiff
import BeamDynamics
import Documents

/// A thin lens with an angle-dependent shear that is neither symplectic nor has an inverse of its
/// own: what a user's matrix may be.
struct LossyLens: Element {
  var strength = 0.0
  var damping = 0.0

  init() {}
  init(strength: Double, damping: Double) {
    self.strength = strength
    self.damping = damping
  }

  static let kind = "LossyLens"
  static let summary = "A lens that also damps."
  static let orbitLength = OrbitLength<Self>.none
  static let parameters = ParameterTable<Self>([
    .real("strength", \.strength, unit: "1/m", "Inverse focal length."),
    .real("damping", \.damping, "What the transverse momenta lose, relative."),
  ])
  var inversion: Inversion { .localJacobian }

  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // It depends on the reference particle's energy, so that this goes back, too.
    TransferMap(
      LossyKick<S>(
        strength: S(q.strength / reference.betaGamma), factor: S(1.0 - q.damping)))
  }
}

struct LossyKick<S: ParticleScalar>: Motion {
  let strength: S
  let factor: S

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = factor * (z.px - strength * z.x * (1.0 + z.pt))
    z.py = factor * (z.py - strength * z.y * z.y)
    return S.Mask(repeating: true)
  }
}

/// A gap that accelerates everyone alike, depending on when the reference particle comes: an
/// element that changes the reference momentum.
struct Gap: Element {
  /// Gain of kinetic energy over mass.
  var gain = 0.0
  /// cos(wavenumber·t) multiplies the gain [1/m].
  var wavenumber = 0.0

  init() {}
  init(gain: Double, wavenumber: Double) {
    self.gain = gain
    self.wavenumber = wavenumber
  }

  static let kind = "Gap"
  static let summary = "An accelerating gap."
  static let orbitLength = OrbitLength<Self>.none
  static let parameters = ParameterTable<Self>([
    .real("gain", \.gain, "Gain of kinetic energy over mass."),
    .real("wavenumber", \.wavenumber, unit: "1/m", "Wavenumber."),
  ])

  private func gain<C: RealScalar>(_ q: Lifted<Self, C>, _ t: C) -> C {
    q.gain * C.cos(q.wavenumber * t)
  }

  func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    reference.kineticEnergyOverMass += gain(q, reference.t)
  }

  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // The gap is thin: its time is the same before and after. Forward, the reference particle has
    // gained already; backward, it has not yet.
    let step = gain(q, reference.t)
    var other = reference
    other.kineticEnergyOverMass =
      slice.isBackward
      ? reference.kineticEnergyOverMass + step : reference.kineticEnergyOverMass - step
    return TransferMap(MomentumUnit<S>(factor: S(other.betaGamma / reference.betaGamma), slice))
  }
}

/// px, py and pt in another unit of momentum.
struct MomentumUnit<S: ParticleScalar>: Motion {
  let factor: S

  init(factor: S, _ slice: Slice) {
    // Forward: before over after. Backward: after over before, which is the inverse.
    self.factor = factor
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = z.px * factor
    z.py = z.py * factor
    z.pt = z.pt * factor
    return S.Mask(repeating: true)
  }
}

/// A drift whose design orbit is longer than its declared length: how long, another parameter says.
struct Detour: Element {
  var length = 0.0
  /// What the orbit is longer, relative.
  var stretch = 0.0

  init() {}
  init(length: Double, stretch: Double) {
    self.length = length
    self.stretch = stretch
  }

  static let kind = "Detour"
  static let summary = "A drift along a longer way."
  static let orbitLength = OrbitLength<Self>.along(\.length)
  static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", "Length."),
    .real("stretch", \.stretch, "What the orbit is longer, relative."),
  ])

  func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    reference.fly(over: slice.length(of: q.length * (1.0 + q.stretch)))
  }

  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(ExactDrift<S>(length: slice.length(of: q.length * (1.0 + q.stretch)), reference))
  }
}
