import ArgumentParser
import DataFiles
import Documents
import Foundation
import PartialWaveStudies
import PartialWaves
import Terminal

/// Scans the likelihood along parameters.
struct Scan: StudyCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find asymmetric errors: minimise over all other parameters along chosen ones.",
    discussion: """
      Writes profiles.json, .csv and .md, and the points of each scan to profile-NAME.csv. Sums of fractions are scanned by scan-sum.
      """, aliases: ["profile"])

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(
    name: .customLong("parameter"), parsing: .upToNextOption,
    help: "Names of free parameters. Default: all that are not parts of couplings.")
  var names: [String] = []

  @Option(help: "The rise of −log L at the ends of the interval; 0.5 is one standard deviation.")
  var rise = 0.5

  @Option(help: "Further points of each scan, evenly over three errors to both sides.")
  var points = 0

  func validate() throws {
    if rise <= 0 { throw ValidationError("--rise must be positive") }
    if points < 0 { throw ValidationError("--points must not be negative") }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("profiles")
    defer { progress.end() }
    let fitted = try fit()
    let places = try places(in: fitted.model.file)
    // By the names of all parameters, so that a scan of some writes the same files.
    let files = FileNames.distinct(fitted.model.file.parameters.parameters.map(\.name))
    var scans: [ProfileScan] = []
    for (done, place) in places.enumerated() {
      let name = fitted.model.file.parameters.freeNames[place]
      let scan = try ProfileScan(
        of: fitted, free: place, rise: rise, gridPoints: points
      ) { point in
        progress.show(
          "\(name), \(done + 1) of \(places.count), "
            + String(format: "%.6g: rise %.4f", point.parameter, point.rise))
      }
      scans.append(scan)
      try fitted.model.likelihood.workers.communicator.inFirst {
        try scan.table.writeCSV(
          to: "\(fitted.model.file.resultsDirectory)/profile-\(files[name] ?? name).csv")
      }
      if scan.improvement > 0.01 {
        StandardError.write(
          "\(name): −log L falls by \(scan.improvement) on the scan: the fit was not at the minimum\n"
        )
      }
    }
    progress.end()
    try finish(scans.record(of: fitted), of: fitted)
  }

  /// The places of the parameters among the free ones.
  private func places(in file: ModelFile) throws -> [Int] {
    let free = file.parameters.freeNames
    guard !names.isEmpty else {
      let couplings = Set(
        file.channels.flatMap(\.couplingPlaces).flatMap { [$0.first, $0.second] })
      return file.parameters.free.indices.filter { !couplings.contains(file.parameters.free[$0]) }
    }
    return try names.map { name in
      if let place = free.firstIndex(of: name) { return place }
      let suggestion = nearestName(to: name, among: free).map { "; did you mean \(quoted($0))?" }
      throw InvalidInput(
        file: file.path, "there is no free parameter \(quoted(name))\(suggestion ?? "")")
    }
  }
}
