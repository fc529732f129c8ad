import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra
import Optimization

/// A design to be improved: an objective as a function of design variables, with exact derivatives.
///
/// The particles are drawn once, so that the objective is a smooth function and not a noisy one.
/// A gradient takes one way through the beamline and one way back, whatever the number of
/// variables.
public final class DesignProblem<Goal: BeamObjective>: HessianFunction, ResidualFunction {
  public let run: DesignRun
  public let variables: DesignVariables
  public let goal: Goal
  public let workers: Workers
  private let inputs: DesignInputs
  private let tape = Tape()
  /// The particles at the start, and the inputs that they were made for.
  private var bunch: (inputs: [Double], particles: Bunch<Double>)?

  public init(
    _ run: DesignRun, _ variables: DesignVariables, goal: Goal, workers: Workers = .all
  ) {
    self.run = run
    self.variables = variables
    self.goal = goal
    self.workers = workers
    inputs = DesignInputs(variables.inputs, of: run)
  }

  public var dimension: Int { variables.count }

  // MARK: What optimizers ask for

  /// - Throws: `EvaluationFailure` where the objective is undefined, `Interruption` if the workers
  ///   were stopped.
  public func value(at x: [Double]) throws -> Double {
    try mayFail { try goal(passage(x).beams, variables: x) }
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try mayFail {
      let passage = try passage(x)
      let value = try goal(passage.beams, variables: x)
      return (value, try gradient(passage, of: nil))
    }
  }

  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    try mayFail {
      try gradient(passage(tangents(x, direction)), of: nil).map(\.tangent)
    }
  }

  /// The value and its derivative along a direction, by one way forward.
  public func directionalDerivative(
    at x: [Double], along direction: [Double]
  ) throws -> (value: Double, derivative: Double) {
    try mayFail {
      let x = tangents(x, direction)
      let result = try goal(passage(x).beams, variables: x)
      return (result.value, result.tangent)
    }
  }

  public func residuals(at x: [Double]) throws -> [Double] {
    try mayFail { try goal.residuals(passage(x).beams, variables: x) }
  }

  /// By one way forward for each variable, or one way back for each residual: whichever is less
  /// work.
  public func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    try mayFail {
      let residuals = try goal.residuals(passage(x).beams, variables: x)
      var jacobian = DenseMatrix(rows: residuals.count, columns: x.count) { _, _ in 0 }
      if x.count <= residuals.count {
        for j in x.indices {
          var direction = [Double](repeating: 0, count: x.count)
          direction[j] = 1
          let tangents = tangents(x, direction)
          let column = try goal.residuals(passage(tangents).beams, variables: tangents)
          for i in residuals.indices { jacobian[i, j] = column[i].tangent }
        }
      } else {
        for i in residuals.indices {
          let row = try gradient(passage(x), of: i)
          for j in x.indices { jacobian[i, j] = row[j] }
        }
      }
      return (residuals, jacobian)
    }
  }

  /// What an optimizer can make use of.
  public var objective: Objective {
    goal.isSumOfSquares ? Objective(residuals: self, sum: self) : Objective(hessian: self)
  }

  /// The beam at the places that the objective asks for.
  public func observations(at x: [Double]) throws -> [BeamObservation<Double>] {
    try passage(x).beams
  }

  /// The particles at the start.
  public func initialParticles(at x: [Double]) throws -> Bunch<Double> {
    let values = variables.inputs(of: x)
    return try initialBunch(
      values,
      ReferenceParticle(
        species: run.species, kineticEnergyOverMass: inputs.kineticEnergyOverMass(values)))
  }

  /// An undefined objective is, to an optimizer, a step that was too long.
  private func mayFail<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as UndefinedObjective {
      throw EvaluationFailure(error.description)
    }
  }

  private func tangents(_ x: [Double], _ direction: [Double]) -> [Tangent<Double>] {
    precondition(direction.count == dimension, "a direction has an entry per variable")
    return zip(x, direction).map { Tangent($0, tangent: $1) }
  }
}

// MARK: There and back

extension DesignProblem {
  /// A way of the beam through the beamline.
  private struct Passage<C: DesignNumber> {
    let variables: [C]
    let particles: ParticlePassage<C>
    let beams: [BeamObservation<C>]
  }

  private func passage<C: DesignNumber>(_ x: [C]) throws -> Passage<C> {
    let values = variables.inputs(of: x)
    let plain = values.map(\.plain)
    try inputs.check(plain, named: variables.inputs)
    let reference = ReferenceParticle<C>(
      species: run.species, kineticEnergyOverMass: inputs.kineticEnergyOverMass(values))
    let bunch = try initialBunch(plain, reference.map(\.plain))
    let sweep = ParticleSweep<C>(
      beamline: run.beamline, turns: run.turns, slices: run.slices,
      parameters: inputs.parameters, values: inputs.parameterPlaces.map { values[$0] },
      requests: goal.requests, workers: workers)
    let passage = try sweep.forward(
      bunch,
      from: BeamStart(
        reference, energyVaries: inputs.energy != nil,
        charge: run.species.chargeNumber < 0 ? -inputs.charge(values) : inputs.charge(values),
        shape: shape(values), coordinates: coordinates(values, bunch)))
    return Passage(variables: x, particles: passage, beams: passage.observations)
  }

