import BeamDynamics
import Communication
import DataFiles
import Documents
import LinearAlgebra
import Optimization
import Sensitivity

/// Minimises the objective of a run file over its design variables.
///
/// While it runs, `optimize.json` holds the best variables so far, and `history.csv` the history.
public struct OptimizationRun: Sendable {
  /// The run file.
  public let file: RunFile
  /// The folder of the results.
  public var directory: String
  /// The threads, and the processes that share the particles. All processes make the same run; the first writes the
  /// files.
  public var workers: Workers
  /// Called after each evaluation.
  public var progress: (@Sendable (Progress) -> Void)?

  /// The state of a run after an evaluation.
  public struct Progress: Sendable {
    /// The number of evaluations so far.
    public var evaluations: Int
    /// The number of evaluations that is allowed.
    public var limit: Int
    /// The objective at the start.
    public var startValue: Double
    /// The lowest value of the objective so far.
    public var bestValue: Double
  }

  /// The result of a run.
  public struct Summary: Sendable {
    /// The objective at the start.
    public var startValue: Double
    /// The objective at the end.
    public var value: Double
    /// The variables at the start, in the order of the run file.
    public var start: [Double]
    /// The variables at the end, in the same order.
    public var variables: [Double]
    /// The terms of the objective at the start.
    public var startTerms: [TermValue]
    /// The terms of the objective at the end.
    public var terms: [TermValue]
    /// Why the search ended.
    public var reason: StoppingReason
    /// Why an evaluation failed, if that ended the run.
    public var failure: String?
    /// The numbers of evaluations.
    public var counts: EvaluationCounts
    /// The number of iterations.
    public var iterations: Int
    /// The computing time [s].
    public var seconds: Double
    /// Warnings of the run with the best variables, such as those of collective effects.
    public var remarks: [String] = []
  }

  /// A run that writes where the file says, unless ``directory`` is changed.
  public init(_ file: RunFile, workers: Workers = .all) {
    self.file = file
    self.workers = workers
    directory = file.resultsDirectory
  }

  /// Runs, and leaves behind `optimize.json`, `history.csv`, `optimized.json`, a run file with the
  /// best variables, and the files of that run.
  ///
  /// - Throws: `InvalidInput` for a run file without variables or objective, `StartFailure` where
  ///   the objective is undefined at the start, `UnsuitableProblem`, `DataFileError`,
  ///   `Interruption`.
  public func callAsFunction() throws -> Summary {
    let design = try file.requireDesign(workers: workers)
    let communicator = workers.communicator
    try communicator.together(failing: DataFileError.self) {
      if communicator.isFirst { try Folders.make(directory) }
    }
    let journal = OptimizationJournal(self, design)
    let result: OptimizationResult
    do {
      result = try minimize(design, journal)
      journal.end(result)
    } catch {
      if communicator.isFirst { try writeUnfinished(journal, after: error) }
      throw error
    }
    try communicator.together(failing: DataFileError.self) {
      if communicator.isFirst { try journal.write() }
    }
    let best = try writeOptimum(design, journal, workers)
    var tracking = TrackingRun(best, workers: workers)
    tracking.directory = directory
    let remarks = try tracking().remarks
    let start = design.variables.start
    return Summary(
      startValue: journal.startValue ?? .nan, value: result.value, start: start,
      variables: result.point, startTerms: try design.terms(at: start),
      terms: try design.terms(at: result.point), reason: result.reason,
      failure: result.reason == .evaluationsFail ? journal.lastFailure : nil,
      counts: result.counts, iterations: result.history.count - 1, seconds: journal.seconds,
      remarks: remarks)
  }

  private func minimize(
    _ design: DesignProblem<TermObjective>, _ journal: OptimizationJournal
  ) throws -> OptimizationResult {
    let variables = design.variables.variables
    let watched = WatchedDesign(design: design, journal: journal)
    let problem = OptimizationProblem(
      design.goal.isSumOfSquares
        ? Objective(residuals: watched, sum: watched) : Objective(hessian: watched),
      from: design.variables.start,
      bounds: try Bounds(lower: variables.map(\.minimum), upper: variables.map(\.maximum)),
      scales: variables.map(\.scale))
    let method = try Catalogs.current.optimizers.method(named: file.optimizer.method)
    let stopping = Stopping(
      gradient: 0, relativeGradient: file.optimizer.tolerance,
      evaluations: file.optimizer.evaluations)
    return try method.minimize(problem, continuing: nil, stopping: stopping) { progress in
      try workers.communicator.requireSame(progress.point, "the variables of the optimizer")
      try journal.note(progress)
      return .proceed
    }
  }

  /// Writes what is known when an error ends the search; the first process alone calls it, as others may have ended.
  private func writeUnfinished(_ journal: OptimizationJournal, after error: any Error) throws {
    journal.end(with: error)
    try journal.write()
    // An interrupt ends the search, and not this.
    let workers = Workers(count: workers.count)
    try writeOptimum(try file.requireDesign(workers: workers), journal, workers)
  }

  /// Writes the run file with the best variables so far; all processes of `workers`, which are those of the design,
  /// call it.
  @discardableResult
  private func writeOptimum(
    _ design: DesignProblem<TermObjective>, _ journal: OptimizationJournal, _ workers: Workers
  ) throws -> RunFile {
    var best = try file.setting(journal.best)
    let isOfParticles = design.variables.numbers.contains {
      if case .coordinate = $0 { true } else { false }
    }
    if isOfParticles {
      let path = directory + "/optimized-beam.csv"
      var particles = try ParticleFile(
        path: path, CSVBeam.self, hasTurns: false, workers: workers)
      try particles.append(design.initialParticles(at: journal.best), turn: 1)
      try particles.commit()
      best.beam.source = .file(path: path, charge: best.beam.charge)
    }
    best.output.directory = "optimized"
    let text = RunRecord(TrackingRun(best, workers: workers)).input.pretty
    try workers.communicator.together(failing: DataFileError.self) {
      guard workers.communicator.isFirst else { return }
      try AtomicFile.write(to: directory + "/optimized.json") { try $0.append(text) }
    }
    return best
  }
}

/// A design whose evaluations are noted.
private struct WatchedDesign: HessianFunction, ResidualFunction {
  let design: DesignProblem<TermObjective>
  let journal: OptimizationJournal

  var dimension: Int { design.dimension }

  func value(at x: [Double]) throws -> Double {
    try journal.noting(x, { try design.value(at: x) }, value: { $0 })
  }

  func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try journal.noting(x, { try design.valueAndGradient(at: x) }, value: { $0.value })
  }

  func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    try design.hessianVectorProduct(at: x, direction: direction)
  }

  func residuals(at x: [Double]) throws -> [Double] {
    try journal.noting(
      x, { try design.residuals(at: x) }, value: { 0.5 * $0.reduce(0) { $0 + $1 * $1 } })
  }

  func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    try journal.noting(
      x, { try design.residualsAndJacobian(at: x) },
      value: { 0.5 * $0.residuals.reduce(0) { $0 + $1 * $1 } })
  }
}
