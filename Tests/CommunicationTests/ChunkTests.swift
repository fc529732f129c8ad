import Testing

@testable import Communication

struct ChunkTests {
  /// Process r has r + 1 chunks; an error of the first does not stop the others from sending.
  @Test(arguments: 1...4, [nil, 0, 2])
  func chunksComeInOrder(processes: Int, failingAt place: Int?) throws {
    struct Full: Error {}
    let taken = try ThreadedProcesses.run(processes) { communicator -> [UInt8]? in
      var taken: [UInt8]? = []
      do {
        try communicator.collect(chunks: communicator.rank + 1) {
          [UInt8(communicator.rank), UInt8($0)]
        } take: { chunk in
          if taken?.count == place.map({ 2 * $0 }) { throw Full() }
          taken? += chunk
        }
      } catch is Full {
        taken = nil
      }
      try communicator.barrier()
      return taken
    }
    let all = (0..<processes).flatMap { rank in
      (0...rank).flatMap { [UInt8(rank), UInt8($0)] }
    }
    let fails = place.map { 2 * $0 < all.count } ?? false
    #expect(taken[0] == (fails ? nil : all))
    for other in taken.dropFirst() { #expect(other == []) }
  }

  @Test(arguments: 1...4)
  func listsGoToTheirReceivers(processes: Int) throws {
    let received = try ThreadedProcesses.run(processes) { communicator in
      try communicator.exchange(
        lists: (0..<processes).map { receiver in
          Array(repeating: Double(10 * communicator.rank + receiver), count: communicator.rank)
        })
    }
    for (rank, lists) in received.enumerated() {
      #expect(lists == (0..<processes).map { Array(repeating: Double(10 * $0 + rank), count: $0) })
    }
  }

  @Test func severalSumsTravelTogether() throws {
    let sums = try ThreadedProcesses.run(3) { communicator in
      let before = communicator.traffic.messages
      let factors = [1, 2, 3, 4]
      var parts: [TreeSum<Double>] = factors.map { factor in
        let range: Range<Int> = communicator.share(of: 5 * factor)
        var sum = TreeSum<Double>(from: range.lowerBound)
        for i in range { sum.append(Double(factor * i)) }
        return sum
      }
      parts.append(TreeSum())
      let totals = try communicator.totals(parts)
      #expect(communicator.traffic.messages - before == 4)
      return totals
    }
    let expected: [Double?] = [1, 2, 3, 4].map { (factor: Int) -> Double? in
      let count = 5 * factor
      return Double(factor * count * (count - 1) / 2)
    }
    for totals in sums { #expect(totals == expected + [nil]) }
  }

  @Test func numbersTravelAsTheyAre() {
    struct Pair: Packable, Equatable {
      var a: Double
      var b: Int
    }
    let pairs = [Pair(a: 0.1, b: 3), Pair(a: -.infinity, b: .min)]
    #expect([Pair](packed: pairs.packed) == pairs)
    let optionals: [Double?] = [1, nil, .pi]
    #expect([Double?](packed: optionals.packed) == optionals)
    #expect([Double](packed: [Double]().packed) == [])
    #expect([1.5, 2.5].packed.count == 8 + 16)
  }
}
