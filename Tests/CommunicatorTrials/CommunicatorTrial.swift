import Communication

/// What every communicator has to do. All processes of it run the same trial.
public struct CommunicatorTrial {
  private let communicator: any Communicator
  /// What went wrong.
  public private(set) var mistakes: [String] = []

  public init(_ communicator: any Communicator) { self.communicator = communicator }

  private var rank: Int { communicator.rank }
  private var size: Int { communicator.size }

  /// The lengths of messages; message number k of a process has length (k + 7·rank) of these, so that lengths
  /// differ and some are empty.
  private static let lengths = [0, 1, 7, 8, 100, 4096, 0, 70_001]

  /// The bytes of a message.
  private func bytes(_ number: Int, from sender: Int, to receiver: Int = 0) -> [UInt8] {
    let length = Self.lengths[(number + 7 * sender + 3 * receiver) % Self.lengths.count]
    return (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7 * sender + receiver) }
  }

  private mutating func expect(_ isRight: Bool, _ words: String) {
    if !isRight { mistakes.append("process \(rank) of \(size): \(words)") }
  }

  /// Tries all operations.
  public mutating func run() throws {
    for number in Self.lengths.indices {
      let all = (0..<size).map { bytes(number, from: $0) }
      let own = all[rank]
      expect(try communicator.allGather(own) == all, "allGather \(number)")
      expect(try communicator.gather(own) == (rank == 0 ? all : []), "gather \(number)")
      // Nothing but the first process's bytes counts.
      expect(try communicator.broadcast(own) == all[0], "broadcast \(number)")
      expect(try communicator.scatter(rank == 0 ? all : [[1, 2, 3]]) == own, "scatter \(number)")
      try exchange(number)
      try communicator.barrier()
    }
    expect(communicator.hosts.count == size, "hosts")
    // Other processes have other numbers, in another order of magnitude: the order of addition matters.
    let pieces = communicator.share(of: 1000)
    let sum = try Workers(count: 1, communicator: communicator).sum(pieces) { Self.term($0) }
    expect(sum == (try Workers.one.sum(0..<1000) { Self.term($0) }), "sum")
  }

  private static func term(_ i: Int) -> Double {
    Double((i &* 7919) % 1000 - 500) * [1e-9, 1.0, 1e9][i % 3]
  }

  private mutating func exchange(_ number: Int) throws {
    let outgoing = (0..<size).map { bytes(number, from: rank, to: $0) }
    let expected = (0..<size).map { bytes(number, from: $0, to: rank) }
    let source = outgoing.flatMap(\.self)
    var target = [UInt8](repeating: 0xAA, count: expected.reduce(0) { $0 + $1.count })
    func ranges(_ messages: [[UInt8]]) -> [Range<Int>] {
      var end = 0
      return messages.map { message in
        defer { end += message.count }
        return end..<end + message.count
      }
    }
    try source.withUnsafeBytes { source in
      try target.withUnsafeMutableBytes { target in
        try communicator.exchange(
          ranges(outgoing).map { UnsafeRawBufferPointer(rebasing: source[$0]) },
          into: ranges(expected).map { UnsafeMutableRawBufferPointer(rebasing: target[$0]) })
      }
    }
    expect(target == expected.flatMap(\.self), "exchange \(number)")
  }
}
