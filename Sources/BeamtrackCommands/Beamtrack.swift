import ArgumentParser
import DataFiles
import LatticeFiles
import Terminal

/// The command-line tool.
///
/// A program of one's own may be the same tool with more kinds of elements, effects or other things: it sets
/// `Catalogs.current` around `main()`.
public struct Beamtrack: CommandLineTool {
  /// The tool's name, its subcommands and its help.
  public static let configuration = CommandConfiguration(
    commandName: "beamtrack",
    abstract: "Tracks particle beams through accelerators.",
    discussion: """
      A run file describes a beam, a lattice, how to track and what to write:

        beamtrack lattice.json             track; results go to out/ beside the file
        beamtrack gradient run.json        an objective and its gradient
        beamtrack optimize run.json        find the best design variables
        beamtrack scan run.json            many settings at once, one table
        beamtrack check lattice.json       report every mistake, run nothing
        beamtrack elements Quadrupole      what a kind of element takes

      Exit status: 0 done; 1 the run failed; 2 the input is wrong; 130 interrupted.
      """,
    version: "beamtrack \(PackageVersion.current)",
    subcommands: [Track.self, Gradient.self, Optimize.self, Scan.self, Check.self, Elements.self],
    defaultSubcommand: Track.self)

  public init() {}
}
