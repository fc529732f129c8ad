import AutoDiff
import BeamMaps
import Communication
import RandomNumbers

/// An effect that moves each particle independently of the others, with random numbers: scattering,
/// quantum excitation.
///
/// Random numbers depend on the seed, the particle, the turn and the place, so that the same run
/// has the same bits for any number of threads. A random number has no derivative: gradients
/// through the effect are refused.
///
///     struct Scattering: RandomEffect {
///       var angle = 1e-5
///       var seed = 1
///       func constants(_ slice: EffectSlice<Double>) -> [Double] {
///         [angle * slice.length.magnitude.squareRoot()]
///       }
///       func move(
///         _ z: inout PhaseSpace<Double>, by q: LocalConstants<Double>,
///         _ random: inout PhiloxGenerator
///       ) {
///         let (x, y) = random.nextNormalPair()
///         z.px += q[0] * x
///         z.py += q[0] * y
///       }
///     }
public protocol RandomEffect: CollectiveEffect {
  /// The seed of the random numbers.
  var seed: Int { get }
  /// The constants of the formula in one slice, computed once for all particles. None by default.
  func constants(_ slice: EffectSlice<Double>) -> [Double]
  /// Moves one particle, with random numbers of its own.
  func move(
    _ z: inout PhaseSpace<Double>, by constants: LocalConstants<Double>,
    _ random: inout PhiloxGenerator)
  /// Whether a particle survives, from its new coordinates; all do by default.
  func keeps(_ z: PhaseSpace<Double>) -> Bool

  // The functions that a run calls. The defaults are sufficient. They are requirements so that the
  // compiler specialises them for each conforming type.

  func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
  func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
}

extension RandomEffect {
  public func constants(_ slice: EffectSlice<Double>) -> [Double] { [] }
  @inlinable @inline(__always)
  public func keeps(_ z: PhaseSpace<Double>) -> Bool { true }
  /// Makes the effect's run.
  public func begin(_ workers: Workers) -> any EffectRun { RandomRun(self, workers) }

  @inlinable
  public func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try moveAll(particles, slice, workers) }
  @inlinable
  public func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try moveAll(particles, slice, workers) }

  @inlinable
  func moveAll<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws {
    let (place, seed) = (slice.place, UInt64(truncatingIfNeeded: seed))
    try constants(slice).withAddress { address in
      let values = LocalConstants<Double>(address)
      try particles.forEachTile(workers) { tile in
        tile.forEach(Double.self) { particle, _, z in
          var random = place.generator(seed: seed, particle: particle)
          move(&z, by: values, &random)
          if !keeps(z) { tile.lose(particle) }
        }
      }
    }
  }
}

/// A run of a ``RandomEffect``.
final class RandomRun<Effect: RandomEffect>: EffectRun {
  private let effect: Effect
  private let workers: Workers

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
}
