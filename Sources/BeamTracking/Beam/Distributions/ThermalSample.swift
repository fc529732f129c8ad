import AutoDiff
import BeamMaps

/// The data for drawing thermal particles of one beam: the radial profile in units of the rms size,
/// and normal momenta in units of their rms.
struct ThermalSample: Sendable {
  let profile: ThermalProfile
  /// σ of x and y [m].
  let size: Double
  /// σ of px and py.
  let momentum: Double
  private let betaGamma: Double
  /// √kT/(kσ): one unit of the profile's radius in rms sizes.
  private let radiusUnit: Double
  /// √(kT_j/kT̄) of core and halo.
  private let momentumUnits: (core: Double, halo: Double)

  /// The number of uniform numbers for one particle, without the choice between core and halo.
  static var uniformCount: Int { 7 }

  /// - Parameters:
  ///   - k: Focusing [1/m].
  ///   - temperatures: ⟨px²⟩ of core and halo.
  ///   - charge: The magnitude of the bunch charge [C].
  init(
    k: Double, temperatures: (core: Double, halo: Double), haloFraction: Double,
    startingAt normalizations: (core: Double, halo: Double),
    _ reference: ReferenceParticle<Double>, _ charge: Double
  ) throws(InvalidBeamShape) {
    betaGamma = reference.betaGamma
    let species = reference.species
    // C [m], with q in e and mc² in eV; then K = Ck/kT^(3/2).
    let coupling =
      species.chargeNumber.magnitude * charge
      / (PhysicalConstants.vacuumPermittivity * betaGamma * betaGamma * species.mass * 1e6)
    let root = temperatures.core.squareRoot()
    let beam = ThermalEquation<Double>.Beam(
      spaceCharge: coupling * k / (temperatures.core * root),
      temperatureRatio: temperatures.halo / temperatures.core, haloFraction: haloFraction)
    do {
      profile = try ThermalProfile(beam, startingAt: normalizations)
    } catch {
      throw InvalidBeamShape(
        parameter: "kT",
        reason: "is out of reach for this charge and focusing: no stationary density was found; "
          + (haloFraction > 0 && temperatures.halo != temperatures.core
            ? "temperatures nearer to each other, or higher ones, have one"
            : "a higher temperature, or less charge, has one"))
    }
    let w = haloFraction
    let square = (1 - w) * profile.meanSquares.core + w * profile.meanSquares.halo
    let mean = (1 - w) * temperatures.core + w * temperatures.halo
    size = root / k * (square / 3).squareRoot()
    momentum = mean.squareRoot()
    radiusUnit = (3 / square).squareRoot()
    momentumUnits = (
      (temperatures.core / mean).squareRoot(), (temperatures.halo / mean).squareRoot()
    )
  }

  /// σ_x = σ_y = βγ·σ_t, σ_px = σ_py = σ_pt/βγ: the emittance is the same in all planes.
  var shape: BeamShape<Double> {
    get throws(InvalidBeamShape) {
      let transverse = PlaneSigma(coordinate: size, momentum: momentum)
      do {
        return try BeamShape(
          x: transverse, y: transverse,
          t: PlaneSigma(coordinate: size / betaGamma, momentum: momentum * betaGamma))
      } catch {
        // The error names k, because the distribution has no size parameters.
        throw InvalidBeamShape(
          parameter: "k", reason: "gives the beam no finite size at this temperature")
      }
    }
  }

  /// A point from a direction, a radius, and three normal momenta.
  func point(_ uniforms: Span<Double>, ofHalo isHalo: Bool) -> PhaseSpace<Double> {
    let radius = radiusUnit * profile.radius(within: uniforms[0], ofHalo: isHalo)
    let cosine = 2 * uniforms[1] - 1
    let across = PlanePoint(
      radius: radius * 2 * (uniforms[1] * (1 - uniforms[1])).squareRoot(), turn: uniforms[2])
    let unit = isHalo ? momentumUnits.halo : momentumUnits.core
    let transverse = PlanePoint.normal(uniforms[3], turn: uniforms[4])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    return PhaseSpace(
      x: across.q, px: unit * transverse.q, y: across.p, py: unit * transverse.p,
      t: radius * cosine, pt: unit * energy.q)
  }
}
