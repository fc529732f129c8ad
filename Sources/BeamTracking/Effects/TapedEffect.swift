import AutoDiff
import BeamMaps
import Communication

/// An effect that stores nothing between its forward and backward passes, except on a tape.
///
/// ``EffectBySums`` and ``LocalEffect`` refine this protocol and implement it. Its functions are
/// requirements so that the compiler specialises them for each conforming type.
public protocol TapedEffect: CollectiveEffect {
  /// Acts on a bunch in place.
  func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
  func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers) throws
  func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>, _ workers: Workers
  ) throws
  /// Moves particles, and propagates cotangents, backward, as a `DifferentiableEffectRun` does.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Double>
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Tangent<Double>>
  /// The contributions and changes of the particles of the first tile, with the quantities common
  /// to all particles computed by `original`. The result differs from that of `original` only if a
  /// formula for a single particle reads a parameter directly.
  func sample(
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, like original: Self
  ) -> [Double]
  /// The name of the formula that is evaluated once for all particles.
  static var placeForParameters: String { get }
}

extension TapedEffect {
  /// Makes the effect's run.
  public func begin(_ workers: Workers) -> any EffectRun { TapedRun(self, workers) }
}

/// A run of a ``TapedEffect``.
final class TapedRun<Effect: TapedEffect>: DifferentiableEffectRun, @unchecked Sendable {
  // Unchecked: a run acts at one place at a time.
  private let effect: Effect
  private let workers: Workers
  private let tape = Tape()
  private var isChecked = false

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
  ) throws {
    try checkParameters(particles, slice)
    try effect.act(on: particles, slice, workers)
  }
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>
  ) throws -> EffectCotangents<Double> {
    try checkParameters(particles, slice)
    return try effect.pullBack(cotangents, particles, slice, tape, workers)
  }
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>> {
    try checkParameters(particles, slice)
    return try effect.pullBack(cotangents, particles, slice, tape, workers)
  }

  /// The derivative with respect to a parameter is computed from the quantities common to all
  /// particles. It would be wrong for a parameter that a formula for a single particle reads
  /// directly. A second evaluation with another value of the parameter detects this.
  private func checkParameters<C: SweepScalar>(
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<C>
  ) throws {
    if isChecked || slice.substitutions.isEmpty { return }
    isChecked = true
    guard let named = effect as? any CatalogEffect else { return }
    let plain = slice.map(\.plain)
    let known = effect.sample(particles, plain, like: effect)
    for substitution in plain.substitutions {
      let value = substitution.value
      let changed = named.setting(
        parameter: substitution.parameter, substitution.entry,
        to: value + 1e-3 * max(value.magnitude, 1))
      guard let other = changed as? Effect else { continue }
      let isSame = other.sample(particles, plain, like: effect).elementsEqual(known) {
        $0.bitPattern == $1.bitPattern
      }
      // The first tile of the bunch decides, which is that of the first process.
      if try !workers.communicator.broadcast(value: isSame) {
        throw FixedEffectParameter(
          kind: Effect.kind, parameter: type(of: named).parameterNames[substitution.parameter],
          reason: "a formula for a single particle reads it directly, without derivatives; let "
            + "\(Effect.placeForParameters) read it, by slice.lifted(self)")
      }
    }
  }
}
