/// A system that carries messages between the processes that a launcher has started: MPI.
public protocol MessageSystem: Sendable {
  /// Joins the processes; it is called once, and by all of them.
  ///
  /// - Parameter shouldStop: Is asked while messages are waited for; once it returns true, what waits throws
  ///   ``Interruption``.
  /// - Throws: An error of the implementation if there is no such system.
  func join(shouldStop: @escaping @Sendable () -> Bool) throws -> any JoinedProcesses
}

/// The communicator of processes that a launcher has started. They end together.
///
/// A process that ends with an error announces it. Then the others, too, stop waiting for messages: they throw
/// ``OtherProcessEnded``, or ``Interruption`` if that is how the process ended.
public protocol JoinedProcesses: Communicator {
  /// Whether no operation has been given up, so that the processes can part in order.
  var isIntact: Bool { get }
  /// Tells all other processes how this one ends.
  func announce(_ end: ProcessEnd)
  /// What the other processes have announced so far, by rank.
  func announcedEnds() -> [Int: ProcessEnd]
  /// Parts from the others, when all have come here. No message can be sent afterwards.
  func leave()
  /// Ends all processes, wherever they are.
  ///
  /// - Parameter status: The exit status of this process, and of the launcher.
  func abort(status: Int32) -> Never
}

/// How a process ends with an error.
public struct ProcessEnd: Sendable, Equatable, Packable {
  /// Its exit status.
  public var status: Int32
  /// A fingerprint of what it would tell the user; 0 if it has nothing to tell.
  public var message: UInt64
  /// Whether it can part from the others in order: ``JoinedProcesses/isIntact``.
  public var isIntact: Bool

  /// An end with an exit status and the fingerprint of a message.
  public init(status: Int32, message: UInt64 = 0, isIntact: Bool = true) {
    self.status = status
    self.message = message
    self.isIntact = isIntact
  }

  /// The status after an interrupt.
  public static let interrupted: Int32 = 130
}

/// The error of a process that waited for messages when another one ended with an error.
public struct OtherProcessEnded: Error, Equatable, CustomStringConvertible {
  /// The rank of the other process.
  public let rank: Int
  /// Its exit status.
  public let status: Int32

  /// An error that names the process and its exit status.
  public init(rank: Int, status: Int32) {
    self.rank = rank
    self.status = status
  }

  public var description: String { "process \(rank) ended with exit status \(status)" }
}
