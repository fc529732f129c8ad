import ArgumentParser
import Foundation
import LatticeFiles
import Sensitivity
import Terminal

/// The objective of a run file and its derivatives.
struct Gradient: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "The objective, and its derivative with respect to every design variable.",
    discussion: """
      The run file names "variables" and an "objective". Writes gradient.json to the folder of the results.
      """)

  @Argument(help: "The run file.", completion: .file(extensions: ["json"]))
  var runFile: String

  @Flag(help: "Compare with differences of the objective; exit status 1 if they disagree.")
  var check = false

  @Option(help: "A file {\"q1.k1\": 1, …}: also the Hessian times this vector.")
  var hessianVector: String?

  @Option(help: "Vary this group of variables only; may be given more than once.")
  var group: [String] = []

  @Flag(
    help: "Say what the backward pass through space charge will cost, and run nothing.")
  var plan = false

  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    var file = try DesignCommand.file(runFile, group, options)
    file.checkpointing = checkpoints.checkpointing
    Interrupts.begin()
    if plan {
      try showPlan(file)
      return
    }
    var run = GradientRun(file, workers: threads.workers)
    if let output = options.output { run.directory = output }
    run.isChecked = check
    let progress = ProgressLine(
      "comparing", isShown: StandardError.isTerminal && !options.quiet)
    run.progress = { progress.show($0) }
    defer { progress.end() }
    if let hessianVector { run.direction = try file.readDirection(hessianVector) }
    let summary = try run()
    progress.end()
    InputFile.warn(summary.remarks, of: runFile)
    if !options.quiet { show(summary, file, run.directory) }
    if let check = summary.check, !check.agrees {
      StandardError.write(
        "gradient and differences disagree: "
          + check.rows.filter { $0.verdict == .disagrees }.map(\.variable).joined(separator: ", ")
          + "\n")
      throw ExitCode(1)
    }
  }

  private func showPlan(_ file: RunFile) throws {
    guard let plan = try file.checkpointPlan(workers: threads.workers) else {
      StandardOutput.print("no kicks of space charge: nothing is kept on the way")
      return
    }
    let megabytes = { (bytes: Int) in String(format: "%.3g MB", Double(bytes) / 1e6) }
    StandardOutput.print(
      TextTable([
        ["kicks", "\(plan.kicks)"],
        ["one copy of the bunch", megabytes(plan.bytesPerSlot)],
        ["copies kept", plan.slots.map { "\($0)" } ?? "none: the bunch is restored"],
        ["memory for them", megabytes(plan.bytes)],
        ["kicks computed again", "\(plan.repeatedKicks)"],
      ]).text, terminator: "")
  }

  private func show(_ summary: GradientRun.Summary, _ file: RunFile, _ directory: String) {
    let number = TextTable.number
    var rows = [["", "value", "target", ""]] + DesignCommand.table(summary.terms)
    rows.append(["objective", number(summary.objective), "", ""])
    StandardOutput.print(TextTable(rows).text)
    let variables = file.variables?.variables ?? []
    var header = ["variable", "value", "derivative"]
    if summary.hessianVectorProduct != nil { header.append("Hessian·vector") }
    if summary.check != nil { header += ["by differences", "deviation", ""] }
    rows = [header]
    for (i, variable) in variables.prefix(DesignCommand.rowLimit).enumerated() {
      var row = [variable.name, number(variable.value), number(summary.gradient[i])]
      if let product = summary.hessianVectorProduct { row.append(number(product[i])) }
      if let check = summary.check?.rows[i] {
        row += [
          check.difference.isFinite ? number(check.difference) : "",
          check.deviation.isFinite ? String(format: "%.1e", check.deviation) : "",
          check.verdict == .disagrees ? "DISAGREES" : check.verdict.rawValue,
        ]
      }
      rows.append(row)
    }
    StandardOutput.print(TextTable(rows).text, terminator: "")
    DesignCommand.sayWhatIsLeftOut(of: variables.count, "gradient.json")
    if let check = summary.check {
      StandardOutput.print(
        "agree: to \(DerivativeCheck.tolerance), or within the uncertainty of the differences")
      if check.rows.contains(where: { $0.verdict == .noDifference }) {
        StandardOutput.print(
          "no difference: the objective is undefined nearby, or jumps or has kinks there, so that "
            + "differences do not converge")
      }
    }
    StandardOutput.print(
      "objective in \(String(format: "%.3g", summary.forwardSeconds)) s, with its gradient in "
        + "\(String(format: "%.3g", summary.gradientSeconds)) s; files in \(directory)")
  }
}
