import ArgumentParser
import PartialWaveStudies
import PartialWaves
import Terminal

/// Scans the sum of fractions.
struct ScanSum: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pull the sum of the fit fractions to given values, and tell how −log L changes.",
    discussion: """
      Writes sum-scan.json, .csv and .md. The penalty is N·strength·(Σ FF − sum)²; "truth" events are needed.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(parsing: .upToNextOption, help: "The wanted sums of fractions, such as 1.0 1.1 1.2.")
  var sums: [Double]

  @Option(parsing: .upToNextOption, help: "The strengths of the penalty.")
  var strengths: [Double] = [10]

  @Option(help: "Additional fits from random starts.")
  var starts = 0

  @Flag(help: "Begin every fit at the fit without the constraint, not at the one before.")
  var independent = false

  func validate() throws {
    if sums.contains(where: { $0 <= 0 }) { throw ValidationError("--sums must be positive") }
    if strengths.contains(where: { $0 < 0 }) {
      throw ValidationError("--strengths must not be negative")
    }
    if starts < 0 { throw ValidationError("--starts must not be negative") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("scan")
    defer { progress.end() }
    let fitted = try fit()
    var settings = FractionSumScan.Settings(sums: sums, strengths: strengths)
    settings.isChained = !independent
    settings.randomStarts = starts
    let points = try FractionSumScan(fitted, settings).run { point in
      progress.show("sum \(point.sum), strength \(point.strength) done")
    }
    progress.end()
    try finish(points.record(of: fitted), of: fitted)
  }
}
