import AutoDiff
import BeamMaps
import Communication
import LinearAlgebra

/// The initial beam of a run.
public struct BeamDescription: Sendable {
  /// The kind of particle.
  public var species: Species
  /// Kinetic energy of the reference particle [MeV].
  public var kineticEnergy: Double
  /// The origin of the beam's particles or moments.
  public var source: Source
  /// The magnitude of a continuous beam's current [A]; nil for a bunch. The particles of a
  /// continuous beam represent what passes in one second, so that their charge [C] equals the
  /// current [A].
  public var current: Double?

  /// The origin of a beam's particles or moments.
  public enum Source: Sendable {
    /// Particles drawn from a distribution.
    case drawn(InitialBeam)
    /// Particles given one by one: all of them, in every process.
    case particles(Bunch<Double>)
    /// Mean and covariance in the order x, px, y, py, t, pt, and charge [C]; no particles.
    case moments(mean: Vector6<Double>, covariance: Matrix6<Double>, charge: Double)
    /// The contents of a file, scaled to a charge [C] if one is given. The file must be read before
    /// the beam is used.
    case file(path: String, charge: Double?)
  }

  /// A beam of `species` whose reference particle has a kinetic energy [MeV].
  public init(species: Species, kineticEnergy: Double, source: Source) {
    self.species = species
    self.kineticEnergy = kineticEnergy
    self.source = source
  }

  /// The reference particle at the start.
  public var reference: ReferenceParticle<Double> {
    ReferenceParticle(species: species, kineticEnergy: kineticEnergy)
  }

  /// The magnitude of the bunch charge [C]; nil for a continuous beam, and where a file's weights
  /// determine it.
  public var charge: Double? {
    if current != nil { return nil }
    switch source {
    case .drawn(let beam): return beam.charge
    case .moments(_, _, let charge): return charge.magnitude
    case .file(_, let charge): return charge
    case .particles(let bunch):
      let real = (0..<bunch.count).reduce(0) { $0 + bunch.weight(of: $1) }
      return real * species.charge.magnitude
    }
  }

  /// The distribution and shape from which particles are drawn; nil for other sources.
  public var drawn: InitialBeam? {
    if case .drawn(let beam) = source { beam } else { nil }
  }

  /// The number of particles, as far as it is known; 0 for a beam without particles.
  public var particleCount: Int {
    switch source {
    case .drawn(let beam): beam.particles
    case .particles(let bunch): bunch.share.total
    case .moments, .file: 0
    }
  }

  /// Mean, covariance and signed charge [C]; nil if there is no living particle with a weight.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  package func moments(
    workers: Workers
  ) throws -> (mean: Vector6<Double>, covariance: Matrix6<Double>, charge: Double)? {
    switch source {
    case .drawn(let beam):
      return (
        Vector6 { beam.shape.mean[$0] }, beam.shape.covariance, species.sign * beam.charge
      )
    case .moments(let mean, let covariance, let charge): return (mean, covariance, charge)
    case .particles(let bunch):
      let moments = try bunch.shared(in: workers.communicator).moments(workers: workers)
      guard let covariance = moments.covariance else { return nil }
      let charge = BeamStatistics(moments, reference: reference).charge
      return (moments.mean, covariance, charge ?? 0)
    case .file: fatalError("a beam file is read before it is used")
    }
  }
}

// MARK: Its numbers

extension BeamDescription {
  /// The value of a number; 0 if the beam is not described by it.
  public subscript(number: BeamNumber) -> Double {
    switch number {
    case .kineticEnergy: kineticEnergy
    case .totalEnergy: kineticEnergy + species.mass
    case .momentum: (kineticEnergy * (kineticEnergy + 2 * species.mass)).squareRoot()
    case .charge: charge ?? 0
    case .current: current ?? 0
    case .shape(let place): drawn?.shapeDescription?.values[place] ?? 0
    }
  }

  /// The same beam with other values of some numbers.
  ///
  /// - Throws: ``InvalidBeamShape`` for values that no beam can have.
  public func setting(
    _ numbers: [(number: BeamNumber, value: Double)]
  ) throws(InvalidBeamShape) -> Self {
    var copy = self
    var shape = drawn?.shapeDescription
    var isReshaped = false
    for (number, value) in numbers {
      switch number {
      case .kineticEnergy: copy.kineticEnergy = value
      case .totalEnergy, .momentum:
        copy.kineticEnergy = number.kineticEnergyOverMass(value, species) * species.mass
      case .charge, .current:
        if number == .current { copy.current = value }
        if case .drawn(var beam) = copy.source {
          beam.charge = value
          copy.source = .drawn(beam)
        }
      case .shape(let place):
        shape?.values[place] = value
        isReshaped = true
      }
    }
    if isReshaped, let shape, case .drawn(let beam) = copy.source {
      copy.source = .drawn(try beam.described(by: shape))
    }
    return copy
  }

  /// The name of a number in run files.
  package func name(of number: BeamNumber) -> String {
    if case .shape(let place) = number {
      return (drawn?.shapeDescription?.names ?? BeamShapeDescription.Form.covariance.names)[place]
    }
    return BeamNumber.named.first { $0.number == number }?.name ?? ""
  }

  /// The numbers that may vary, with their names in run files.
  package var numbers: [(name: String, number: BeamNumber)] {
    var followsBeam = false
    if let sized = drawn?.distribution as? any SizedDistribution {
      followsBeam = type(of: sized).followsBeam
    }
    let own = BeamNumber.named.filter { _, number in
      switch number {
      case .charge: drawn != nil && current == nil && !followsBeam
      case .current: current != nil
      default: !followsBeam
      }
    }
    let shape = drawn?.shapeDescription?.names ?? []
    return own + shape.enumerated().map { ($1, .shape($0)) }
  }
}
