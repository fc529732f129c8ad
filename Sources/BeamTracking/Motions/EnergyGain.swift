import AutoDiff
import BeamMaps
import ParameterTables

/// The reference particle gains energy at one place, and particles keep theirs: from there on their
/// coordinates are relative to another reference.
///
/// Tracking code treats it as an element; run files do not contain it. The backward slice is the
/// inverse.
package struct EnergyGain: Element {
  /// Δγ of the reference particle.
  package var gain: Double
  /// The coordinates of the particles.
  package var frame: EffectFrame

  package init(gain: Double, in frame: EffectFrame) {
    self.gain = gain
    self.frame = frame
  }
  package init() { self.init(gain: 0, in: .fixedPosition) }

  package static let kind = "EnergyGain"
  package static let summary = "The reference particle gains energy, particles keep theirs."
  package static let orbitLength = OrbitLength<Self>.none
  package static let parameters = ParameterTable<Self>([
    .real("gain", \.gain, "Gain of the reference particle's gamma.")
  ])

  package func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    reference.kineticEnergyOverMass += slice.kick(q.gain)
  }

  package func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? { compiledTangentKernel(inputs) }

  package func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // `reference` is at the end of the slice in the direction of passing.
    var before = reference
    advance(&before, over: slice.reversed, q)
    return TransferMap(
      ReferenceChange<S>(gain: slice.kick(q.gain), in: frame, from: before, to: reference))
  }
}

/// p ← p·p_i/p_f; with it pt ← pt + Δγ/p_f, or at fixed time pz ← pz + p_i/p_f − 1, written as
/// −Δγ·(γ_i + γ_f)/(p_f·(p_i + p_f)), which does not cancel.
struct ReferenceChange<S: ParticleScalar>: Motion {
  /// p_i/p_f
  private let momentumRatio: S
  private let shift: S

  init(
    gain: S.Constant, in frame: EffectFrame, from before: ReferenceParticle<S.Constant>,
    to after: ReferenceParticle<S.Constant>
  ) {
    let (first, last) = (before.betaGamma, after.betaGamma)
    momentumRatio = S(first / last)
    switch frame {
    case .fixedPosition: shift = S(gain / last)
    case .fixedTime:
      shift = S(-(gain * (before.gamma + after.gamma)) / (last * (first + last)))
    }
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.rescaleMomenta(by: momentumRatio)
    z.pt = z.pt + shift
    return S.Mask(repeating: true)
  }
}
