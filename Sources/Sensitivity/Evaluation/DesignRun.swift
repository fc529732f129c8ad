import AutoDiff
import BeamDynamics
import LinearAlgebra

/// The run that a design varies: a beam, a beamline, and how one is taken through the other.
public struct DesignRun: Sendable {
  /// What is taken through the beamline.
  public enum Method: Sendable {
    /// Every particle.
    case particles
    /// Mean and covariance, with space charge if wanted.
    case envelope(EnvelopeSpaceCharge?)
    /// The reference particle alone.
    case reference
  }

  /// What the beam is at the start.
  public enum Beam: Sendable {
    /// Drawn from a distribution; with the numbers that describe its shape, if these may vary.
    case drawn(InitialBeam, BeamShapeDescription?)
    /// Particles given one by one.
    case particles(Bunch<Double>)
    /// Known by mean, covariance and charge [C] alone.
    case moments(mean: Vector6<Double>, covariance: Matrix6<Double>, charge: Double)
  }

  public var beamline: Beamline
  public var species: Species
  /// Of the reference particle at the start [MeV].
  public var kineticEnergy: Double
  public var beam: Beam
  /// Of a continuous beam [A], a magnitude; nil for a bunch.
  public var current: Double?
  public var method: Method
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1
  /// What particles do to each other in every slice, one after the other.
  public var effects: [any CollectiveEffect] = []
  /// How the way back finds the particles before each of these.
  public var checkpointing = Checkpointing.restoring

  public init(
    _ beamline: Beamline, species: Species, kineticEnergy: Double, beam: Beam,
    method: Method = .particles
  ) {
    self.beamline = beamline
    self.species = species
    self.kineticEnergy = kineticEnergy
    self.beam = beam
    self.method = method
  }

  /// The charge of the bunch [C], a magnitude; 0 for a continuous beam.
  var charge: Double {
    if current != nil { return 0 }
    switch beam {
    case .drawn(let initial, _): return initial.charge
    case .moments(_, _, let charge): return charge.magnitude
    case .particles(let bunch):
      let real = (0..<bunch.count).reduce(0) { $0 + bunch.weight(of: $1) }
      return real * species.chargeNumber.magnitude * PhysicalConstants.elementaryCharge
    }
  }

  /// The numbers that describe the beam's shape.
  var shape: BeamShapeDescription? {
    if case .drawn(_, let shape) = beam { shape } else { nil }
  }

  /// How many particles are tracked.
  public var particleCount: Int {
    guard case .particles = method else { return 0 }
    switch beam {
    case .drawn(let initial, _): return initial.particles
    case .particles(let bunch): return bunch.count
    case .moments: return 0
    }
  }

  // MARK: Numbers by name

  /// The names of its numbers.
  public var inputNames: InputNames {
    var isDrawn = false
    var followsBeam = false
    if case .drawn(let initial, _) = beam {
      isDrawn = true
      if let sized = initial.distribution as? any SizedDistribution {
        followsBeam = type(of: sized).followsBeam
      }
    }
    return InputNames(
      beamline: beamline, shape: shape, hasEnergy: !followsBeam,
      hasCharge: isDrawn && current == nil && !followsBeam, hasCurrent: current != nil,
      particles: particleCount)
  }

  /// The number of the run called `name`: `q1.k1`, `beam.beta_x`, `beam.particles[17].px`.
  ///
  /// - Throws: ``UnknownInput``, which says what there is and the nearest name.
  public func input(named name: String) throws(UnknownInput) -> RunInput {
    try inputNames.input(named: name)
  }

  /// The number called `name` as a variable that starts at its present value.
  ///
  /// - Throws: As ``input(named:)``.
  public func variable(
    _ name: String, scale: Double? = nil
  ) throws(UnknownInput) -> DesignVariable {
    let input = try input(named: name)
    return DesignVariable(name, .inputs([input]), value: value(of: input), scale: scale)
  }

  /// The present value of a number.
  public func value(of input: RunInput) -> Double {
    switch input {
    case .element(let parameter): beamline[parameter]
    case .coordinate(let particle, let i): coordinates(ofParticle: particle)[i]
    case .beam(.kineticEnergy): kineticEnergy
    case .beam(.totalEnergy): kineticEnergy + species.mass
    case .beam(.momentum): (kineticEnergy * (kineticEnergy + 2 * species.mass)).squareRoot()
    case .beam(.charge): charge
    case .beam(.current): current ?? 0
    case .beam(.shape(let place)): shape?.values[place] ?? 0
    }
  }

  private func coordinates(ofParticle number: Int) -> PhaseSpace<Double> {
    switch beam {
    case .particles(let bunch): return bunch[number]
    case .moments: preconditionFailure("an envelope has no particles")
    case .drawn(let initial, _):
      var point = PhaseSpace<Double>.zero
      initial.forEachUnitPoint(of: number..<number + 1) { _, unit in point = initial.shape(unit) }
      return point
    }
  }
}
