import Communication
import Foundation
import Synchronization
import SystemLibrary

/// The processes that work on one command.
///
/// All of them run the command, and the first alone talks to the user. Without a launcher this process is the
/// only one, and nothing of the system of messages is touched.
public enum ProcessGroup {
  static let launch = Launch(ProcessInfo.processInfo.environment)
  private static let use = MessageUse(words: CommandLine.arguments)

  /// Whether the processes of a launcher work together.
  static let isShared: Bool =
    switch use {
    case .on: true
    case .off: false
    case nil: launch.map { $0.size != 1 } ?? false
    }

  private struct Joined {
    var processes: any JoinedProcesses
    /// How many of them may use the processors that this one may use.
    var sharers: Int
  }

  private static let joined = Mutex<Joined?>(nil)

  /// The processes, once they have been joined.
  static var processes: (any JoinedProcesses)? { joined.withLock { $0?.processes } }

  /// The processes; this one alone before they are joined.
  public static var communicator: any Communicator { processes ?? SingleProcess() }

  /// Whether this process talks to the user. Before the processes are joined the launcher's variables say which
  /// is the first.
  public static var isFirst: Bool {
    processes?.isFirst ?? (!isShared || (launch?.rank ?? 0) == 0)
  }

  /// The number of threads where none is asked for: the processors that this process may use, divided among the
  /// processes of this machine that may use the same.
  public static var threads: Int {
    max(1, Host.activeProcessorCount / joined.withLock { $0?.sharers ?? 1 })
  }

  /// Joins the processes of the launcher, if there are several.
  ///
  /// - Throws: ``LaunchMistake``; what the system of messages throws.
  static func join(by messages: (any MessageSystem)?) throws {
    guard isShared else { return }
    guard let messages else { throw LaunchMistake.noMessages(launch, use) }
    let processes = try messages.join { Interrupts.haveCome }
    if let launch, let size = launch.size, size != processes.size {
      let found = processes.size
      processes.leave()
      throw LaunchMistake.otherSize(found, launch)
    }
    let places = try processes.allGather(values: Host.name + " " + Host.allowedProcessors)
    let sharers = places.count { $0 == places[processes.rank] }
    joined.withLock { $0 = Joined(processes: processes, sharers: sharers) }
  }
}
