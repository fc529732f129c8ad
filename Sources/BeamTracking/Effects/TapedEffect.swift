import AutoDiff
import Communication

/// An effect whose ways there and back keep nothing: all that a run has for it is a tape.
///
/// ``EffectBySums`` and ``LocalEffect`` are such, and have all of this. They are requirements so that
/// each conforming type has its own, specialised.
public protocol TapedEffect: CollectiveEffect {
  /// Acts on a bunch.
  func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
  func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
  func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>, _ workers: Workers
  ) throws
  /// Takes particles and cotangents back, as a ``DifferentiableEffectRun`` does.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Double>
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Tangent<Double>>
}

extension TapedEffect {
  /// Begins a run.
  public func begin(_ workers: Workers) -> any EffectRun { TapedRun(self, workers) }
}

/// A run of a ``TapedEffect``.
final class TapedRun<Effect: TapedEffect>: DifferentiableEffectRun, @unchecked Sendable {
  // One place at a time.
  private let effect: Effect
  private let workers: Workers
  private let tape = Tape()

  init(_ effect: Effect, _ workers: Workers) {
    self.effect = effect
    self.workers = workers
  }

  func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws {
    try effect.act(on: particles, slice, workers)
  }
  func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws {
    try effect.act(on: particles, slice, workers)
  }
  func apply(
    to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>
  ) throws { try effect.act(on: particles, slice, workers) }
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>
  ) throws -> EffectCotangents<Double> {
    try effect.pullBack(cotangents, particles, slice, tape, workers)
  }
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>> {
    try effect.pullBack(cotangents, particles, slice, tape, workers)
  }
}
