import AutoDiff
import BeamMaps

/// Receives the results of a tracking run while it goes on.
public protocol TrackingObserver {
  /// Receives the moments of the beam at one observation point; called in the order of the
  /// beamline.
  mutating func record(_ observation: Observation, _ moments: Moments) throws
  /// Receives all particles at a monitor. `occurrence` counts the passages of this monitor in one
  /// turn, from 1.
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int) throws
  /// Receives all particles in the frame of a collective effect, just before it, at one of
  /// ``TrackingOptions/observedKicks``.
  mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before effect: any EffectRun,
    _ slice: EffectSlice<Double>) throws
  /// Receives the state at the end of a turn, as ``TrackingOptions/stateTurns`` says, after all else
  /// of that turn.
  mutating func record<Word: ParticleWord>(_ state: TrackingState<Word>) throws
}

extension TrackingObserver {
  /// Ignores the particles, and never throws.
  public mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before effect: any EffectRun,
    _ slice: EffectSlice<Double>
  ) throws {}
  /// Ignores the state, and never throws.
  public mutating func record<Word: ParticleWord>(_ state: TrackingState<Word>) throws {}
}
