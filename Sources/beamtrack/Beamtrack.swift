import ArgumentParser
import DataFiles
import Documents
import Foundation
import LatticeFiles
import Terminal

/// The command-line tool.
@main
struct Beamtrack: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "beamtrack",
    abstract: "Tracks particle beams through accelerators.",
    discussion: """
      A run file describes a beam, a lattice, how to track and what to write:

        beamtrack lattice.json             track; results go to out/ beside the file
        beamtrack gradient run.json        an objective's derivative to every design variable
        beamtrack optimize run.json        move the design variables to the best objective
        beamtrack check lattice.json       find every mistake in the file, run nothing
        beamtrack elements Quadrupole      what a kind of element takes

      Exit status: 0 done; 1 the run failed; 2 the input is wrong; 130 interrupted.
      """,
    version: "beamtrack \(PackageVersion.current)",
    subcommands: [Track.self, Gradient.self, Optimize.self, Check.self, Elements.self],
    defaultSubcommand: Track.self)

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let exit as ExitCode {
      Foundation.exit(exit.rawValue)
    } catch {
      let status = exitCode(for: error)
      if status == .success {
        print(fullMessage(for: error))
        Foundation.exit(0)
      }
      // Words on the command line are input too: a mistake in them is status 2.
      StandardError.write(fullMessage(for: error) + "\n")
      Foundation.exit(2)
    }
  }
}
