import AutoDiff
import BeamMaps
import Communication
import LinearAlgebra

/// The beam that a run begins with.
public struct BeamDescription: Sendable {
  public var species: Species
  /// Of the reference particle [MeV].
  public var kineticEnergy: Double
  /// What the beam is made of.
  public var source: Source
  /// Of a continuous beam [A], a magnitude; nil for a bunch. Particles stand for what passes in one
  /// second: their charge [C] is the same number.
  public var current: Double?

  /// What a beam is made of.
  public enum Source: Sendable {
    /// Particles drawn from a distribution.
    case drawn(InitialBeam)
    /// Particles given one by one.
    case particles(Bunch<Double>)
    /// Mean, covariance and charge [C], no particles.
    case moments(mean: Vector6<Double>, covariance: Matrix6<Double>, charge: Double)
    /// What a file holds, scaled to a charge [C] if one is given. It has to be read before it is used.
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

  /// Of the bunch [C], a magnitude; nil for a continuous beam, and where a file's weights say it.
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

  /// How the particles are drawn; nil where they are not.
  public var drawn: InitialBeam? {
    if case .drawn(let beam) = source { beam } else { nil }
  }

  /// How many particles it has, as far as that is known; 0 for a beam without any.
  public var particleCount: Int {
    switch source {
    case .drawn(let beam): beam.particles
    case .particles(let bunch): bunch.count
    case .moments, .file: 0
    }
  }

  /// Mean, covariance and charge [C] with its sign; nil where no particle lives and has a weight.
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
      let moments = try bunch.moments(workers: workers)
      guard let covariance = moments.covariance else { return nil }
      let charge = BeamStatistics(moments, reference: reference).charge
      return (moments.mean, covariance, charge ?? 0)
    case .file: preconditionFailure("a beam file is read before it is used")
    }
  }
}

// MARK: Its numbers

extension BeamDescription {
  /// The value of a number; 0 where the beam is not described by it.
  public subscript(number: BeamNumber) -> Double {
    switch number {
    case .kineticEnergy: kineticEnergy
    case .totalEnergy: kineticEnergy + species.mass
    case .momentum: (kineticEnergy * (kineticEnergy + 2 * species.mass)).squareRoot()
    case .charge: charge ?? 0
    case .current: current ?? 0
    case .shape(let place): drawn?.description?.values[place] ?? 0
    }
  }

  /// The same beam with other values of some numbers.
  ///
  /// - Throws: ``InvalidBeamShape`` for values that no beam can have.
  public func setting(
    _ numbers: [(number: BeamNumber, value: Double)]
  ) throws(InvalidBeamShape) -> Self {
    var copy = self
    var shape = drawn?.description
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

  /// The name that run files give a number.
  package func name(of number: BeamNumber) -> String {
    if case .shape(let place) = number {
      return (drawn?.description?.names ?? BeamShapeDescription.Form.covariance.names)[place]
    }
    return BeamNumber.named.first { $0.number == number }?.name ?? ""
  }

  /// The names of the numbers that may vary, as run files have them.
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
    let shape = drawn?.description?.names ?? []
    return own + shape.enumerated().map { ($1, .shape($0)) }
  }
}
