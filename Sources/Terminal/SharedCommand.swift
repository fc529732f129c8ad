import ArgumentParser

/// A command that computes: if a launcher has started several processes, all of them run it together. Any
/// other command is the work of the first process.
public protocol SharedCommand: ParsableCommand {
  /// How many threads each process has, and whether the processes work together.
  var threads: ThreadOptions { get }
}
