import ArgumentParser
import Communication
import DataFiles
import Documents
import Foundation
import Optimization
import PartialWaves
import Terminal

/// Options of every command that evaluates a model.
struct ModelOptions: ParsableArguments {
  @Argument(help: "The model file.", completion: .file(extensions: ["json"]))
  var modelFile: String

  @Option(name: .shortAndLong, help: "The folder of the results, instead of the model file's.")
  var output: String?

  @Option(name: .shortAndLong, help: "Threads; the results do not depend on it. Default: all.")
  var threads: Int?

  @Option(help: "How prepared events are kept: double, single, or file (on the disk).")
  var storage: EventStorage?

  @Flag(name: .shortAndLong, help: "Print no progress and no table.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads must lie between 1 and 4096, not \(threads)")
    }
    if output == "" { throw ValidationError("--output must not be empty") }
  }

  /// As many as are asked for; they stop when the user interrupts.
  var workers: Workers {
    Workers(
      count: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      isInterrupted: { Interrupts.haveCome })
  }

  /// The model file, with what the command line says.
  func read() throws -> ModelFile {
    var model = try ModelFile.read(modelFile)
    for warning in model.warnings { StandardError.write("\(warning)\n") }
    if let output { model.setResultsDirectory(output) }
    if let storage { model.storage = storage }
    return model
  }

  /// The model with its events, after `change` has seen the file.
  func load(_ change: (inout ModelFile) -> Void = { _ in }) throws -> LoadedModel {
    var file = try read()
    change(&file)
    let model = try file.load(workers: workers)
    for note in model.notes where !quiet { StandardError.write("\(note)\n") }
    return model
  }
}

extension EventStorage: ExpressibleByArgument {}

/// Runs commands and says what went wrong.
enum Command {
  /// - Throws: The exit status.
  static func run(_ progress: ProgressLine? = nil, _ body: () throws -> Void) throws {
    do {
      try body()
      progress?.end()
    } catch {
      progress?.end()
      throw Self.status(of: error)
    }
  }

  /// The exit status of an error, after it has been told.
  private static func status(of error: any Error) -> ExitCode {
    switch error {
    case let status as ExitCode: return status
    case is Interruption:
      StandardError.write("interrupted: what was finished is on disk\n")
      return ExitCode(130)
    case let failure as EvaluationFailure:
      StandardError.write("\(failure.reason)\n")
      return ExitCode(1)
    case let failure as StartFailure:
      StandardError.write("at the start, \(failure.reason)\n")
      return ExitCode(1)
    case is InvalidInput, is DataFileError, is PhaseSpaceError:
      StandardError.write("\(error)\n")
      return ExitCode(2)
    default:
      StandardError.write("\(error)\n")
      return ExitCode(1)
    }
  }
}
