import ArgumentParser
import LatticeFiles
import Terminal

/// Reads a run file and runs nothing.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read and validate a run file; run nothing.")

  @Argument(help: "The run file.", completion: .file(extensions: ["json"]))
  var runFile: String

  @Flag(name: .shortAndLong, help: "Print nothing if the file is right.")
  var quiet = false

  func run() throws {
    let file = try InputFile.read(runFile)
    guard !quiet else { return }
    let line = file.beamline
    let scan = file.scan.map { ", a scan of \($0.settings.count) settings" }
    StandardOutput.print(
      "\(runFile): right; \(line.count) places, \(line.elements.count) elements, "
        + "\(String(format: "%.6g", line.length)) m" + (scan ?? ""))
  }
}
