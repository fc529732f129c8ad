import Dispatch
import Synchronization
import SystemLibrary

/// Threads of one program that behave as processes: what many processes do is tested with them.
package final class ThreadedProcesses: Sendable {
  private let size: Int
  private let state: Mutex<State>
  private let arrivals: [DispatchSemaphore]

  private struct State {
    var mail: [[[UInt8]]]
    var waiting = 0
    var hasFailed = false
  }

  /// The error of the others after one has ended with an error.
  package struct Abandoned: Error {}

  private init(_ size: Int) {
    self.size = size
    state = Mutex(State(mail: Array(repeating: Array(repeating: [], count: size), count: size)))
    arrivals = (0..<size).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Runs `body` as `count` processes.
  ///
  /// - Returns: What each process returns, in the order of the ranks.
  /// - Throws: The error of the lowest rank that did not merely wait for one with an error.
  @discardableResult
  package static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws -> [Value] {
    let processes = ThreadedProcesses(count)
    let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
    let group = DispatchGroup()
    for rank in 0..<count {
      DispatchQueue(label: "process \(rank)").async(group: group) {
        let result = Result { try body(Process(rank: rank, group: processes)) }
        if case .failure = result { processes.fail() }
        results.withLock { $0[rank] = result }
      }
    }
    group.wait()
    let all = results.withLock { $0.compactMap(\.self) }
    for case .failure(let error) in all where !(error is Abandoned) { throw error }
    return try all.map { try $0.get() }
  }

  private func fail() {
    state.withLock { $0.hasFailed = true }
    for arrival in arrivals { arrival.signal() }
  }

  /// Returns when all have arrived.
  private func meet(_ rank: Int) throws {
    let isLast = state.withLock { state in
      state.waiting += 1
      guard state.waiting == size else { return false }
      state.waiting = 0
      return true
    }
    if isLast {
      for other in 0..<size where other != rank { arrivals[other].signal() }
    } else {
      arrivals[rank].wait()
    }
    if state.withLock({ $0.hasFailed }) { throw Abandoned() }
  }

  /// Sends messages, by receiver.
  ///
  /// - Returns: Those received, by sender.
  private func exchange(_ messages: [[UInt8]], _ rank: Int) throws -> [[UInt8]] {
    state.withLock { $0.mail[rank] = messages }
    try meet(rank)
    let received = state.withLock { state in (0..<size).map { state.mail[$0][rank] } }
    try meet(rank)
    return received
  }

  /// One of the threads.
  private final class Process: Communicator {
    let rank: Int
    private let group: ThreadedProcesses
    private let sent = Mutex(Traffic())
    var size: Int { group.size }
    var traffic: Traffic { sent.withLock { $0 } }

    init(rank: Int, group: ThreadedProcesses) {
      self.rank = rank
      self.group = group
    }

    private func count(_ messages: Int, ofBytes length: Int) {
      sent.withLock { $0.add(messages: messages, ofBytes: length) }
    }

    func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      count(size - 1, ofBytes: 8)
      count(size - 1, ofBytes: bytes.count)
      return try group.exchange(Array(repeating: bytes, count: size), rank)
    }

    func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      if !isFirst {
        count(1, ofBytes: 8)
        count(1, ofBytes: bytes.count)
      }
      let all = try group.exchange(
        [bytes] + Array(repeating: [], count: size - 1), rank)
      return isFirst ? all : []
    }

    func scatter(_ parts: [[UInt8]]) throws -> [UInt8] {
      if isFirst {
        for part in parts.dropFirst() {
          count(1, ofBytes: 8)
          count(1, ofBytes: part.count)
        }
      }
      return try group.exchange(isFirst ? parts : Array(repeating: [], count: size), rank)[0]
    }

    func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
      if isFirst {
        count(size - 1, ofBytes: 8)
        count(size - 1, ofBytes: bytes.count)
      }
      return try group.exchange(Array(repeating: isFirst ? bytes : [], count: size), rank)[0]
    }

    func exchange(
      _ outgoing: [UnsafeRawBufferPointer], into incoming: [UnsafeMutableRawBufferPointer]
    ) throws {
      for (receiver, message) in outgoing.enumerated() where receiver != rank && !message.isEmpty {
        count(1, ofBytes: message.count)
      }
      let received = try group.exchange(outgoing.map { Array($0) }, rank)
      for (message, memory) in zip(received, incoming) {
        precondition(message.count == memory.count, "a message has another length than expected")
        memory.copyBytes(from: message)
      }
    }

    func barrier() throws { try group.meet(rank) }
  }
}
