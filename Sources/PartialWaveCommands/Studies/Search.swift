import ArgumentParser
import PartialWaveStudies
import PartialWaves
import Terminal

/// Searches for further resonances.
struct Search: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add resonances of a pool, fit, and rank the models.",
    discussion: """
      The pool is a JSON file in the form of a channel's "resonances". Writes search.json, .csv and .md with AIC, BIC \
      and likelihood ratios, the best by BIC first.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(help: "The file of candidates.", completion: .file(extensions: ["json"]))
  var pool: String

  @Option(help: "The channel; it may be left out where there is one.")
  var channel: String?

  @Option(help: "How many candidates are added at a time, at most.")
  var upTo = 1

  @Option(
    help: "Additional fits from random starts, beside the one from the values of fit and pool.")
  var starts = 2

  func validate() throws {
    if upTo < 1 { throw ValidationError("--up-to must be at least 1") }
    if starts < 0 { throw ValidationError("--starts must not be negative") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("search")
    defer { progress.end() }
    let candidates = try ResonancePool.read(pool)
    let file = try modelOptions.read()
    let name = file.channels[try ChannelChoice.index(channel, in: file)].name
    // Mistakes in the pool are reported before events are read.
    _ = try file.adding(candidates.candidates, toChannel: name, from: pool)
    let fitted = try fit()
    let found = try ResonanceSearch(
      fitted, candidates, channel: name, upTo: upTo, randomStarts: starts
    ).run { names, done, all in
      progress.show("\(names.joined(separator: " + ")), \(done + 1) of \(all)")
    }
    progress.end()
    try finish(found.record(of: fitted), of: fitted)
  }
}
