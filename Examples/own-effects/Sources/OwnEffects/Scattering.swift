import AutoDiff
import BeamDynamics
import Communication
import Documents
import RandomNumbers

/// Multiple scattering: every particle turns by a random angle of a given size per root of length.
///
/// The angles are drawn by particle, turn and place, so that the same run has the same bits. There is
/// no derivative of one draw: a gradient through it is refused.
public struct Scattering: CatalogEffect {
  public var angle = 1e-5
  public var seed = 1

  public static let kind = "Scattering"
  public static let summary = "Multiple scattering: random angles."
  public static let parameters = ParameterTable<Self>([
    .real("angle", \.angle, unit: "rad/√m", in: .nonNegative, "The size of the angles."),
    .integer("seed", \.seed, in: 0...Int.max, "Another number gives other angles."),
  ])
  public init() {}

  public func begin(_ workers: Workers) -> any EffectRun { Run(effect: self, workers: workers) }

  private final class Run: EffectRun {
    let effect: Scattering
    let workers: Workers

    init(effect: Scattering, workers: Workers) {
      self.effect = effect
      self.workers = workers
    }

    func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws {
      try scatter(particles, slice)
    }
    func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws {
      try scatter(particles, slice)
    }

    private func scatter<Word>(
      _ particles: ParticleBlocks<Word>, _ slice: EffectSlice<Double>
    ) throws {
      let size = effect.angle * slice.length.magnitude.squareRoot()
      try particles.forEachTile(workers) { tile in
        tile.forEach(Double.self) { particle, _, point in
          var generator = slice.place.generator(seed: UInt64(effect.seed), particle: particle)
          let (x, y) = generator.nextNormalPair()
          point.px += size * x
          point.py += size * y
        }
      }
    }
  }
}
