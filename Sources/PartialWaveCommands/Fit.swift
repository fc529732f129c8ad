import ArgumentParser
import DataFiles
import Foundation
import PartialWaves
import Terminal

/// Fits the model of a file.
struct Fit: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit a model to its events, from one or many starts.",
    discussion: """
      Writes fit.json, fitted-model.json (a model file with the fitted values), covariance.csv, the fractions as
      fractions.json, .md and .tex, and plots as .svg to the folder of the results. Completed starts are kept in
      starts.json: after an interrupt the same command continues with the others. --fresh begins anew. A fit that \
      stopped before a minimum writes its files too, says so, and ends with status 1.
      """)

  @OptionGroup var options: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var optimizer: MethodOptions

  @OptionGroup var share: ShareOptions

  @Option(help: "How many starts, instead of the model file's.")
  var starts: Int?

  @Option(help: "Draws from the covariance for errors of the fractions; 0 for none.")
  var draws = 0

  @Flag(help: "Begin anew, without the completed starts.")
  var fresh = false

  @Flag(help: "Write no plots.")
  var noPlots = false

  func validate() throws {
    if let starts, starts < 1 { throw ValidationError("--starts must be at least 1") }
    if draws < 0 || draws == 1 { throw ValidationError("--draws must be 0 or at least 2") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = ProgressLine("fitting", isShown: StandardError.isTerminal && !options.quiet)
    defer { progress.end() }
    let model = try options.load(threads.workers, share) { file in
      file.fit.method = optimizer.method ?? file.fit.method
      file.fit.starts = starts ?? file.fit.starts
    }
    let workers = threads.workers
    let processes = workers.communicator
    let folder = model.file.resultsDirectory
    // The first process keeps the journal, and tells the others what is done.
    let journal = try processes.inFirst {
      try Folders.make(folder)
      return try StartsFile(folder, model.file)
    }
    var attempts = try processes.broadcast(value: fresh ? [] : journal?.read() ?? [])
    if !fresh, let journal, journal.isOfAnotherRun {
      StandardError.write(
        "starts.json in \(folder) is of another model, other options or other events: the fit begins anew\n"
      )
    }
    attempts.removeAll { $0.index >= model.file.fit.starts }
    if !attempts.isEmpty, !options.quiet, processes.isFirst {
      StandardError.write("\(attempts.count) starts are done already; --fresh begins anew\n")
    }
    let clock = ContinuousClock.now
    let done = attempts.count
    try ModelFit(model).run(&attempts, sharedOutOver: share.processes(workers)) { state in
      progress.show(Self.line(state, since: clock, done: done))
    } finished: { attempts in
      try processes.inFirst { try journal?.write(attempts) }
    }
    // Where each process has all events, the first has all that is left to do.
    if share.share == .starts, !processes.isFirst { return }
    progress.end()
    let summary = try FitSummary(model, attempts)
    let record = try FitRecord(model, summary, draws: draws)
    try record.write(to: folder)
    if !noPlots { try FitPlots(model, at: summary.point).write(to: folder) }
    if !options.quiet { FitReport(record, folder: folder).print() }
    guard summary.isAtMinimum else {
      if options.quiet {
        StandardError.write(
          "not converged, stopped before a minimum: \(summary.ending)\n")
      }
      throw ExitCode.failure
    }
  }

  /// The progress of the fit, the lowest value, and an estimate of the remaining time.
  private static func line(
    _ state: ModelFit.Progress, since clock: ContinuousClock.Instant, done: Int
  ) -> String {
    let elapsed = (ContinuousClock.now - clock) / .seconds(1)
    let finished = state.start - done
    var text =
      "start \(state.start + 1) of \(state.starts), iteration \(state.iteration), "
      + String(format: "−log L %.4f, best %.4f", state.value, state.best)
    if finished > 0 {
      let left = elapsed / Double(finished) * Double(state.starts - state.start)
      text += String(format: ", about %.0f s left", left)
    }
    return text
  }
}
