import ArgumentParser
import Communication
import Documents
import Foundation
import LatticeFiles
import Optimization
import Terminal

/// What the commands on designs have in common.
enum DesignCommand {
  /// Does `body`, and says what went wrong.
  ///
  /// - Throws: The exit status.
  static func run(_ progress: ProgressLine, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let status as ExitCode {
      progress.end()
      throw status
    } catch is Interruption {
      progress.end()
      StandardError.write("interrupted: what was finished is on disk\n")
      throw ExitCode(130)
    } catch let error as InvalidInput {
      progress.end()
      StandardError.write("\(error)\n")
      throw ExitCode(2)
    } catch let error as EvaluationFailure {
      progress.end()
      StandardError.write("\(error.reason)\n")
      throw ExitCode(1)
    } catch let error as StartFailure {
      progress.end()
      StandardError.write("at the start, \(error.reason)\n")
      throw ExitCode(1)
    } catch {
      progress.end()
      StandardError.write("\(error)\n")
      throw ExitCode(1)
    }
  }

  /// The run file, with the variables of some groups only if any are named.
  ///
  /// - Throws: Exit status 2, after listing every mistake.
  static func file(
    _ path: String, _ groups: [String], _ options: RunOptions
  ) throws -> RunFile {
    var file = try InputFile.read(path)
    if !groups.isEmpty {
      do {
        file = try file.varying(groups: groups)
      } catch {
        StandardError.write("\(error)\n")
        throw ExitCode(2)
      }
    }
    if options.precision == .float || file.tracking.precision == .float, !options.quiet {
      StandardError.write("derivatives are computed in double precision\n")
    }
    return file
  }

  /// How many variables a table shows.
  static let rowLimit = 100

  static func sayWhatIsLeftOut(of count: Int, _ file: String) {
    if count > rowLimit { print("… and \(count - rowLimit) more in \(file)") }
  }

  /// The terms of an objective before and after, or once.
  static func table(_ terms: [TermValue], _ later: [TermValue]? = nil) -> [[String]] {
    terms.indices.map { i in
      let term = terms[i]
      var row = ["\(term.name) at \(term.place)", TextTable.number(term.value)]
      if let later { row.append(TextTable.number(later[i].value)) }
      return row + [term.target.map(TextTable.number) ?? "-", term.unit]
    }
  }
}
