import ArgumentParser
import Foundation
import LatticeFiles
import Optimization
import Terminal

/// Moves the design variables of a run file to the best objective.
struct Optimize: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Move the design variables to the best objective.",
    discussion: """
      The run file names "variables", an "objective" and, if wanted, an "optimizer". Writes optimize.json, history.csv,
      optimized.json (a run file with the best variables) and the files of that run to the folder of the results.
      Ctrl-C leaves the best variables so far and the history there.
      """)

  @Argument(help: "The run file.", completion: .file(extensions: ["json"]))
  var runFile: String

  @Option(help: "Vary this group of variables only; may be given more than once.")
  var group: [String] = []

  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    var file = try DesignCommand.file(runFile, group, options)
    file.checkpointing = checkpoints.checkpointing
    Interrupts.begin()
    var run = OptimizationRun(file, workers: threads.workers)
    if let output = options.output { run.directory = output }
    let progress = ProgressLine(
      "optimizing", isShown: StandardError.isTerminal && !options.quiet)
    run.progress = { state in progress.show(Self.line(state)) }
    defer { progress.end() }
    let summary = try run()
    progress.end()
    InputFile.warn(summary.remarks, of: runFile)
    if !options.quiet { show(summary, file, run.directory) }
    if summary.reason == .evaluationsFail {
      StandardError.write(
        "\(summary.reason): \(summary.failure ?? "no reason is known"); the best variables are in "
          + "\(run.directory)/optimize.json\n")
      throw ExitCode(1)
    }
  }

  /// How far the objective has fallen.
  private static func line(_ state: OptimizationRun.Progress) -> String {
    let fall =
      state.startValue > 0 && state.bestValue > 0
      ? String(format: ", %.2g of the start", state.bestValue / state.startValue) : ""
    return "evaluation \(state.evaluations) of at most \(state.limit), objective "
      + String(format: "%.6g", state.bestValue) + fall
  }

  private func show(_ summary: OptimizationRun.Summary, _ file: RunFile, _ directory: String) {
    let number = TextTable.number
    var rows = [["", "start", "best", "target", ""]]
    rows += DesignCommand.table(summary.startTerms, summary.terms)
    rows.append(["objective", number(summary.startValue), number(summary.value), "", ""])
    StandardOutput.print(TextTable(rows).text)
    rows = [["variable", "start", "best", "group"]]
    let variables = file.variables?.variables ?? []
    for (i, variable) in variables.prefix(DesignCommand.rowLimit).enumerated() {
      rows.append(
        [
          variable.name, number(summary.start[i]), number(summary.variables[i]),
          variable.group ?? "",
        ])
    }
    StandardOutput.print(TextTable(rows).text, terminator: "")
    DesignCommand.sayWhatIsLeftOut(of: variables.count, "optimize.json")
    StandardOutput.print(
      "\(summary.reason); \(summary.iterations) iterations, \(summary.counts.evaluations) evaluations, "
        + "\(summary.counts.hessianVectorProducts) Hessian products, "
        + "\(String(format: "%.3g", summary.seconds)) s; files in \(directory)")
  }
}
