import ArgumentParser
import BeamDynamics
import Communication
import DataFiles
import LatticeFiles
import Terminal

/// Options of every command that runs something.
struct RunOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The folder of the results, instead of the run file's.")
  var output: String?

  @Option(help: "Precision of the particles' coordinates: double or float.")
  var precision: Precision?

  @Flag(name: .shortAndLong, help: "Print no progress and no table.")
  var quiet = false

  enum Precision: String, ExpressibleByArgument, CaseIterable {
    case double
    case float
  }

  func validate() throws {
    if output == "" { throw ValidationError("--output must not be empty") }
  }
}

/// Tracks the particles of a run file through its lattice.
struct Track: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Track a beam: moments, particles, losses.",
    discussion: """
      Writes moments.csv, reference.csv, particles.csv, lost.csv, losses.csv, monitor-NAME.csv, mesh-NAME.* and
      run.json to the folder of the results, and prints a table of the beam at the start and at the end.

      With --checkpoint-every N a ring of many turns leaves checkpoint.npz in the folder of the results, after every
      N turns and at the end, with the folder checkpoint beside it. --restart goes on from it: after a run that was
      stopped or killed, or with more "turns" in the run file. The results are those of a run in one go, to the last
      bit.
      """)

  @Argument(help: "The run file.", completion: .file(extensions: ["json"]))
  var runFile: String

  @OptionGroup var options: RunOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: "Write a checkpoint after every so many turns, and at the end.")
  var checkpointEvery: Int?

  @Option(
    help: "Go on from the checkpoint of an earlier run: its checkpoint.npz.",
    completion: .file(extensions: ["npz"]))
  var restart: String?

  func validate() throws {
    if let checkpointEvery, checkpointEvery < 1 {
      throw ValidationError("--checkpoint-every: expected a number of turns of at least 1")
    }
  }

  func run() throws {
    // The run itself reads a beam file of particles, and finds its mistakes before it begins.
    var file = try InputFile.readWithoutBeam(runFile)
    if file.tracking.method != .particles { try InputFile.validateBeam(of: file) }
    if let precision = options.precision {
      file.tracking.precision = precision == .float ? .float : .double
    }
    Interrupts.begin()
    var run = TrackingRun(file, workers: threads.workers)
    if let output = options.output { run.directory = output }
    run.checkpointTurns = checkpointEvery
    run.restart = restart
    let progress = ProgressLine("tracking", isShown: StandardError.isTerminal && !options.quiet)
    run.progress = { progress.show($0) }
    defer { progress.end() }
    do {
      let summary = try run()
      progress.end()
      for column in summary.ignoredColumns where !options.quiet {
        StandardError.write("the beam file's column \"\(column)\" is ignored\n")
      }
      InputFile.warn(summary.remarks, of: runFile)
      if !options.quiet {
        StandardOutput.print(SummaryTable(summary, directory: run.directory).text, terminator: "")
      }
    } catch let error as DataFileError where InputFile.isBeam(error.path, of: file) {
      progress.end()
      throw InputFile.refusal(error)
    } catch is Interruption {
      progress.end()
      StandardError.write(
        checkpointEvery == nil && restart == nil
          ? "interrupted: no unfinished file was left behind\n"
          : "interrupted: go on with --restart from the last checkpoint\n")
      throw ExitCode(130)
    }
  }
}

/// Reads a run file and tells what is wrong with it.
enum InputFile {
  /// Says what should be known before trusting the result.
  static func warn(_ remarks: [String], of runFile: String) {
    for remark in remarks { StandardError.write("\(runFile): warning: \(remark)\n") }
  }

  /// A run file, whose beam file has been read, too, if it has one.
  ///
  /// - Throws: Exit status 2, after listing every mistake.
  static func read(_ path: String) throws -> RunFile {
    let file = try readWithoutBeam(path)
    try validateBeam(of: file)
    return file
  }

  /// A run file by itself.
  ///
  /// - Throws: As ``read(_:)``.
  static func readWithoutBeam(_ path: String) throws -> RunFile {
    do {
      let file = try RunFile.read(path)
      for warning in file.warnings { StandardError.write("\(warning)\n") }
      return file
    } catch {
      throw refusal(error)
    }
  }

  /// Reads the beam file of a run file, if there is one.
  ///
  /// - Throws: As ``read(_:)``.
  static func validateBeam(of file: RunFile) throws {
    do {
      try file.beam.validateFile()
    } catch {
      throw refusal(error)
    }
  }

  /// Whether a path is that of the beam file of a run file.
  static func isBeam(_ path: String, of file: RunFile) -> Bool {
    if case .file(path, _) = file.beam.source { true } else { false }
  }

  /// Exit status 2, after listing mistakes of an input file.
  static func refusal(_ error: any Error) -> ExitCode {
    StandardError.write("\(error)\n")
    return ExitCode(2)
  }
}
