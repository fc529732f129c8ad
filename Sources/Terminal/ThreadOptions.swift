import ArgumentParser
import Communication

/// How many threads work.
public struct ThreadOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Threads; the results do not depend on it. Default: all.")
  public var threads: Int?

  public init() {}

  public func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads must lie between 1 and 4096, not \(threads)")
    }
  }

  /// As many as are asked for; they stop when the user interrupts.
  public var workers: Workers {
    Workers(
      count: threads ?? Workers.all.count,
      isInterrupted: { Interrupts.haveCome })
  }
}
