import BeamDynamics

/// The run that a design varies: a beam, a beamline, and how one is taken through the other.
public struct DesignRun: Sendable {
  /// Where the beam's particles come from.
  public enum Beam: Sendable {
    /// Drawn from a distribution; with the numbers that describe its shape, if these may vary.
    case drawn(InitialBeam, BeamShapeDescription?)
    /// Given one by one.
    case particles(Bunch<Double>)
  }

  public var beamline: Beamline
  public var species: Species
  /// Of the reference particle at the start [MeV].
  public var kineticEnergy: Double
  public var beam: Beam
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1

  public init(_ beamline: Beamline, species: Species, kineticEnergy: Double, beam: Beam) {
    self.beamline = beamline
    self.species = species
    self.kineticEnergy = kineticEnergy
    self.beam = beam
  }

  /// The charge of the bunch [C], a magnitude, where the run gives one.
  var charge: Double {
    if case .drawn(let initial, _) = beam { initial.charge } else { 0 }
  }

  /// The numbers that describe the beam's shape.
  var shape: BeamShapeDescription? {
    if case .drawn(_, let shape) = beam { shape } else { nil }
  }

  /// How many particles the beam has.
  public var particleCount: Int {
    switch beam {
    case .drawn(let initial, _): initial.particles
    case .particles(let bunch): bunch.count
    }
  }

  // MARK: Numbers by name

  /// The names of its numbers.
  public var inputNames: InputNames {
    var hasCharge = true
    if case .particles = beam { hasCharge = false }
    return InputNames(
      beamline: beamline, shape: shape, hasCharge: hasCharge, hasCurrent: false,
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
    case .beam(.charge), .beam(.current): charge
    case .beam(.shape(let place)): shape?.values[place] ?? 0
    }
  }

  private func coordinates(ofParticle number: Int) -> PhaseSpace<Double> {
    switch beam {
    case .particles(let bunch): return bunch[number]
    case .drawn(let initial, _):
      var point = PhaseSpace<Double>.zero
      initial.forEachUnitPoint(of: number..<number + 1) { _, unit in point = initial.shape(unit) }
      return point
    }
  }
}
