import AutoDiff
import Communication

/// A run of an ``EffectBySums``.
final class SumsRun<Effect: EffectBySums>: DifferentiableEffectRun, @unchecked Sendable {
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
