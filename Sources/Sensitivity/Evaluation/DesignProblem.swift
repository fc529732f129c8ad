import AutoDiff
import BeamEnvelopes
import BeamTracking
import Communication
import LinearAlgebra
import Optimization
import Synchronization
import SystemLibrary

/// A design problem: an objective as a function of design variables, with exact derivatives.
///
/// The particles are drawn once, so that the objective is a smooth function without statistical
/// noise. A gradient takes one forward and one backward pass through the beamline, for any number
/// of variables.
///
/// Several threads may evaluate it at the same time; each evaluation also uses the ``workers``.
public final class DesignProblem<Goal: BeamObjective>: HessianFunction, ResidualFunction, Sendable {
  /// The run whose numbers vary.
  public let run: DesignRun
  /// The variables.
  public let variables: DesignVariables
  /// The objective.
  public let goal: Goal
  /// The threads for particles.
  public let workers: Workers
  private let tapes = TapePool()
  private let recordings = SliceRecordings()
  private let remarks = Mutex<[String]>([])
  /// The particles at the start, and the numbers for which they were made.
  private let bunch = Mutex<(numbers: [Double], particles: Bunch<Double>)?>(nil)

  /// The problem of minimising `goal` over the variables of a run.
  public init(
    _ run: DesignRun, _ variables: DesignVariables, goal: Goal, workers: Workers = .all
  ) {
    var run = run
    // Steps are chosen once, for the whole range of the variables, so that derivatives and all
    // steps of an optimizer use the same number of steps.
    run.beamline = run.beamline.choosingSteps(
      from: run.beam.reference, slices: run.slices, effects: run.effects,
      alsoFor: variables.extremes(of: run.beamline))
    self.run = run
    self.variables = variables
    self.goal = goal
    self.workers = workers
  }

  public var dimension: Int { variables.count }

  /// Warnings of the effects from the last evaluation, in whole sentences.
  public var effectRemarks: [String] { remarks.withLock { $0 } }

  // MARK: What optimizers ask for

  /// The value of the objective.
  ///
  /// - Throws: `EvaluationFailure` where the objective is undefined, `Interruption` if the workers
  ///   were stopped; also errors of the setup, such as `EffectWithoutDerivatives` or
  ///   `FixedEffectParameter`.
  public func value(at x: [Double]) throws -> Double {
    try mayFail { try goal(evaluation(x).beams, variables: x) }
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try mayFail { try valueAndGradient(x) }
  }

  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    try mayFail { try gradient(tangents(x, direction)).map(\.tangent) }
  }

  /// The value and its derivative along a direction, by one forward pass.
  ///
  /// - Throws: As ``value(at:)``.
  public func directionalDerivative(
    at x: [Double], along direction: [Double]
  ) throws -> (value: Double, derivative: Double) {
    try mayFail {
      let x = tangents(x, direction)
      let result = try goal(evaluation(x).beams, variables: x)
      return (result.value, result.tangent)
    }
  }

  public func residuals(at x: [Double]) throws -> [Double] {
    try mayFail { try goal.residuals(evaluation(x).beams, variables: x) }
  }

  /// The residuals and their Jacobian, by one forward pass for each variable, or one backward pass
  /// for each residual, whichever are fewer.
  ///
  /// - Throws: As ``value(at:)``.
  public func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    try mayFail {
      let residuals = try goal.residuals(evaluation(x).beams, variables: x)
      var jacobian = DenseMatrix(rows: residuals.count, columns: x.count) { _, _ in 0 }
      if x.count <= residuals.count {
        for j in x.indices {
          var direction = [Double](repeating: 0, count: x.count)
          direction[j] = 1
          let tangents = tangents(x, direction)
          let column = try goal.residuals(evaluation(tangents).beams, variables: tangents)
          for i in residuals.indices { jacobian[i, j] = column[i].tangent }
        }
      } else {
        for i in residuals.indices {
          let row = try gradient(x, of: i)
          for j in x.indices { jacobian[i, j] = row[j] }
        }
      }
      return (residuals, jacobian)
    }
  }

  /// The objective in the form with the most information for an optimizer: residuals for a sum of
  /// squares, else Hessian products.
  public var objective: Objective {
    goal.isSumOfSquares ? Objective(residuals: self, sum: self) : Objective(hessian: self)
  }

  /// The observed beams, in the order of the objective's requests.
  ///
  /// - Throws: As ``value(at:)``, but ``UndefinedObjective``, `EnvelopeError`, `StoppedBeam` or an
  ///   `EffectFailure` in place of `EvaluationFailure`.
  public func observations(at x: [Double]) throws -> [BeamObservation<Double>] {
    try evaluation(x).beams
  }

  /// The particles at the start.
  ///
  /// - Throws: `Interruption` if the workers were stopped, `InvalidBeamShape` for numbers that no
  ///   beam can have.
  public func initialParticles(at x: [Double]) throws -> Bunch<Double> {
    try initialBunch(of: varied(x))
  }

  /// An optimizer takes an undefined objective as a step that was too long.
  private func mayFail<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as UndefinedObjective {
      throw EvaluationFailure(error.description)
    } catch let error as EnvelopeError {
      throw EvaluationFailure(error.description)
    } catch let error as any EffectFailure {
      throw EvaluationFailure(error.description)
    } catch let error as StoppedBeam {
      throw EvaluationFailure(error.description)
    }
  }

  private func tangents(_ x: [Double], _ direction: [Double]) -> [Tangent<Double>] {
    require(direction.count == dimension, "a direction has an entry per variable")
    return zip(x, direction).map { Tangent($0, tangent: $1) }
  }
}

