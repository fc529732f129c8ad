import BeamMaps

/// The application of an effect after a section.
package struct EffectCall<C: SweepScalar>: Sendable {
  /// The index of the effect in the run's list.
  package let effect: Int
  package let slice: EffectSlice<C>
  /// The position recorded for particles that the effect loses.
  let whereabouts: Whereabouts

  /// Applies the effect to particles in its frame.
  ///
  /// - Returns: The lost particles, in the order of their numbers, with the coordinates that the
  ///   effect has left them with.
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