  /// How the particles were drawn, if the shape of the beam varies.
  private func shape<C: DesignNumber>(
    _ values: [C]
  ) throws -> (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)? {
    guard case .drawn(let recipe, _) = run.beam, let shape = try inputs.shape(values) else {
      return nil
    }
    return (recipe, shape.transform, Vector6 { shape.mean[$0] })
  }

  /// The coordinates of all particles, with the derivatives of those that vary; nil if none does.
  private func coordinates<C: DesignNumber>(
    _ values: [C], _ bunch: Bunch<Double>
  ) -> [Vector6<C>]? {
    if inputs.coordinates.isEmpty { return nil }
    var all = (0..<bunch.count).map { i in
      let z = bunch[i]
      return Vector6<C> { C(z[$0]) }
    }
    for (particle, coordinate, place) in inputs.coordinates {
      all[particle][coordinate] = values[place]
    }
    return all
  }

  /// The particles at the start; they are kept as long as what they depend on stays the same.
  private func initialBunch(
    _ values: [Double], _ reference: ReferenceParticle<Double>
  ) throws -> Bunch<Double> {
    let needed =
      inputs.shape.map { values[$0.place] } + inputs.coordinates.map { values[$0.place] }
      + (inputs.charge.map { [values[$0]] } ?? [])
    if bunch?.inputs != needed {
      // One copy at a time.
      bunch = nil
      var particles: Bunch<Double>
      switch run.beam {
      case .particles(let given): particles = given
      case .drawn(var initial, _):
        if let shape = try inputs.shape(values) { initial.shape = shape }
        initial.charge = inputs.charge(values)
        particles = try Bunch(initial, reference: reference, workers: workers)
      }
      for (particle, coordinate, place) in inputs.coordinates {
        particles[particle][coordinate] = values[place]
      }
      bunch = (needed, particles)
    }
    bunch?.particles.reference = reference
    guard let particles = bunch?.particles else { preconditionFailure("just made") }
    return particles
  }

  /// The derivatives of the objective, or of one residual, to the variables.
  private func gradient<C: DesignNumber>(
    _ passage: consuming Passage<C>, of residual: Int?
  ) throws -> [C] {
    let x = passage.variables
    let (beams, direct) = try goalCotangents(passage, of: residual)
    let back = try variableCotangents(x, passage.particles.pullBack(beams))
    return zip(direct, back).map { $0 + $1 }
  }

  /// The derivatives of the objective, or of one residual, to what was observed, and directly to
  /// the variables.
  private func goalCotangents<C: DesignNumber>(
    _ passage: Passage<C>, of residual: Int?
  ) throws -> (beams: [BeamObservation<C>], variables: [C]) {
    try tape.record {
      let x = passage.variables.map { C.record($0, on: tape) }
      var numbers: [[C.Recorded]] = []
      let beams = passage.beams.map { beam in
        let list = beam.numbers.map { C.record($0, on: tape) }
        numbers.append(list)
        return beam.replacingNumbers(by: list[...])
      }
      let result =
        if let residual {
          try goal.residuals(beams, variables: x)[residual]
        } else {
          try goal(beams, variables: x)
        }
      tape.runBackward { seeds in C.seed(.one, to: result, &seeds) }
      let cotangents = zip(passage.beams, numbers).map { beam, list in
        beam.replacingNumbers(by: list.map { C.cotangent(of: $0, on: tape) }[...])
      }
      return (cotangents, x.map { C.cotangent(of: $0, on: tape) })
    }
  }

  /// The derivatives to the variables, from those to what the sweep began with.
  private func variableCotangents<C: DesignNumber>(
    _ variables: [C], _ sweep: SweepCotangents<C>
  ) throws -> [C] {
    try tape.record {
      let x = variables.map { C.record($0, on: tape) }
      let values = self.variables.inputs(of: x)
      let shape = try inputs.shape(values)
      let energy = inputs.kineticEnergyOverMass(values)
      tape.runBackward { seeds in
        for (k, place) in inputs.parameterPlaces.enumerated() {
          C.seed(sweep.parameters[k], to: values[place], &seeds)
        }
        if inputs.energy != nil { C.seed(sweep.kineticEnergyOverMass, to: energy, &seeds) }
        if let place = inputs.charge {
          C.seed(run.species.chargeNumber < 0 ? -sweep.charge : sweep.charge, to: values[place], &seeds)
        }
        if let shape {
          for k in 0..<36 {
            C.seed(sweep.transform.entries[k], to: shape.transform.entries[k], &seeds)
          }
          for i in 0..<6 { C.seed(sweep.mean[i], to: shape.mean[i], &seeds) }
        }
        for (particle, coordinate, place) in inputs.coordinates {
          C.seed(sweep.coordinates[particle][coordinate], to: values[place], &seeds)
        }
      }
      return x.map { C.cotangent(of: $0, on: tape) }
    }
  }
}
