import ArgumentParser
import PartialWaveStudies
import PartialWaves
import Terminal

/// Fits data sets that the model draws.
struct Toys: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw data sets from a fitted model, fit each, and tell the pulls.",
    discussion: """
      Writes toys.json, toys.csv (a row for each toy), pulls.csv and pulls.md. Completed toys are kept in \
      toys-done.json: after an interrupt the same command continues, and a later one may ask for more toys.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @OptionGroup var share: ShareOptions

  @Option(help: "How many toys.")
  var toys = 100

  @Option(help: "The seed of the toys.")
  var seed: UInt64 = 1

  @Option(help: "Events of each channel, instead of those of the data.")
  var events: Int?

  @Option(help: "Additional fits from random starts, beside the one from the truth.")
  var starts = 0

  @Option(
    name: .customLong("from"),
    help: """
      Where events come from: phase-space, or integration (the integration events, with detector and selection). \
      Default: integration if these are files, or if there is a background, whose density is known there only.
      """)
  var origin: LoadedModel.EventOrigin?

  @Flag(help: "Begin anew, without the completed toys.")
  var fresh = false

  func validate() throws {
    if toys < 1 { throw ValidationError("--toys must be at least 1") }
    if starts < 0 { throw ValidationError("--starts must not be negative") }
    if let events, events < 1 { throw ValidationError("--events must be at least 1") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("toys")
    defer { progress.end() }
    let model = try load(share)
    let workers = threads.workers
    let processes = workers.communicator
    var settings = ToyStudy.Settings()
    settings.toys = toys
    settings.seed = seed
    settings.events = events
    settings.randomStarts = starts
    settings.origin = origin ?? model.file.usualOrigin
    let study = try ToyStudy(model, settings)
    let folder = model.file.resultsDirectory
    // The first process keeps the journal, and tells the others what is done.
    let journal = try processes.inFirst { try ToyJournal(folder, study) }
    var results = try processes.broadcast(
      value: fresh ? [] : journal?.read().filter { $0.index < toys } ?? [])
    if !fresh, let journal, journal.isOfAnotherRun {
      StandardError.write(
        "toys-done.json in \(folder) is of another model, other options or other events: toys begin anew\n"
      )
    }
    if !results.isEmpty, !modelOptions.quiet, processes.isFirst {
      StandardError.write("\(results.count) toys are done already; --fresh begins anew\n")
    }
    try study.run(&results, sharedOutOver: share.processes(workers)) { index in
      progress.show("toy \(index + 1) of \(toys)")
    } finished: { results in
      try processes.inFirst { try journal?.write(results) }
    }
    // Where each process has all events, the first has all that is left to do.
    if share.share == .starts, !processes.isFirst { return }
    progress.end()
    let record = ToyRecord(study, results)
    try record.write(to: folder)
    guard !modelOptions.quiet else { return }
    StandardOutput.print(TextTable(record.table.lines).text)
    let converged = results.count { $0.isConverged }
    StandardOutput.print("\(converged) of \(results.count) fits converged; files in \(folder)")
  }
}

extension LoadedModel.EventOrigin: ExpressibleByArgument {}

extension ModelFile {
  /// Where events are drawn from by default: phase space if all integration events are phase space
  /// and there is no background, whose density is known at the integration events only; else those.
  var usualOrigin: LoadedModel.EventOrigin {
    let isPhaseSpace = channels.allSatisfy { channel in
      if case .phaseSpace = channel.integration { return channel.background == nil }
      return false
    }
    return isPhaseSpace ? .phaseSpace : .integration
  }
}
