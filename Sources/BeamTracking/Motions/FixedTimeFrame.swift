import AutoDiff
import BeamMaps
import ParameterTables

/// The change of coordinates from particles at one position to particles at one time: x, px, y, py,
/// z and pz, where z [m] is the distance from the reference particle along its flight and pz =
/// Pz/p0 − 1 takes the place of pt.
///
/// Particles fly straight to their positions at the reference particle's time: a step of a
/// Hamiltonian flow, hence symplectic. Tracking code treats it as an element; run files do not
/// contain it. The backward slice is the inverse.
package struct FixedTimeFrame: Element {
  /// True for the change back to one position.
  package var isExit: Bool

  package init(isExit: Bool) { self.isExit = isExit }
  package init() { self.init(isExit: false) }

  package static let kind = "FixedTimeFrame"
  package static let summary = "Particles at one time instead of at one place."
  package static let orbitLength = OrbitLength<Self>.none
  package static let parameters = ParameterTable<Self>([])

  package func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? { compiledTangentKernel(inputs) }

  package func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    if isExit != slice.isBackward { return TransferMap(FixedTimeExit<S>(reference)) }
    return TransferMap(FixedTimeEntry<S>(reference))
  }
}

/// Moves particles to their positions at the reference particle's time.
///
/// pz = D/(1 + √(1 + D)) with D = P_z²/p0² − 1: √(1 + D) − 1 would lose the digits of small pz.
struct FixedTimeEntry<S: ParticleScalar>: Motion {
  let kinematics: Kinematics<S>

  init(_ reference: ReferenceParticle<S.Constant>) { kinematics = Kinematics(reference) }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let transverse = z.px * z.px + z.py * z.py
    let difference = -(kinematics.momentumDeficit(z.pt) + transverse)
    let squared = 1.0 + difference
    let isForward = S.zero < squared
    let forward = S.sqrt(S.select(isForward, squared, .one))
    // c·time times velocity over momentum: −β/a·t.
    let flight = -(kinematics.beta * z.t) / kinematics.energyRatio(z.pt)
    z.x = z.x + flight * z.px
    z.y = z.y + flight * z.py
    z.t = flight * forward
    z.pt = difference / (1.0 + forward)
    return isForward
  }
}

/// Moves particles back to the reference particle's position along the orbit.
///
/// pt = −βn/(1 + a), with n = P²/p0² − 1 and a = γ/γ0 = √(1 + β²n): γ − γ0 would lose the digits of
/// small pt.
struct FixedTimeExit<S: ParticleScalar>: Motion {
  let beta: S
  let betaSquared: S

  init(_ reference: ReferenceParticle<S.Constant>) {
    let beta = reference.beta
    self.beta = S(beta)
    betaSquared = S(beta * beta)
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let pz = z.pt
    let excess = pz * (2.0 + pz) + z.px * z.px + z.py * z.py
    let squared = 1.0 + betaSquared * excess
    let forward = 1.0 + pz
    let isForward = (S.zero < forward) .& (S.zero < squared)
    let energy = S.sqrt(S.select(isForward, squared, .one))
    let flight = -z.t / S.select(isForward, forward, .one)
    z.x = z.x + flight * z.px
    z.y = z.y + flight * z.py
    z.t = flight * (energy / beta)
    z.pt = -(beta * excess) / (1.0 + energy)
    return isForward
  }
}
