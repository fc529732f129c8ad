import Dispatch
import Synchronization
import SystemLibrary

/// Thrown by work that was stopped before it was done, because ``Workers/shouldStop`` returned true.
public struct Interruption: Error, Equatable {
  public init() {}
}

/// The threads of this process among which numbered items of work are distributed, and the other processes that
/// work with it.
///
/// The functions that distribute items do so among the threads of this process. Which items it has of those of all
/// processes, their callers say (``Communicator/share(of:)``); ``sum(_:_:)`` adds up over all processes.
public struct Workers: Sendable {
  /// How many threads of this process work at once.
  public let count: Int
  /// The processes.
  public let communicator: any Communicator
  /// Whether work should stop, such as after an interrupt. It is called before every item, on the
  /// thread that would begin it; once it returns true, no further item is begun.
  public let shouldStop: @Sendable () -> Bool

  /// `count` ≥ 1 threads that stop between items once `shouldStop` returns true.
  public init(
    count: Int, communicator: any Communicator = SingleProcess(),
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition(count >= 1, "work needs at least one thread")
    self.count = count
    self.communicator = communicator
    self.shouldStop = shouldStop
  }

  /// The same threads for work that this process does without the others.
  public var alone: Self { Self(count: count, shouldStop: shouldStop) }
  /// One thread of each process.
  public var withOneThread: Self {
    Self(count: 1, communicator: communicator, shouldStop: shouldStop)
  }

  /// One thread for each processor that is active.
  public static var all: Self { Self(count: Host.activeProcessorCount) }
  /// The calling thread alone.
  public static let one = Self(count: 1)

  /// Calls `body` for every number below `itemCount`. Each thread takes the next number when it is
  /// done with one.
  ///
  /// The order is not fixed, and results must not depend on it: store them by number, and combine
  /// them afterwards in a ``TreeSum``.
  ///
  /// - Throws: What `body` threw, for the lowest number for which it threw; after an error no
  ///   further item is begun. Otherwise ``Interruption`` if the work was stopped before every item
  ///   was done.
  public func forEach(_ itemCount: Int, _ body: @Sendable (Int) throws -> Void) throws {
    let threads = min(count, itemCount)
    guard threads > 1 else {
      for i in 0..<max(itemCount, 0) {
        if shouldStop() { throw Interruption() }
        try body(i)
      }
      return
    }
    let next = Atomic<Int>(0)
    let isStopped = Atomic<Bool>(false)
    let failure = Mutex<(item: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while !isStopped.load(ordering: .relaxed) {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= itemCount { return }
        do {
          if shouldStop() { throw Interruption() }
          try body(i)
        } catch {
          isStopped.store(true, ordering: .relaxed)
          failure.withLock { first in
            // Numbers below a failed one were taken before it: the lowest failure is always found.
            guard let known = first, !(known.error is Interruption) else {
              first = (i, error)
              return
            }
            if i < known.item && !(error is Interruption) { first = (i, error) }
          }
        }
      }
    }
    if let first = failure.withLock({ $0 }) { throw first.error }
  }

  /// The values of `body` for every number below `itemCount`, in order.
  ///
  /// - Throws: As ``forEach(_:_:)``.
  public func map<Value: Sendable>(
    _ itemCount: Int, _ body: @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let results = Mutex<[Value?]>(Array(repeating: nil, count: max(itemCount, 0)))
    try forEach(itemCount) { i in
      let value = try body(i)
      results.withLock { $0[i] = value }
    }
    // A closure: key paths are made anew at each call of generic code.
    return results.withLock { $0.compactMap { $0 } }
  }
}

extension Workers {
  /// The sum of `body` over numbered pieces that the processes share.
  ///
  /// - Parameters:
  ///   - pieces: Those of this process; consecutive ranges make up all pieces from 0, in the order of the ranks.
  ///   - body: Computes a piece's summand from its number, on any thread.
  /// - Returns: The same bits for any number of threads and processes, and in every process; nil if there are no
  ///   pieces at all.
  /// - Throws: As ``forEach(_:_:)``, and what ``Communicator/allGather(_:)`` throws.
  public func sum<Value: Mergeable & Packable & Sendable>(
    _ pieces: Range<Int>, _ body: @Sendable (Int) throws -> Value
  ) throws -> Value? {
    var sum = TreeSum<Value>(from: pieces.lowerBound)
    for value in try map(pieces.count, { try body(pieces.lowerBound + $0) }) { sum.append(value) }
    return try communicator.total(sum)
  }
}
