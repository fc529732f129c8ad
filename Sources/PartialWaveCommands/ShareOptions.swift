import ArgumentParser
import Communication
import PartialWaves

/// How processes share the work of many fits.
struct ShareOptions: ParsableArguments {
  @Option(
    help: """
      What processes share: events, each fit being done by all; or starts (of toys too), each fit being done by one \
      process, which then has all events. Results do not depend on it.
      """)
  var share = Shared.events

  enum Shared: String, ExpressibleByArgument, CaseIterable {
    case events, starts
  }

  /// The processes over which whole fits are shared out.
  func processes(_ workers: Workers) -> any Communicator {
    share == .starts ? workers.communicator : SingleProcess()
  }

  /// The threads of a fit, and the processes that share its events.
  func fitting(_ workers: Workers) -> Workers {
    share == .starts ? workers.alone : workers
  }

  /// Refuses to share fits where the memory of a process cannot hold all events.
  func check(_ file: ModelFile, _ workers: Workers) throws {
    guard share == .starts, workers.communicator.size > 1 else { return }
    try file.checkMemoryForWholeSamples(workers)
  }
}
