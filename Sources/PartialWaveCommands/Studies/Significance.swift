import ArgumentParser
import Documents
import PartialWaveStudies
import PartialWaves
import Terminal

/// Computes the significance of each resonance.
struct Significance: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove resonances one at a time, fit again, and tell the significance of each.",
    discussion: """
      Writes significance.json, .csv and .md. With the rise Δ of −log L and k removed parameters, p is the probability \
      of χ² ≥ 2Δ for k degrees of freedom, and Z the number of standard deviations with this probability, to both \
      sides or to one. A resonance whose mass or width is common to several channels is removed from all of them.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(
    name: .customLong("resonance"), parsing: .upToNextOption,
    help: "Names of resonances. Default: all.")
  var names: [String] = []

  @Option(help: "Additional fits from random starts, beside the one from the fit's values.")
  var starts = 2

  func validate() throws {
    if starts < 0 { throw ValidationError("--starts must not be negative") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("significance")
    defer { progress.end() }
    let fitted = try fit()
    let file = fitted.model.file
    let known = file.channels.flatMap(\.resonances)
    if let unknown = names.first(where: { !known.contains($0) }) {
      let suggestion = nearestName(to: unknown, among: known)
        .map { "; did you mean \(quoted($0))?" }
      throw InvalidInput(
        file: file.path, "there is no resonance \(quoted(unknown))\(suggestion ?? "")")
    }
    var found: [ResonanceSignificance] = []
    var done: Set<[String]> = []
    for channel in file.channels {
      for resonance in channel.resonances where names.isEmpty || names.contains(resonance) {
        let channels = file.channels(sharing: resonance, of: channel.name)
        guard done.insert([resonance] + channels).inserted else { continue }
        progress.show("without \(resonance)")
        do {
          found.append(
            try ResonanceSignificance(
              of: resonance, inChannels: channels, fitted, randomStarts: starts))
        } catch let mistake as InvalidInput {
          // Others follow its parameters, or it is the only one: continue with the other
          // resonances.
          StandardError.write("\(resonance) cannot be removed: \(mistake)\n")
        }
      }
    }
    progress.end()
    try finish(found.record(of: fitted), of: fitted)
  }
}
