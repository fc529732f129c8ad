import AutoDiff

/// Lets through particles whose energy exceeds their rest energy: a = 1 − β·pt > 1/γ.
///
/// Beyond pt = (1 + 1/γ)/β the square of the momentum is positive again, with a negative energy; maps
/// look at the momentum only. Magnets do not change pt, so that one look at the start is enough for
/// them; where a map changes it by more than first order, it looks again.
struct EnergyTest<S: ParticleScalar>: Motion {
  private let kinematics: Kinematics<S>
  private let restEnergy: S

  init(_ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    restEnergy = S(1.0 / reference.gamma)
  }

  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>) -> S.Mask {
    restEnergy < kinematics.energyRatio(z.pt)
  }
}
