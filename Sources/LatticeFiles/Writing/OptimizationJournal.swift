import Communication
import DataFiles
import Documents
import Optimization
import Sensitivity

/// What is known of an optimization while it runs, and its files, which of several processes the first writes.
final class OptimizationJournal {
  private let run: OptimizationRun
  private let names: [String]
  /// The best variables so far; the start, as long as nothing is known.
  private(set) var best: [Double]
  private(set) var bestValue: Double?
  private(set) var startValue: Double?
  private(set) var lastFailure: String?
  private var status = "running"
  private var reason = "the run goes on"
  private var counts = EvaluationCounts()
  private var evaluations = 0
  /// The start, then one entry for each iteration.
  private var history: [Entry] = []
  private let beginning = ContinuousClock.now
  private var lastWritten: ContinuousClock.Instant?

  /// The start, or an iteration.
  private struct Entry {
    let point: [Double]
    let value: Double
    var gradientNorm: Double?
    let step: Double
    let evaluations: Int
  }

  init(_ run: OptimizationRun, _ design: DesignProblem<TermObjective>) {
    self.run = run
    names = design.variables.names
    best = design.variables.start
  }

  var seconds: Double { (ContinuousClock.now - beginning) / .seconds(1) }

  // MARK: What happens

  /// Does an evaluation at `x` and notes what came of it.
  func noting<Result>(
    _ x: [Double], _ evaluation: () throws -> Result, value: (Result) -> Double
  ) throws -> Result {
    evaluations += 1
    let result: Result
    do {
      result = try evaluation()
    } catch let failure as EvaluationFailure {
      lastFailure = failure.reason
      throw failure
    }
    let value = value(result)
    if startValue == nil {
      startValue = value
      history.append(Entry(point: x, value: value, gradientNorm: nil, step: 0, evaluations: 1))
    }
    if value < bestValue ?? .infinity {
      bestValue = value
      best = x
    }
    if let bestValue, let startValue {
      run.progress?(
        .init(
          evaluations: evaluations, limit: run.file.optimizer.evaluations, startValue: startValue,
          bestValue: bestValue))
    }
    try writeNowAndThen()
    return result
  }

  /// Notes the end of an iteration.
  func note(_ progress: OptimizationProgress) throws {
    counts = progress.counts
    history.append(
      Entry(
        point: progress.point, value: progress.last.value,
        gradientNorm: progress.last.gradientNorm, step: progress.last.step,
        evaluations: progress.last.evaluations))
    try writeNowAndThen()
  }

  func end(_ result: OptimizationResult) {
    counts = result.counts
    // The gradient at the start is told only now.
    if !history.isEmpty { history[0].gradientNorm = result.history.first?.gradientNorm }
    best = result.point
    bestValue = result.value
    status =
      result.reason.isConverged || result.reason == .noFurtherDecrease
      ? "converged" : result.reason == .evaluationsFail ? "failed" : "stopped"
    reason = result.reason.description
    if result.reason == .evaluationsFail, let lastFailure { reason += ": " + lastFailure }
  }

  func end(with error: any Error) {
    let isInterrupted = error is Interruption
    status = isInterrupted ? "interrupted" : "failed"
    reason = isInterrupted ? "the run was interrupted" : "\(error)"
  }

  // MARK: Files

  /// Twice a second, so that a fast run is not slowed down by its journal.
  private func writeNowAndThen() throws {
    guard run.workers.communicator.isFirst else { return }
    let now = ContinuousClock.now
    if let lastWritten, now - lastWritten < .milliseconds(500) { return }
    try write()
    lastWritten = ContinuousClock.now
  }

  /// Puts `optimize.json` and `history.csv` on disk, each whole.
  func write() throws {
    try AtomicFile.write(to: run.directory + "/optimize.json") { writer in
      try writer.append(text.pretty)
    }
    try AtomicFile.write(to: run.directory + "/history.csv") { writer in
      var table = try CSVWriter(
        writer,
        columns: ["iteration", "evaluations", "objective", "gradient_norm", "step"] + names)
      for (number, entry) in history.enumerated() {
        table.field(number)
        table.field(entry.evaluations)
        table.field(entry.value)
        table.field(entry.gradientNorm)
        table.field(entry.step)
        table.fields(entry.point)
        try table.endRow()
      }
    }
  }

  private var text: JSONText {
    [
      "status": .string(status),
      "reason": .string(reason),
      "method": .string(run.file.optimizer.method),
      "objective": .number(bestValue ?? .nan),
      "start_objective": .number(startValue ?? .nan),
      "variables": .object(zip(names, best).map { ($0, .number($1)) }),
      "counts": [
        "evaluations": .integer(max(counts.evaluations, evaluations)),
        "values": .integer(max(counts.values, evaluations)),
        "gradients": .integer(counts.gradients),
        "hessian_vector_products": .integer(counts.hessianVectorProducts),
        "hessians": .integer(counts.hessians),
        "failures": .integer(counts.failures),
      ],
      "iterations": .integer(max(history.count - 1, 0)),
      "seconds": .number(seconds),
      "history": .array(
        history.map { entry in
          [
            "objective": .number(entry.value),
            "gradient_norm": entry.gradientNorm.map { .number($0) } ?? .null,
            "step": .number(entry.step), "evaluations": .integer(entry.evaluations),
          ]
        }),
    ]
  }
}
