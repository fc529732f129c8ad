import AutoDiff
import BeamMaps
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
  /// What the particles of the first tile get, and give, where all that is found once for all of them is
  /// that of `original`: the numbers may differ from those of `original` only if a formula for one
  /// particle reads a parameter by itself.
  func sample(
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, like original: Self
  ) -> [Double]
  /// The name of the formula that is evaluated once for all particles.
  static var placeForParameters: String { get }
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

  /// A parameter that varies has its derivative by what is found once for all particles. One that a formula
  /// for one particle reads by itself would have a wrong one; that is found by another value of it.
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
      if !isSame {
        throw FixedEffectParameter(
          kind: Effect.kind, parameter: type(of: named).parameterNames[substitution.parameter],
          reason: "a formula for one particle reads it by itself, where it has no derivative; let "
            + "\(Effect.placeForParameters) read it, by slice.lifted(self)")
      }
    }
  }
}
