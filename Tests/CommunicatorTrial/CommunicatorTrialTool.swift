import ArgumentParser
import Communication
import CommunicatorTrials
import Documents
import Foundation
import Terminal

/// A program for mpirun: what processes do together, and how they end.
struct CommunicatorTrialTool: CommandLineTool {
  static let configuration = CommandConfiguration(
    commandName: "communicator-trial",
    subcommands: [Operations.self, Fail.self, Wait.self, Threads.self, Alone.self])
}

/// All operations; the first process prints mistakes of all, and what each has sent.
struct Operations: SharedCommand {
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let processes = threads.workers.communicator
    let start = processes.traffic
    var trial = CommunicatorTrial(processes)
    try trial.run()
    let sent = processes.traffic - start
    for mistake in try processes.gather(values: trial.mistakes).flatMap(\.self) {
      StandardOutput.print(mistake)
    }
    for sent in try processes.gather(values: [sent.messages, sent.bytes]) {
      StandardOutput.print("\(sent[0]) messages, \(sent[1]) bytes")
    }
  }
}

/// An error in one process or in all.
struct Fail: SharedCommand {
  @OptionGroup var threads: ThreadOptions

  /// The process with the error; nil for all of them.
  @Option var rank: Int?

  /// What the others do then.
  @Option var others = Occupation.waiting

  enum Occupation: String, ExpressibleByArgument {
    /// They wait in an operation that they all take part in.
    case waiting
    /// They wait for a large message.
    case exchanging
    /// They compute and look at nothing.
    case computing
    /// They have done all.
    case leaving
  }

  /// The message of the error.
  @Option var message = "the well is dry"

  /// Whether the user's input is wrong.
  @Flag var isInput = false

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func run() throws {
    Interrupts.begin()
    let processes = threads.workers.communicator
    if rank == nil || rank == processes.rank {
      throw isInput ? InvalidInput(file: "well.json", message) : Failure(description: message)
    }
    switch others {
    case .waiting: try processes.barrier()
    case .exchanging: try exchange(processes)
    case .computing:
      let start = ContinuousClock.now
      while ContinuousClock.now - start < .seconds(60), !Interrupts.haveCome { usleep(1000) }
      try processes.barrier()
    case .leaving: break
    }
  }

  private func exchange(_ processes: any Communicator) throws {
    let length = 10_000_000
    let outgoing = [UInt8](repeating: 1, count: length)
    var incoming = [UInt8](repeating: 0, count: length * processes.size)
    try outgoing.withUnsafeBytes { outgoing in
      try incoming.withUnsafeMutableBytes { incoming in
        try processes.exchange(
          Array(repeating: outgoing, count: processes.size),
          into: (0..<processes.size).map {
            UnsafeMutableRawBufferPointer(rebasing: incoming[length * $0..<length * ($0 + 1)])
          })
      }
    }
  }
}

/// Processes that wait for one that never comes, until they are interrupted or killed.
struct Wait: SharedCommand {
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    Interrupts.begin()
    let workers = threads.workers
    // All are there.
    try workers.communicator.barrier()
    StandardOutput.print("waiting")
    fflush(nil)
    if workers.communicator.rank == 1 {
      while !workers.shouldStop() { usleep(1000) }
      throw Interruption()
    }
    try workers.communicator.barrier()
  }
}

/// The number of threads of each process.
struct Threads: SharedCommand {
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let workers = threads.workers
    for count in try workers.communicator.gather(values: workers.count) {
      StandardOutput.print("\(count) threads")
    }
  }
}

/// A command that processes do not share.
struct Alone: ParsableCommand {
  func run() { StandardOutput.print("alone") }
}
