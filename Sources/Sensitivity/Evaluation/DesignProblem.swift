import AutoDiff
import BeamEnvelopes
import BeamTracking
import Communication
import LinearAlgebra
import Optimization
import Synchronization

/// A design to be improved: an objective as a function of design variables, with exact derivatives.
///
/// The particles are drawn once, so that the objective is a smooth function and not a noisy one.
/// A gradient takes one way through the beamline and one way back, whatever the number of
/// variables.
///
/// It may be evaluated by several threads at once; each evaluation uses the ``workers`` besides.
public final class DesignProblem<Goal: BeamObjective>: HessianFunction, ResidualFunction, Sendable {
  public let run: DesignRun
  public let variables: DesignVariables
  public let goal: Goal
  public let workers: Workers
  private let tapes = TapePool()
  private let recordings = SliceRecordings()
  private let remarks = Mutex<[String]>([])
  /// The particles at the start, and the numbers that they were made for.
  private let bunch = Mutex<(numbers: [Double], particles: Bunch<Double>)?>(nil)

  public init(
    _ run: DesignRun, _ variables: DesignVariables, goal: Goal, workers: Workers = .all
  ) {
    var run = run
    // Once, so that no derivative and no step of an optimizer meets another number of steps; and for all that
    // the variables may come to.
    run.beamline = run.beamline.choosingSteps(
      from: run.beam.reference, slices: run.slices, effects: run.effects,
      alsoFor: variables.extremes(of: run.beamline))
    self.run = run
    self.variables = variables
    self.goal = goal
    self.workers = workers
  }

  public var dimension: Int { variables.count }

  /// What should be known before trusting the effects of the last evaluation: whole sentences.
  public var effectRemarks: [String] { remarks.withLock { $0 } }

  // MARK: What optimizers ask for

  /// - Throws: `EvaluationFailure` where the objective is undefined, `Interruption` if the workers
  ///   were stopped.
  public func value(at x: [Double]) throws -> Double {
    try mayFail { try goal(evaluation(x).beams, variables: x) }
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try mayFail { try valueAndGradient(x) }
  }

  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    try mayFail { try gradient(tangents(x, direction)).map(\.tangent) }
  }

  /// The value and its derivative along a direction, by one way forward.
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

  /// By one way forward for each variable, or one way back for each residual: whichever is less
  /// work.
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

  /// What an optimizer can make use of.
  public var objective: Objective {
    goal.isSumOfSquares ? Objective(residuals: self, sum: self) : Objective(hessian: self)
  }

  /// The beam at the places that the objective asks for.
  public func observations(at x: [Double]) throws -> [BeamObservation<Double>] {
    try evaluation(x).beams
  }

  /// The particles at the start.
  public func initialParticles(at x: [Double]) throws -> Bunch<Double> {
    try initialBunch(of: varied(x))
  }

  /// An undefined objective is, to an optimizer, a step that was too long.
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
    precondition(direction.count == dimension, "a direction has an entry per variable")
    return zip(x, direction).map { Tangent($0, tangent: $1) }
  }
}

// MARK: There and back

extension DesignProblem {
  /// The run where the variables have the values `x`.
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

  /// The particles at the start; they are kept as long as what they depend on stays the same.
  private func initialBunch(of varied: VariedRun<Double>) throws -> Bunch<Double> {
    let needed = varied.numbersOfParticles
    return try bunch.withLock { bunch in
      if bunch?.numbers != needed {
        // One copy at a time.
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
    case .particles(let given): particles = given
    case .moments, .file: preconditionFailure("a beam of particles is made of particles")
    case .drawn(var initial):
      if let shape = try varied.shape { initial.shape = shape }
      // A sweep takes from the weights how the charge is shared out; particles without any would
      // have no share in a charge of 0 that varies.
      if initial.charge == 0 { initial.charge = 1 }
      particles = try Bunch(initial, reference: varied.reference, workers: workers)
    }
    for (particle, coordinate, value) in varied.coordinates {
      particles[particle][coordinate] = value
    }
    return particles
  }

  /// The derivatives of the objective, or of one residual, to the variables.
  private func gradient<C: SweepScalar>(_ x: [C], of residual: Int? = nil) throws -> [C] {
    try valueAndGradient(x, of: residual).gradient
  }

  private func valueAndGradient<C: SweepScalar>(
    _ x: [C], of residual: Int? = nil
  ) throws -> (value: C, gradient: [C]) {
    let evaluation = try evaluation(x)
    let goal = try goalCotangents(evaluation.beams, x, of: residual)
    let back = try variableCotangents(x, evaluation.pullBack(goal.beams))
    return (goal.value, zip(goal.variables, back).map { $0 + $1 })
  }

  /// The objective, or one residual, and its derivatives to what was observed, and directly to the
  /// variables.
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

  /// The derivatives to the variables, from those to what the sweep began with.
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
