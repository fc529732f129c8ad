import AutoDiff
import BeamTracking
import LinearAlgebra
import ParameterTables

/// A quantity of one's own: a formula of what is observed at one place.
///
///     struct Roundness: BeamQuantity {
///       let name = "roundness", unit = "", summary = "σ_x over σ_y"
///       func value<S: RealScalar>(of beam: BeamObservation<S>) throws(UndefinedObjective) -> S {
///         guard (S.zero < beam.covariance[.y, .y]).all else {
///           throw UndefinedObjective(name, because: "sigma_y is 0", remedy: "give it a height")
///         }
///         return beam.secondMoments.sigma(.x) / beam.secondMoments.sigma(.y)
///       }
///     }
///
/// `Quantity(Roundness())` can be a term of an objective. With
/// `QuantityCatalog([Quantity(Roundness())])` in the catalogs, run files may name it. The formula
/// is generic over the scalar, and derivatives come from it.
public protocol BeamQuantity: Sendable {
  /// The name in run files.
  var name: String { get }
  /// The unit, as tables show it; empty for a pure number.
  var unit: String { get }
  /// What it is, in a few words.
  var summary: String { get }
  /// Whether the formula reads ``BeamObservation/transferMatrix``; false by default. Where it is
  /// false, that matrix is the identity.
  var needsTransferMatrix: Bool { get }

  /// Its value for a beam in which at least one particle lives.
  ///
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  func value<S: RealScalar>(of beam: BeamObservation<S>) throws(UndefinedObjective) -> S
}

extension BeamQuantity {
  public var needsTransferMatrix: Bool { false }
}

/// A quantity of the beam at a place, with its formula, for the terms of an objective.
public struct Quantity: Sendable {
  /// The name in run files: that of a column of the result files where there is one.
  public let name: String
  /// The unit; empty for a pure number.
  public let unit: String
  /// A short description.
  public let summary: String
  let formula: Formula

  init(_ name: String, _ unit: String, _ summary: String, _ formula: Formula) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.formula = formula
  }

  /// A quantity of one's own.
  public init(_ own: any BeamQuantity) {
    self.init(own.name, own.unit, own.summary, .own(own))
  }

  /// The formula.
  enum Formula: Sendable {
    case mean(Int)
    case covariance(Int, Int)
    case sigma(Int)
    case emittance(Plane)
    case emittanceSquared(Plane)
    case normalizedEmittance(Plane)
    case normalizedEmittanceSquared(Plane)
    /// The index counts from 0, the smallest first.
    case eigenemittance(Int)
    case beta(Plane)
    case alpha(Plane)
    case dispersion(Int)
    case energySpread
    case charge
    case reference(ReferenceColumn)
    case transferMatrix(Int, Int)
    case own(any BeamQuantity)

    /// False for a quantity of the reference particle or of the design orbit, which needs no beam.
    var needsBeam: Bool {
      switch self {
      case .reference, .transferMatrix: false
      default: true
      }
    }
  }

  /// A quantity of the reference particle.
  enum ReferenceColumn: Sendable {
    case s, x, y, z, t, px, py, pz, gamma, kineticEnergy
  }

  /// Whether it needs the transfer matrix from the start.
  public var needsTransferMatrix: Bool {
    switch formula {
    case .transferMatrix: true
    case .own(let quantity): quantity.needsTransferMatrix
    default: false
    }
  }

  /// Whether it is a property of the beam, and not of the design orbit.
  public var needsBeam: Bool { formula.needsBeam }

  /// The value for a beam, in ``unit``.
  ///
  /// - Parameters:
  ///   - beam: The beam as observed at the place.
  ///   - place: The place, for messages.
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  public func value<S: RealScalar>(
    of beam: BeamObservation<S>, at place: String
  ) throws(UndefinedObjective) -> S {
    func undefined(_ reason: String, _ remedy: String) -> UndefinedObjective {
      UndefinedObjective("\(name) at \(quoted(place))", because: reason, remedy: remedy)
    }
    func emittance(_ plane: Plane) throws(UndefinedObjective) -> S {
      let emittance = beam.secondMoments.emittance(plane)
      guard (S.zero < emittance).all else {
        throw undefined(
          "the emittance is 0 within rounding, where it has no derivative",
          "use \(quoted(name + "_squared")), which is smooth there")
      }
      return emittance
    }
    func ellipse(_ plane: Plane) throws(UndefinedObjective) -> Twiss<S> {
      guard let ellipse = beam.secondMoments.twiss(plane) else {
        throw undefined(
          "the beam has no area in the \(plane) plane",
          "use entries of the covariance, such as \(quoted("\(plane)_\(plane)"))")
      }
      return ellipse
    }
    if needsBeam, beam.particles == 0, case .charge = formula {
      return .zero
    }
    if needsBeam, beam.particles == 0 {
      throw undefined(
        "all particles are lost before", "start with variables at which some arrive")
    }
    switch formula {
    case .mean(let i): return beam.mean[i]
    case .covariance(let i, let j): return beam.covariance[i, j]
    case .sigma(let i):
      guard (S.zero < beam.covariance[i, i]).all else {
        let coordinate = PhaseSpace<S>.names[i]
        throw undefined(
          "the size is 0, where it has no derivative",
          "use its square, \(quoted("\(coordinate)_\(coordinate)"))")
      }
      return beam.secondMoments.sigma(i)
    case .emittance(let plane): return try emittance(plane)
    case .emittanceSquared(let plane): return beam.secondMoments.emittanceSquared(plane)
    case .normalizedEmittance(let plane):
      return try emittance(plane) * beam.reference.betaGamma
    case .normalizedEmittanceSquared(let plane):
      return beam.secondMoments.emittanceSquared(plane) * beam.reference.betaGamma.squared
    case .eigenemittance(let k):
      guard let values = Eigenemittances(of: beam.covariance) else {
        throw undefined(
          "the covariance is singular, or two eigenemittances are equal: they have no derivatives",
          "use projected emittances")
      }
      return values[k]
    case .beta(let plane): return try ellipse(plane).beta
    case .alpha(let plane): return try ellipse(plane).alpha
    case .dispersion(let i):
      guard (S.zero < beam.covariance[5, 5]).all else {
        throw undefined(
          "all particles have the same energy",
          "give the beam an energy spread, or use the matrix entries R16, R26, R36, R46")
      }
      return -beam.covariance[i, 5] / beam.covariance[5, 5]
    case .energySpread:
      guard (S.zero < beam.covariance[5, 5]).all else {
        throw undefined(
          "all particles have the same energy, where a spread has no derivative",
          "use the variance \"pt_pt\"")
      }
      return beam.secondMoments.sigma(5) * beam.reference.betaGamma
        / beam.reference.kineticEnergyOverMass
    case .charge: return beam.charge
    case .reference(let column): return Self.value(of: column, beam.reference)
    case .transferMatrix(let i, let j): return beam.transferMatrix[i, j]
    case .own(let quantity):
      do {
        return try quantity.value(of: beam)
      } catch {
        throw UndefinedObjective(
          "\(error.subject) at \(quoted(place))", because: error.reason, remedy: error.remedy)
      }
    }
  }

  private static func value<S: RealScalar>(
    of column: ReferenceColumn, _ particle: ReferenceParticle<S>
  ) -> S {
    switch column {
    case .s: particle.s
    case .x: particle.position.x
    case .y: particle.position.y
    case .z: particle.position.z
    case .t: particle.t
    case .px: particle.momentum.x
    case .py: particle.momentum.y
    case .pz: particle.momentum.z
    case .gamma: particle.gamma
    case .kineticEnergy: particle.kineticEnergy
    }
  }
}
