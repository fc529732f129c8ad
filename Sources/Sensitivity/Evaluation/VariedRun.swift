import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra
import ParameterTables
import SystemLibrary

/// A run in which the values of an evaluation replace some numbers: plain ones, ones with
/// derivatives, or ones that a tape records.
struct VariedRun<S: RealScalar> {
  let run: DesignRun
  private let numbers: [RunNumber]
  private let values: [S]
  /// Parameters of elements, with their values.
  private(set) var parameters: [(parameter: BeamlineParameter, value: S)] = []
  /// Parameters of effects, with their values.
  private(set) var effectParameters: [(parameter: EffectParameter, value: S)] = []
  /// Coordinates of single particles.
  private(set) var coordinates: [(particle: Int, coordinate: Int, value: S)] = []
  /// γ − 1 of the reference particle at the start, and whether it varies.
  private(set) var kineticEnergyOverMass: S
  private(set) var energyVaries = false
  /// The magnitude of the current [A], or of the bunch charge [C]; nil if it does not vary.
  private(set) var variedIntensity: S?
  /// The numbers of the shape's description; nil if none of them varies.
  private(set) var description: [S]?

  @_specialize(exported:false,where S == Double)
  @_specialize(exported:false,where S == Tangent<Double>)
  @_specialize(exported:false,where S == Adjoint)
  @_specialize(exported:false,where S == Tangent<Adjoint>)
  init(_ run: DesignRun, _ numbers: [RunNumber], _ values: [S]) {
    self.run = run
    self.numbers = numbers
    self.values = values
    kineticEnergyOverMass = S(run.beam.kineticEnergy / run.beam.species.mass)
    for (number, value) in zip(numbers, values) {
      switch number {
      case .element(let parameter): parameters.append((parameter, value))
      case .effect(let parameter): effectParameters.append((parameter, value))
      case .coordinate(let particle, let i): coordinates.append((particle, i, value))
      case .beam(.charge), .beam(.current): variedIntensity = value
      case .beam(.shape(let place)):
        description = description ?? run.beam.drawn?.shapeDescription?.values.map { S($0) }
        description?[place] = value
      case .beam(let number):
        require(!energyVaries, "the energy is varied under two names")
        energyVaries = true
        kineticEnergyOverMass = number.kineticEnergyOverMass(value, run.beam.species)
      case .setting(let path): fatalError("\(path) is no variable")
      }
    }
  }

  var reference: ReferenceParticle<S> {
    ReferenceParticle(species: run.beam.species, kineticEnergyOverMass: kineticEnergyOverMass)
  }

  /// The magnitude of the current [A], or of the bunch charge [C].
  var intensity: S { variedIntensity ?? S(run.beam.current ?? run.beam.charge ?? 0) }

  /// The shape of the beam; nil if none of its numbers varies.
  ///
  /// - Throws: `InvalidBeamShape` for numbers that no beam can have.
  var shape: BeamShape<S>? {
    get throws {
      guard let description else { return nil }
      return try run.beam.drawn?.shapeDescription?.shape(description)
    }
  }

  /// The numbers that the particles at the start depend on, except for those of the reference
  /// particle.
  var numbersOfParticles: [S] { (description ?? []) + coordinates.map(\.value) }

  /// Sets the derivatives of an objective with respect to these recorded numbers; `shape` is the
  /// recorded ``shape``.
  func seed<C: SweepScalar>(
    _ back: SweepCotangents<C>, _ shape: BeamShape<S>?, _ seeds: inout Tape.Seeds
  ) where S == C.Recorded {
    for (own, derivative) in zip(parameters, back.parameters) {
      C.seed(derivative, to: own.value, &seeds)
    }
    for (own, derivative) in zip(effectParameters, back.effectParameters) {
      C.seed(derivative, to: own.value, &seeds)
    }
    for (particle, coordinate, value) in coordinates {
      C.seed(back.coordinatesOfParticles[particle]?[coordinate] ?? .zero, to: value, &seeds)
    }
    if energyVaries { C.seed(back.kineticEnergyOverMass, to: kineticEnergyOverMass, &seeds) }
    if let variedIntensity {
      C.seed(run.beam.species.sign * back.charge, to: variedIntensity, &seeds)
    }
    guard let shape else { return }
    func seed(_ derivative: Matrix6<C>?, to matrix: Matrix6<S>) {
      guard let derivative else { return }
      for k in 0..<36 { C.seed(derivative.entries[k], to: matrix.entries[k], &seeds) }
    }
    seed(back.transform, to: shape.transform)
    seed(back.covariance, to: shape.covariance)
    for i in 0..<6 { C.seed(back.mean[i], to: shape.mean[i], &seeds) }
  }
}

