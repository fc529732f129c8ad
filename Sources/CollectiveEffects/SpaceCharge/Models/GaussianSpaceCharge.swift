import AutoDiff
import BeamTracking
import Communication

/// Space charge of a bunch approximated, at each kick, by a Gaussian along x, y and z with the
/// bunch's centroid and sizes ("soft Gaussian"). It has no mesh and no noise, for cases where the
/// shape of the distribution does not matter.
public struct GaussianSpaceCharge: SpaceChargeModel {
  public static let name = "gaussian"
  public static let summary =
    "The field of a Gaussian with the bunch's centroid and sizes, in the rest frame."
  public static let meshDimensions = 0

  /// The options; those of meshes are ignored.
  public let options: SpaceChargeOptions

  public var frame: EffectFrame { .fixedTime }
  public var slicing: EffectSlicing { options.slicing }

  public init(_ options: SpaceChargeOptions) { self.options = options }

  public func begin(_ workers: Workers) -> any EffectRun {
    GaussianSpaceChargeRun(options, workers)
  }
}

/// The kicks of one run.
final class GaussianSpaceChargeRun: DifferentiableEffectRun, @unchecked Sendable {
  // Unchecked: a run makes one kick at a time.
  private let permittivity: Double
  private let workers: Workers
  /// The computing times of the kicks without derivatives.
  private var times = KickTimes()

  init(_ options: SpaceChargeOptions, _ workers: Workers) {
    permittivity = options.vacuumPermittivity
    self.workers = workers
  }

  private func kick<P>(_: P.Type) -> GaussianKick<P> {
    GaussianKick(vacuumPermittivity: permittivity, workers: workers)
  }

  func apply(to particles: ParticleBlocks<Double>, _ inputs: EffectSlice<Double>) throws {
    try kick(Double.self).apply(to: particles, inputs, &times)
  }

  func apply(to particles: ParticleBlocks<Float>, _ inputs: EffectSlice<Double>) throws {
    try kick(Float.self).apply(to: particles, inputs, &times)
  }

  func apply(to particles: ParticleBlocks<Double>, _ inputs: EffectSlice<Tangent<Double>>) throws {
    var ignored = KickTimes()
    try kick(Tangent<Double>.self).apply(to: particles, inputs, &ignored)
  }

  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<Double>
  ) throws -> EffectCotangents<Double> {
    try kick(Double.self).pullBack(cotangents, particles, inputs)
  }

  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>> {
    try kick(Tangent<Double>.self).pullBack(cotangents, particles, inputs)
  }

  var seconds: [(part: String, seconds: Double)] { times.table }
}
