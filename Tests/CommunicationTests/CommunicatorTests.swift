import Testing

@testable import Communication

/// A thousand numbers whose sum depends on the order of addition.
private let unevenNumbers = (0..<1000).map { i -> Double in
  let scales: [Double] = [1e-9, 1, 1e9]
  return Double((i &* 7919) % 1000 - 500) * scales[i % 3]
}

struct SplitTreeTests {
  @Test(arguments: [1, 2, 3, 4, 7, 64])
  func aTreeThatIsSplitAnywhereHasTheBitsOfTheWhole(parts: Int) {
    for count in [0, 1, 2, 3, 5, 64, 100, 511, 1000] {
      var whole = TreeSum<Double>()
      for number in unevenNumbers.prefix(count) { whole.append(number) }
      var joined = TreeSum<Double>()
      for part in 0..<parts {
        // Ranges of very different lengths, some of them empty.
        let (first, end) = (
          count * part * part / (parts * parts),
          count * (part + 1) * (part + 1) / (parts * parts)
        )
        var sum = TreeSum<Double>(from: first)
        for number in unevenNumbers[first..<end] { sum.append(number) }
        if sum.isEmpty { continue }
        joined.append(TreeSum(packed: sum.packed))
      }
      #expect(joined.total == whole.total)
      #expect(joined.next == count)
    }
  }

  @Test func theOrderOfThisSumMatters() {
    var whole = TreeSum<Double>()
    for number in unevenNumbers { whole.append(number) }
    #expect(whole.total != unevenNumbers.reduce(0, +))
  }

  @Test(arguments: 1...5)
  func processesAndThreadsSumToTheSameBits(processes: Int) throws {
    let expected = try Workers.one.sum(0..<1000) { unevenNumbers[$0] }
    for threads in 1...3 {
      let sums = try ThreadedProcesses.run(processes) { communicator in
        try Workers(count: threads, communicator: communicator)
          .sum(communicator.share(of: 1000)) { unevenNumbers[$0] }
      }
      #expect(sums == Array(repeating: expected, count: processes))
    }
  }

  @Test func aSumOfNothingIsNil() throws {
    let sums = try ThreadedProcesses.run(2) { communicator in
      try communicator.total(TreeSum<Double>())
    }
    #expect(sums == [nil, nil])
  }
}

struct CommunicatorTests {
  @Test func sharesMakeUpTheWhole() throws {
    for size in 1...7 {
      let shares = try ThreadedProcesses.run(size) {
        [$0.share(of: 0), $0.share(of: 5), $0.share(of: 1000)]
      }
      for (i, total) in [0, 5, 1000].enumerated() {
        #expect(shares.flatMap { Array($0[i]) } == Array(0..<total))
        let counts = shares.map { $0[i].count }
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
      }
    }
  }

  @Test func messagesArrive() throws {
    let seen = try ThreadedProcesses.run(3) { communicator in
      let rank = communicator.rank
      let lists = try communicator.allGather(values: Array(repeating: Double(rank), count: rank))
      #expect(lists == [[], [1], [2, 2]])
      let atFirst = try communicator.gather(values: "process \(rank)")
      #expect(atFirst == (rank == 0 ? ["process 0", "process 1", "process 2"] : []))
      #expect(try communicator.broadcast(value: [rank, 5]) == [0, 5])
      let part = try communicator.scatter(rank == 0 ? [[1], [2, 3], []] : [])
      #expect(part == [[1], [2, 3], []][rank])
      // To each process as many bytes as its rank, each of which names the sender.
      let outgoing = (0..<3).map { [UInt8](repeating: UInt8(rank), count: $0) }
      var incoming = [UInt8](repeating: 9, count: 3 * rank)
      let outgoingBytes = outgoing.flatMap(\.self)
      try outgoingBytes.withUnsafeBytes { bytes in
        try incoming.withUnsafeMutableBytes { memory in
          try communicator.exchange(
            [0..<0, 0..<1, 1..<3].map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
            into: (0..<3).map {
              UnsafeMutableRawBufferPointer(rebasing: memory[$0 * rank..<($0 + 1) * rank])
            })
        }
      }
      #expect(incoming == (0..<3).flatMap { [UInt8](repeating: UInt8($0), count: rank) })
      try communicator.barrier()
      return communicator.traffic
    }
    // A list of n numbers has the length of 8·(n + 1) bytes.
    #expect(seen[2].bytes == 2 * (8 + 24) + (8 + 8 + 9) + 1)
    #expect(seen[0].messages == 2 * 2 + 2 * 2 + 2 * 2 + 2)
  }

  @Test func aProcessThatFailsEndsTheOthers() {
    struct Broken: Error {}
    #expect(throws: Broken.self) {
      try ThreadedProcesses.run(3) { communicator in
        if communicator.rank == 1 { throw Broken() }
        try communicator.barrier()
      }
    }
  }

  @Test func differentStatesAreNamed() throws {
    #expect(throws: ProcessesDiffer("the variables")) {
      try ThreadedProcesses.run(3) { communicator in
        try communicator.requireSame([1, 2], "the variables")
        try communicator.requireSame([1, communicator.rank == 2 ? 2.nextUp : 2], "the variables")
      }
    }
    #expect(
      ProcessesDiffer("the variables").description.hasPrefix("the variables are not the same"))
  }

  @Test func aProcessAloneNeedsNoMessages() {
    let alone = SingleProcess()
    #expect(alone.isFirst && alone.size == 1)
    #expect(alone.allGather([1, 2]) == [[1, 2]])
    #expect(
      alone.gather([1]) == [[1]] && alone.scatter([[3]]) == [3] && alone.broadcast([4]) == [4])
    alone.barrier()
    #expect(alone.traffic == Traffic())
  }
}
