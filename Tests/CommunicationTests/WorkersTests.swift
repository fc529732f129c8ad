import Synchronization
import Testing

@testable import Communication

struct WorkersTests {
  @Test(arguments: [1, 2, 3, 7])
  func everyItemIsDoneOnce(threads: Int) throws {
    let calls = Mutex([Int](repeating: 0, count: 1000))
    try Workers(count: threads).forEach(1000) { i in calls.withLock { $0[i] += 1 } }
    #expect(calls.withLock { $0 } == [Int](repeating: 1, count: 1000))
  }

  @Test(arguments: [1, 2, 7])
  func valuesComeInOrder(threads: Int) throws {
    let squares = try Workers(count: threads).map(100) { $0 * $0 }
    #expect(squares == (0..<100).map { $0 * $0 })
  }

  @Test func noItemsAreNoWork() throws {
    try Workers.all.forEach(0) { _ in Issue.record("there is no item") }
    #expect(try Workers.all.map(0) { $0 } == [])
  }

  struct Failure: Error, Equatable { var item: Int }

  @Test(arguments: [1, 2, 7])
  func theLowestFailureIsReported(threads: Int) {
    for _ in 0..<20 {
      #expect(throws: Failure(item: 40)) {
        try Workers(count: threads).forEach(1000) { i in
          if i >= 40 { throw Failure(item: i) }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func anInterruptionStopsBetweenItems(threads: Int) {
    let done = Atomic<Int>(0)
    let isStopped = SharedFlag()
    let workers = Workers(count: threads) { isStopped.value.load(ordering: .relaxed) }
    #expect(throws: Interruption()) {
      try workers.forEach(10_000) { i in
        done.wrappingAdd(1, ordering: .relaxed)
        if i == 50 { isStopped.value.store(true, ordering: .relaxed) }
      }
    }
    // Whoever had begun may finish; a thread can be some way ahead before it sees the flag.
    #expect(done.load(ordering: .relaxed) < 10_000)
  }

  final class SharedFlag: Sendable { let value = Atomic<Bool>(false) }
}

/// Notes how pieces were merged.
struct Bracket: Mergeable, Equatable {
  var text: String
  mutating func merge(_ later: Bracket) { text = "(\(text)\(later.text))" }
}

struct TreeSumTests {
  func tree(_ pieces: Range<Int>) -> Bracket? {
    var sum = TreeSum<Bracket>()
    for i in pieces { sum.append(Bracket(text: String(UnicodeScalar(UInt8(97 + i))))) }
    return sum.total
  }

  @Test func piecesAreMergedInABinaryTree() {
    #expect(tree(0..<0) == nil)
    #expect(tree(0..<1)?.text == "a")
    #expect(tree(0..<3)?.text == "((ab)c)")
    #expect(tree(0..<7)?.text == "(((ab)(cd))((ef)g))")
  }

  @Test func alignedChunksGiveTheSameTree() {
    for count in 1...20 {
      for chunk in [1, 2, 4, 8, 16, 32] {
        var sum = TreeSum<Bracket>()
        for start in stride(from: 0, to: count, by: chunk) {
          if let part = tree(start..<min(start + chunk, count)) { sum.append(part) }
        }
        #expect(sum.total == tree(0..<count))
      }
    }
  }

  @Test func memoryGrowsWithTheLogarithmOnly() {
    var sum = TreeSum<Double>()
    for _ in 0..<100_000 { sum.append(0.1) }
    // 100,000 tenths: 17 levels of rounding at most.
    #expect(abs((sum.total ?? 0) - 10_000) <= 17 * 10_000 * 0x1p-53)
    // 100,000 has six ones in binary: as many nodes wait.
    let waiting = Mirror(reflecting: sum).children.first
    #expect(waiting.map { Mirror(reflecting: $0.value).children.count } == 6)
  }

}
