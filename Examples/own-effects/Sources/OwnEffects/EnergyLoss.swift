import AutoDiff
import BeamDynamics
import Communication
import Documents

/// A local effect: particles lose energy in proportion to their own, each by itself.
///
///     pt ← pt + loss·length·(1/β − pt)
///
/// It has values only: a gradient through it is refused.
public struct EnergyLoss: CatalogEffect {
  public var loss = 1e-3

  public static let kind = "EnergyLoss"
  public static let summary = "Every particle loses a share of its energy."
  public static let parameters = ParameterTable<Self>([
    .real("loss", \.loss, unit: "1/m", "The share of the energy per length.")
  ])
  public init() {}

  public func begin(_ workers: Workers) -> any EffectRun { Run(effect: self, workers: workers) }

  private final class Run: EffectRun {
    let effect: EnergyLoss
    let workers: Workers

    init(effect: EnergyLoss, workers: Workers) {
      self.effect = effect
      self.workers = workers
    }

    func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws {
      try lose(particles, slice)
    }
    func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws {
      try lose(particles, slice)
    }

    private func lose<Word>(
      _ particles: ParticleBlocks<Word>, _ slice: EffectSlice<Double>
    ) throws {
      let share = effect.loss * slice.length
      let restOfEnergy = 1 / slice.reference.beta
      try particles.forEachTile(workers) { tile in
        tile.forEach(Double.self) { _, _, point in
          point.pt += share * (restOfEnergy - point.pt)
        }
      }
    }
  }
}
