extension Communicator {
  /// Brings the chunks of all processes to the first one: those of the first process, then those of the second,
  /// and so on, one at a time. So a file of what all processes hold is written in the memory of one chunk.
  ///
  /// - Parameters:
  ///   - count: How many chunks this process has.
  ///   - chunk: The chunk of this process with a number below `count`.
  ///   - take: Called in the first process with each chunk. After an error it is not called again.
  /// - Throws: In the first process the error of `take`; it tells the others (``together(failing:_:)``). What
  ///   ``gather(_:)`` throws.
  public func collect(
    chunks count: Int, _ chunk: (Int) -> [UInt8], take: ([UInt8]) throws -> Void
  ) throws {
    if size == 1 {
      for number in 0..<count { try take(chunk(number)) }
      return
    }
    var failure: (any Error)?
    for (owner, count) in try allGather(values: count).enumerated() {
      for number in 0..<count {
        let received = try gather(owner == rank ? chunk(number) : [])
        guard isFirst, failure == nil else { continue }
        do { try take(received[owner]) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  /// Sends a list of numbers to each process, and receives one from each; their lengths are not known beforehand.
  ///
  /// - Parameter lists: By the rank of the receiver.
  /// - Returns: By the rank of the sender.
  /// - Throws: What ``exchange(_:into:)`` throws.
  public func exchange(lists: [[Double]]) throws -> [[Double]] {
    if size == 1 { return lists }
    let counts = try allGather(values: lists.map(\.count)).map { $0[rank] }
    let outgoing = lists.flatMap(\.self)
    var incoming = [Double](repeating: 0, count: counts.reduce(0, +))
    try outgoing.withUnsafeBytes { outgoing in
      try incoming.withUnsafeMutableBytes { incoming in
        try exchange(
          Self.byteRanges(lists.map(\.count)).map { .init(rebasing: outgoing[$0]) },
          into: Self.byteRanges(counts).map { .init(rebasing: incoming[$0]) })
      }
    }
    return Self.ranges(counts).map { Array(incoming[$0]) }
  }

  /// Consecutive ranges of these lengths.
  private static func ranges(_ counts: [Int]) -> [Range<Int>] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return first..<first + count
    }
  }

  private static func byteRanges(_ counts: [Int]) -> [Range<Int>] {
    ranges(counts.map { $0 * MemoryLayout<Double>.size })
  }
}
