import ArgumentParser

/// A command that computes: if a launcher has started several processes, all of them run it together. It has
/// ``ThreadOptions``. Any other command is the work of the first process.
public protocol SharedCommand: ParsableCommand {}
