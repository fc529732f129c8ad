import ArgumentParser
import Communication

/// The command-line options for threads and processes.
public struct ThreadOptions: ParsableArguments {
  /// The number of threads of each process; nil for one on each processor.
  @Option(name: .shortAndLong, help: "Threads; the results do not depend on it. Default: all.")
  public var threads: Int?

  /// Whether the processes that a launcher has started work together; nil if they do where there are several.
  @Option(
    name: .customLong("mpi"),
    help:
      "on or off: whether processes started by mpirun or srun work together. Default: on, if there are several."
  )
  public var messages: MessageUse?

  public init() {}

  /// Checks the number of threads.
  ///
  /// - Throws: `ValidationError` if it is not from 1 to 4096.
  public func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads must lie between 1 and 4096, not \(threads)")
    }
  }

  /// As many threads as are asked for, with the other processes; they stop at an interrupt.
  public var workers: Workers {
    Workers(
      count: threads ?? ProcessGroup.threads, communicator: ProcessGroup.communicator,
      shouldStop: { Interrupts.haveCome })
  }
}
