import SystemLibrary

/// The processes of one computation, and how they exchange numbers.
///
/// Every process calls the same operations in the same order. A communicator moves bytes and adds nothing up:
/// sums are made by a ``TreeSum`` in every process alike, so that results have the same bits in every process,
/// whatever the order in which messages arrive.
public protocol Communicator: Sendable {
  /// This process's number, from 0.
  var rank: Int { get }
  /// The number of processes.
  var size: Int { get }
  /// What this process has sent so far.
  var traffic: Traffic { get }
  /// The names of the machines on which the processes run, by rank.
  var hosts: [String] { get }

  /// The bytes of all processes, in the order of their ranks; they may differ in length.
  ///
  /// - Throws: An error of the implementation if the processes cannot communicate; ``Interruption`` if they
  ///   were stopped.
  func allGather(_ bytes: [UInt8]) throws -> [[UInt8]]
  /// The bytes of all processes, in the order of their ranks, in the first one; nothing in the others.
  ///
  /// - Throws: As ``allGather(_:)``.
  func gather(_ bytes: [UInt8]) throws -> [[UInt8]]
  /// The bytes that the first process has for this one: those of index ``rank``. What the others give is
  /// ignored.
  ///
  /// - Throws: As ``allGather(_:)``.
  func scatter(_ parts: [[UInt8]]) throws -> [UInt8]
  /// The bytes of the first process. What the others give is ignored.
  ///
  /// - Throws: As ``allGather(_:)``.
  func broadcast(_ bytes: [UInt8]) throws -> [UInt8]
  /// Sends a message to each process and receives one from each, all of known lengths; the longest may exceed
  /// 2 GiB.
  ///
  /// - Parameters:
  ///   - outgoing: The messages, by the rank of their receiver.
  ///   - incoming: The memory for the messages to this process, by the rank of their sender, each of the length
  ///     that is sent.
  /// - Throws: As ``allGather(_:)``.
  func exchange(
    _ outgoing: [UnsafeRawBufferPointer], into incoming: [UnsafeMutableRawBufferPointer]) throws
  /// Returns when every process has called it.
  ///
  /// - Throws: As ``allGather(_:)``.
  func barrier() throws
}

/// What a process has sent to others; to itself it sends nothing.
///
/// A message that is cut because of its length counts once, and so do the lengths that go before messages of
/// unknown length, 8 bytes each.
public struct Traffic: Sendable, Equatable {
  /// The number of messages.
  public var messages = 0
  /// Their length [bytes].
  public var bytes = 0

  /// Nothing.
  public init() {}

  /// Adds messages of some length each.
  public mutating func add(messages count: Int, ofBytes length: Int) {
    messages += count
    bytes += count * length
  }

  /// What was sent between `earlier` and this.
  public static func - (later: Self, earlier: Self) -> Self {
    var difference = Self()
    difference.messages = later.messages - earlier.messages
    difference.bytes = later.bytes - earlier.bytes
    return difference
  }
}

extension Communicator {
  /// True in the process that writes files and talks to the user.
  public var isFirst: Bool { rank == 0 }
  /// This machine, for all processes.
  public var hosts: [String] { Array(repeating: Host.name, count: size) }
  /// Each of the ``hosts`` once, in the order of its first process.
  public var distinctHosts: [String] {
    var known: Set<String> = []
    return hosts.filter { known.insert($0).inserted }
  }
}

/// A computation in one process.
public struct SingleProcess: Communicator {
  public init() {}
  public var rank: Int { 0 }
  public var size: Int { 1 }
  public var traffic: Traffic { Traffic() }
  public func allGather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  public func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  public func scatter(_ parts: [[UInt8]]) -> [UInt8] { parts.first ?? [] }
  public func broadcast(_ bytes: [UInt8]) -> [UInt8] { bytes }
  public func exchange(
    _ outgoing: [UnsafeRawBufferPointer], into incoming: [UnsafeMutableRawBufferPointer]
  ) {
    for (source, target) in zip(outgoing, incoming) { target.copyMemory(from: source) }
  }
  public func barrier() {}
}
