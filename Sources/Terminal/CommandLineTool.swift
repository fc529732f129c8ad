import ArgumentParser
import Communication
import Documents
import Foundation
import Optimization

/// A command-line tool. Its exit status is 0 if all is done, 1 if the run failed, 2 if the input is
/// wrong (a file, or the words on the command line), and 130 after an interrupt.
public protocol CommandLineTool: ParsableCommand {
  /// Whether the user's input caused an error, so that the exit status is 2 and not 1. It is not called
  /// for `InvalidInput`, whose status is always 2; the default is false.
  static func isCausedByInput(_ error: any Error) -> Bool
}

extension CommandLineTool {
  public static func isCausedByInput(_ error: any Error) -> Bool { false }

  /// Runs the command that the command line asks for, in this process.
  public static func main() { main(messages: nil) }

  /// Runs the command that the command line asks for, together with the other processes that a launcher has
  /// started.
  ///
  /// - Parameter messages: How the processes exchange messages; it is not touched without a launcher.
  public static func main(messages: (any MessageSystem)?) {
    do {
      var command = try parseAsRoot()
      if command is any SharedCommand {
        try ProcessGroup.join(by: messages)
      } else if !ProcessGroup.isFirst {
        return
      }
      try command.run()
      ProcessGroup.leave()
    } catch let other as OtherProcessEnded {
      ProcessGroup.end(other.status, becauseOf: other)
    } catch {
      ProcessGroup.end(status(afterTelling: error))
    }
  }

  private static func status(afterTelling error: any Error) -> Int32 {
    switch error {
    case let status as ExitCode:
      return status.rawValue
    case is Interruption:
      StandardError.write("interrupted: what was finished is on disk\n")
      return ProcessEnd.interrupted
    case let input as InvalidInput:
      StandardError.write("\(input)\n")
      return 2
    case let mistake as LaunchMistake:
      StandardError.write("\(mistake)\n")
      return 2
    case let failure as EvaluationFailure:
      StandardError.write("\(failure.reason)\n")
      return 1
    case let failure as StartFailure:
      StandardError.write("at the start, \(failure.reason)\n")
      return 1
    default:
      if let status = statusOfWords(error) { return status }
      StandardError.write("\(error)\n")
      return isCausedByInput(error) ? 2 : 1
    }
  }

  /// The status after words on the command line: help that was asked for, or a mistake in them; nil
  /// after any other error.
  private static func statusOfWords(_ error: any Error) -> Int32? {
    switch exitCode(for: error) {
    case .success:
      StandardOutput.print(fullMessage(for: error))
      return 0
    case .validationFailure:
      StandardError.write(fullMessage(for: error) + "\n")
      return 2
    default:
      return nil
    }
  }
}
