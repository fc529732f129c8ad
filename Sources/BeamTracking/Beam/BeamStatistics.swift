import AutoDiff
import BeamMaps
import LinearAlgebra

/// A row of `moments.csv`: the statistics of a beam at one place. Undefined quantities are nil.
public struct BeamStatistics: Sendable {
  /// Kinetic energy of the reference particle [MeV].
  public let kineticEnergy: Double
  /// βγ of the reference particle.
  public let betaGamma: Double
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt; nil without particles.
  public let mean: Vector6<Double>?
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩, normalised by 1/Σw; nil without particles.
  public let covariance: Matrix6<Double>?
  /// The least and the greatest value of each coordinate; nil without particles.
  public let extrema: (minimum: Vector6<Double>, maximum: Vector6<Double>)?
  /// The number of living macro-particles; nil for an envelope.
  public let particles: Int?
  /// The charge of the living particles [C], with the species' sign; nil for a continuous beam.
  public let charge: Double?

  /// The statistics of a bunch of particles.
  public init(_ moments: Moments, reference: ReferenceParticle<Double>) {
    kineticEnergy = reference.kineticEnergy
    betaGamma = reference.betaGamma
    mean = moments.weight > 0 ? moments.mean : nil
    covariance = moments.covariance
    extrema = moments.count > 0 ? (moments.minimum, moments.maximum) : nil
    particles = moments.count
    charge =
      moments.realParticles * reference.species.chargeNumber * PhysicalConstants.elementaryCharge
  }

  /// The statistics of an envelope, which is given by mean and covariance only.
  ///
  /// - Parameters:
  ///   - mean: ⟨ζ⟩ in the order x, px, y, py, t, pt.
  ///   - covariance: ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩.
  ///   - charge: The charge of the bunch [C], with the species' sign; nil for a continuous beam.
  ///   - reference: The reference particle at the place.
  public init(
    mean: Vector6<Double>, covariance: Matrix6<Double>, charge: Double?,
    reference: ReferenceParticle<Double>
  ) {
    kineticEnergy = reference.kineticEnergy
    betaGamma = reference.betaGamma
    self.mean = mean
    self.covariance = covariance
    extrema = nil
    particles = nil
    self.charge = charge
  }

  /// Sizes, emittances, ellipses and dispersion; nil without particles.
  public var secondMoments: SecondMoments<Double>? { covariance.map(SecondMoments.init) }

  /// The columns of `moments.csv` after `s` and `element`, in order; their values are ``values``.
  public static let columnNames: [String] = {
    let coordinates = PhaseSpace<Double>.names
    let planes = Plane.allCases.map { "\($0)" }
    var names = ["kinetic_energy"]
    names += coordinates.map { "mean_" + $0 }
    names += coordinates.map { "sigma_" + $0 }
    names += coordinates.flatMap { ["min_" + $0, "max_" + $0] }
    names += planes.map { "emittance_" + $0 }
    names += planes.map { "normalized_emittance_" + $0 }
    names += (1...3).map { "eigenemittance_\($0)" }
    names += planes.flatMap { ["beta_" + $0, "alpha_" + $0] }
    names += coordinates.prefix(4).map { "dispersion_" + $0 }
    return names + ["particles", "charge"]
  }()

  /// One value for each of ``columnNames``; nil if it is undefined or not finite.
  public var values: [Double?] {
    let second = secondMoments
    let emittances = Plane.allCases.map { second?.emittance($0) }
    let ellipses = Plane.allCases.map { second?.twiss($0) }
    let eigenemittances = second?.eigenemittances
    let dispersion = second?.dispersion
    var row: [Double?] = [kineticEnergy]
    for i in 0..<6 { row.append(mean.map { $0[i] }) }
    for i in 0..<6 { row.append(second?.sigma(i)) }
    for i in 0..<6 { row += [extrema.map { $0.minimum[i] }, extrema.map { $0.maximum[i] }] }
    row += emittances
    row += emittances.map { emittance in emittance.map { $0 * betaGamma } }
    for k in 0..<3 { row.append(eigenemittances?[k]) }
    for ellipse in ellipses { row += [ellipse?.beta, ellipse?.alpha] }
    for i in 0..<4 { row.append(dispersion?[i]) }
    row += [particles.map(Double.init), charge]
    return row.map { value in value.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// The value of the column called `name`; nil if it is undefined, or if there is no such column.
  public subscript(name: String) -> Double? {
    Self.columnNames.firstIndex(of: name).flatMap { values[$0] }
  }
}

extension BeamStatistics: CustomStringConvertible {
  /// A line for each column that has a value: "sigma_x = 0.00035".
  public var description: String {
    zip(Self.columnNames, values).compactMap { name, value in value.map { "\(name) = \($0)" } }
      .joined(separator: "\n")
  }
}
