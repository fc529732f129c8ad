import ArgumentParser
import LatticeFiles
import Terminal

/// What the commands on designs have in common.
enum DesignCommand {
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
    if count > rowLimit { StandardOutput.print("… and \(count - rowLimit) more in \(file)") }
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
