import ArgumentParser
import Documents
import Foundation
import LatticeFiles
import Terminal

/// Runs the settings of a run file's scan.
struct Scan: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Many settings at once, one table.",
    discussion: """
      The run file has a "scan". Writes scan.csv and scan.npz, with a row for each setting: its number, its status, its
      variables, and the beam at the end. A setting that fails is a row that says why. After an interrupt, the same
      command goes on where it stopped.
      """)

  @Argument(help: "The run file.", completion: .file(extensions: ["json"]))
  var runFile: String

  @Flag(help: "Also the value of the objective of each setting.")
  var objective = false

  @Flag(help: "Also its derivatives with respect to the variables.")
  var gradient = false

  @OptionGroup var options: RunOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    var file = try InputFile.read(runFile)
    if let precision = options.precision {
      file.tracking.precision = precision == .float ? .float : .double
    }
    try ask(&file)
    Interrupts.begin()
    var run = ScanRun(file, workers: threads.workers)
    if let output = options.output { run.directory = output }
    let progress = ProgressLine("scanning", isShown: StandardError.isTerminal && !options.quiet)
    run.progress = { progress.show($0) }
    defer { progress.end() }
    let summary = try run()
    progress.end()
    if !options.quiet { show(summary, run.directory) }
  }

  /// Adds what the command line asks for.
  ///
  /// - Throws: Exit status 2 if the run file has not what is needed for it.
  private func ask(_ file: inout RunFile) throws {
    guard objective || gradient else { return }
    if file.objective == nil || (gradient && file.variables == nil) {
      let needed = gradient ? "\"objective\" and \"variables\"" : "\"objective\""
      throw InvalidInput(file: runFile, "the run file needs \(needed)")
    }
    file.scan?.hasObjective = true
    if gradient { file.scan?.hasGradient = true }
  }

  /// The columns of the table on the terminal besides the variables.
  private static let shown = [
    "kinetic_energy", "mean_x", "mean_y", "sigma_x", "sigma_y", "sigma_t", "emittance_x",
    "emittance_y", "particles", "objective",
  ]

  private func show(_ summary: ScanRun.Summary, _ directory: String) {
    let number = TextTable.number
    var rows = [["", "least", "mean", "deviation", "greatest"]]
    for column in summary.columns
    where Self.shown.contains(column.name) || column.isVariable {
      rows.append([
        column.name, number(column.minimum), number(column.mean), number(column.deviation),
        number(column.maximum),
      ])
    }
    StandardOutput.print(TextTable(rows).text, terminator: "")
    for failure in summary.failures.prefix(10) {
      StandardOutput.print("setting \(failure.number): \(failure.reason)")
    }
    if summary.failures.count > 10 {
      StandardOutput.print("… and \(summary.failures.count - 10) more failed")
    }
    let continued = summary.continued > 0 ? " (\(summary.continued) of them before)" : ""
    StandardOutput.print(
      "\(summary.settings) settings\(continued), \(summary.failures.count) of them failed, in "
        + "\(String(format: "%.3g", summary.seconds)) s; table in \(directory)/scan.csv")
  }
}