/// The derivatives of an objective with respect to the inputs of a run.
package struct SweepCotangents<C: SweepScalar>: Sendable {
  /// With respect to the sweep's parameters, in their order.
  package var parameters: [C]
  /// With respect to the sweep's parameters of effects, in their order.
  package var effectParameters: [C] = []
  /// With respect to γ − 1 of the reference particle at the start.
  package var kineticEnergyOverMass = C.zero
  /// With respect to the charge of the bunch [1/C], or the current of a continuous beam [1/A], with
  /// the species' sign.
  package var charge = C.zero
  /// With respect to A of ζ = A·ζ̂ + mean; nil unless particles start with a shape.
  package var transform: Matrix6<C>?
  /// With respect to the covariance, symmetric; nil for particles.
  package var covariance: Matrix6<C>?
  package var mean = Vector6<C>(repeating: .zero)
  /// With respect to the coordinates of each particle of this process, if the start has them.
  package var coordinates: [Vector6<C>] = []
  /// The number of the first of these particles.
  var firstParticle = 0
  /// With respect to the coordinates of the particles that ``collectCoordinates(of:_:)`` was asked for, in
  /// whatever process they are.
  private(set) var coordinatesOfParticles: [Int: [C]] = [:]

  init(parameters: [C]) { self.parameters = parameters }

  /// Collects the derivatives with respect to single particles from the processes that have them.
  mutating func collectCoordinates(
    of particles: Set<Int>, _ communicator: any Communicator
  ) throws {
    if particles.isEmpty { return }
    let own = particles.sorted().filter {
      (firstParticle..<firstParticle + coordinates.count).contains($0)
    }
    let numbers = try communicator.allGather(values: own).flatMap(\.self)
    let derivatives = try communicator.allGather(
      values: own.map { particle in (0..<6).map { coordinates[particle - firstParticle][$0] } }
    ).flatMap(\.self)
    for (number, derivative) in zip(numbers, derivatives) {
      coordinatesOfParticles[number] = derivative
    }
  }
}

extension VariedRun<Double> {
  /// Checks that all values are valid before the run.
  ///
  /// - Throws: ``UndefinedObjective`` with the name of an invalid number.
  func check() throws(UndefinedObjective) {
    let inBounds = "give the variables bounds that exclude it"
    var (line, effects) = (run.beamline, run.effects)
    for (parameter, value) in parameters { line[parameter] = value }
    line = line.asBuilt
    for (parameter, value) in effectParameters { effects[parameter] = value }
    for (number, value) in zip(numbers, values) {
      guard let reason = obstacle(to: number, value, line, effects) else { continue }
      throw UndefinedObjective(
        "a run with \(quoted(run.name(of: number))) = \(value)", because: reason, remedy: inBounds)
    }
    do {
      _ = try shape
    } catch {
      throw UndefinedObjective("the initial beam", because: "\(error)", remedy: inBounds)
    }
    // The covariance of an envelope has derivatives where the coordinates of particles have none.
    guard run.isOfParticles, let description else { return }
    for case .beam(.shape(let place)) in numbers {
      guard let reason = run.beam.drawn?.shapeDescription?.obstacle(at: place, description) else {
        continue
      }
      throw UndefinedObjective(
        "the derivative with respect to \(quoted(run.name(of: .beam(.shape(place)))))",
        because: "it " + reason,
        remedy: "or leave it out of the variables")
    }
  }

  /// Why a number cannot have its value in a run with this beamline and these effects; nil if it
  /// can.
  private func obstacle(
    to number: RunNumber, _ value: Double, _ line: Beamline, _ effects: [any CollectiveEffect]
  ) -> String? {
    guard value.isFinite else { return "it is not a finite number" }
    switch number {
    case .element(let parameter):
      if parameter.isOfGirder { return nil }
      for (index, influence) in line.influences(of: parameter) {
        guard case .own(let site) = influence else { continue }
        let element = line.elements[index].element
        if case .own(let own, _) = site, let reason = element.obstacle(toParameter: own) {
          return reason
        }
        if let mistake = element.mistakes.first { return mistake }
      }
      return nil
    case .effect(let parameter): return effects.obstacle(to: parameter)
    case .beam(.charge), .beam(.current):
      return value < 0 ? "charge and current are magnitudes and not negative" : nil
    case .beam(.shape), .coordinate, .setting: return nil
    case .beam:
      return kineticEnergyOverMass > 0 && kineticEnergyOverMass.isFinite
        ? nil : "the kinetic energy must be positive"
    }
  }
}
