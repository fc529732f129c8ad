import AutoDiff
import BeamDynamics
import Communication
import Documents

/// A wake that fades from passage to passage: an effect that keeps something, how often it has acted.
///
/// A backward pass restores that number for each passage, so that it undoes the same wake.
public struct FadingWake: CatalogEffect {
  public var strength = 1e15
  public var fading = 0.5

  public static let kind = "FadingWake"
  public static let summary = "A wake that fades from passage to passage."
  public static let parameters = ParameterTable<Self>([
    .real("strength", \.strength, unit: "V/(C·m)", "At the charge, in the first passage."),
    .real("fading", \.fading, in: 0...1, "The share that is lost from passage to passage."),
  ])
  public init() {}

  public func begin(_ workers: Workers) -> any EffectRun { Run(effect: self, workers: workers) }

  private final class Run: DifferentiableEffectRun, @unchecked Sendable {
    // One passage at a time.
    private let effect: FadingWake
    private let workers: Workers
    private var passages = 0

    init(effect: FadingWake, workers: Workers) {
      self.effect = effect
      self.workers = workers
    }

    var state: (any Sendable)? {
      get { passages }
      set { passages = newValue as? Int ?? 0 }
    }

    private var present: any DifferentiableEffectRun {
      var wake = Wake()
      wake.strength = effect.strength
      for _ in 0..<passages { wake.strength *= 1 - effect.fading }
      guard let run = wake.begin(workers) as? any DifferentiableEffectRun else {
        preconditionFailure("a wake has derivatives")
      }
      return run
    }

    func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws {
      try present.apply(to: particles, slice)
      passages += 1
    }
    func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws {
      try present.apply(to: particles, slice)
      passages += 1
    }
    func apply(
      to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>
    ) throws {
      try present.apply(to: particles, slice)
      passages += 1
    }
    func pullBack(
      _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
      _ slice: EffectSlice<Double>
    ) throws -> EffectCotangents<Double> { try present.pullBack(cotangents, particles, slice) }
    func pullBack(
      _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
      _ slice: EffectSlice<Tangent<Double>>
    ) throws -> EffectCotangents<Tangent<Double>> {
      try present.pullBack(cotangents, particles, slice)
    }
  }
}
