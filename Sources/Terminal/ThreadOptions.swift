import ArgumentParser
import Communication

/// The command-line option for the number of threads.
public struct ThreadOptions: ParsableArguments {
  /// The number of threads; nil for one on each processor.
  @Option(name: .shortAndLong, help: "Threads; the results do not depend on it. Default: all.")
  public var threads: Int?

  public init() {}

  /// Checks the number of threads.
  ///
  /// - Throws: `ValidationError` if it is not from 1 to 4096.
  public func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads must lie between 1 and 4096, not \(threads)")
    }
  }

  /// As many threads as are asked for; they stop at an interrupt.
  public var workers: Workers {
    Workers(
      count: threads ?? Workers.all.count,
      shouldStop: { Interrupts.haveCome })
  }
}
