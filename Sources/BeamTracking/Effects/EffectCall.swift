import BeamMaps

/// An effect that acts behind a section.
package struct EffectCall<C: SweepScalar>: Sendable {
  /// Which of the run's effects.
  package let number: Int
  package let slice: EffectSlice<C>
  /// Where particles are lost that it loses.
  let whereabouts: Whereabouts

  /// Acts on particles, in its frame.
  ///
  /// - Returns: The particles that were lost, in the order of their numbers; they lie where the effect
  ///   has left them.
  package func act<Word: ParticleWord>(
    _ run: any EffectRun, on particles: ParticleBlocks<Word>
  ) throws -> [ParticleLoss] {
    let losses = EffectLosses()
    try C.apply(run, to: particles.telling(losses), slice)
    return losses.particles.map {
      ParticleLoss(
        particle: $0, place: whereabouts.place, turn: whereabouts.turn, s: whereabouts.s,
        cause: .effect, passage: whereabouts.passage)
    }
  }
}
