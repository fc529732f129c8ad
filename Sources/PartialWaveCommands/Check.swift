import ArgumentParser
import PartialWaves
import Terminal

/// Reads and checks a model file; nothing is fitted.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read and validate a model file; run nothing.")

  @OptionGroup var options: ModelOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let model = try options.read()
    try model.checkReference()
    guard !options.quiet else { return }
    let resonances = model.channels.reduce(0) { $0 + $1.resonances.count }
    StandardOutput.print(
      "\(options.modelFile): right; \(model.channels.count) channels, \(resonances) resonances, "
        + "\(model.parameters.free.count) free parameters of \(model.parameters.parameters.count)"
    )
  }
}