// MARK: There and back

extension DesignProblem {
  /// The run with the values `x` of the variables.
  private func varied<S: RealScalar>(_ x: [S]) -> VariedRun<S> {
    VariedRun(run, variables.numbers, variables.numbers(of: x))
  }

  private func evaluation<C: SweepScalar>(_ x: [C]) throws -> DesignEvaluation<C> {
    let plain = varied(x.map(\.plain))
    try plain.check()
    let bunch = run.isOfParticles ? try initialBunch(of: plain) : nil
    let evaluation = try varied(x).evaluation(
      bunch, requests: goal.requests, workers: workers, recordings)
    if let runs = evaluation.particles?.runs {
      let found = runs.flatMap(\.remarks)
      remarks.withLock { $0 = found }
    }
    return evaluation
  }

  /// The particles at the start; they are made again only if the numbers that they depend on
  /// change.
  private func initialBunch(of varied: VariedRun<Double>) throws -> Bunch<Double> {
    let needed = varied.numbersOfParticles
    return try bunch.withLock { bunch in
      if bunch?.numbers != needed {
        // The old copy is released before the new one is made.
        bunch = nil
        bunch = (needed, try makeBunch(of: varied))
      }
      bunch?.particles.reference = varied.reference
      guard let particles = bunch?.particles else { preconditionFailure("just made") }
      return particles
    }
  }

  private func makeBunch(of varied: VariedRun<Double>) throws -> Bunch<Double> {
    var particles: Bunch<Double>
    switch run.beam.source {
    case .particles(let given): particles = given.shared(in: workers.communicator)
    case .moments, .file: preconditionFailure("a beam of particles is made of particles")
    case .drawn(var initial):
      if let shape = try varied.shape { initial.shape = shape }
      // A sweep distributes the charge according to the weights. With weights of zero, particles
      // would get no part of a charge of 0 that varies.
      if initial.charge == 0 { initial.charge = 1 }
      particles = try Bunch(initial, reference: varied.reference, workers: workers)
    }
    for (particle, coordinate, value) in varied.coordinates
    where particles.share.numbers.contains(particle) {
      particles[particle - particles.share.first][coordinate] = value
    }
    return particles
  }

  /// The derivatives of the objective, or of one residual, with respect to the variables.
  private func gradient<C: SweepScalar>(_ x: [C], of residual: Int? = nil) throws -> [C] {
    try valueAndGradient(x, of: residual).gradient
  }

  private func valueAndGradient<C: SweepScalar>(
    _ x: [C], of residual: Int? = nil
  ) throws -> (value: C, gradient: [C]) {
    let evaluation = try evaluation(x)
    let goal = try goalCotangents(evaluation.beams, x, of: residual)
    var sweep = try evaluation.pullBack(goal.beams)
    try sweep.collectCoordinates(
      of: Set(varied(x).coordinates.map(\.particle)), workers.communicator)
    let back = try variableCotangents(x, sweep)
    return (goal.value, zip(goal.variables, back).map { $0 + $1 })
  }

  /// The objective, or one residual, and its derivatives with respect to the observed beams and,
  /// directly, to the variables.
  private func goalCotangents<C: SweepScalar>(
    _ observed: [BeamObservation<C>], _ variables: [C], of residual: Int?
  ) throws -> (value: C, beams: [Cotangent<BeamObservation<C>>], variables: [C]) {
    try tapes.record { tape in
      let x = variables.map { C.record($0, on: tape) }
      var numbers: [[C.Recorded]] = []
      let beams = observed.map { beam in
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
      let cotangents = zip(observed, numbers).map { beam, list in
        Cotangent(beam.replacingNumbers(by: list.map { C.cotangent(of: $0, on: tape) }[...]))
      }
      return (C.value(of: result), cotangents, x.map { C.cotangent(of: $0, on: tape) })
    }
  }

  /// The derivatives with respect to the variables, from those with respect to the inputs of the
  /// sweep.
  private func variableCotangents<C: SweepScalar>(
    _ variables: [C], _ sweep: SweepCotangents<C>
  ) throws -> [C] {
    try tapes.record { tape in
      let x = variables.map { C.record($0, on: tape) }
      let run = varied(x)
      let shape = try run.shape
      tape.runBackward { seeds in run.seed(sweep, shape, &seeds) }
      return x.map { C.cotangent(of: $0, on: tape) }
    }
  }
}
