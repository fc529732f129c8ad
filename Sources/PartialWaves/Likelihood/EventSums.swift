import AutoDiff
import Communication
import Synchronization

extension EventSum: Mergeable {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
  }
}

/// Sums over samples of events, piece by piece on all threads, and over all processes.
///
/// Pieces are summed in one fixed tree, so that the bits do not depend on the number of threads.
struct EventSums: Sendable {
  let workers: Workers
  let communicator: any Communicator

  /// A function of the intensity to be summed over a sample.
  struct Job<N: EventNumber>: Sendable {
    let kernel: IntensityKernel<N>
    let sample: EventSample
  }

  /// The sums of all jobs, in their order.
  ///
  /// - Throws: `Interruption` if the work was stopped; `DataFileError` if events cannot be read.
  func callAsFunction<N: EventNumber>(_ jobs: [Job<N>]) throws -> [EventSum<N.Constant>] {
    var items: [(job: Int, piece: Int)] = []
    for (i, job) in jobs.enumerated() {
      items += (0..<job.sample.pieceCount).map { (i, $0) }
    }
    let pools = jobs.map { job in ScratchPool { job.kernel.makeScratch() } }
    let pieces = try workers.map(items.count) { [items] i in
      let (job, piece) = items[i]
      return try pools[job].withScratch { scratch in
        try jobs[job].sum(ofPiece: piece, scratch)
      }
    }
    var trees = jobs.map { _ in TreeSum<EventSum<N.Constant>>() }
    for (item, piece) in zip(items, pieces) { trees[item.job].append(piece) }
    return try zip(jobs, trees).map { job, tree in
      try overProcesses(tree.total ?? job.emptySum)
    }
  }

  /// The sum over all processes.
  private func overProcesses<T: EventScalar>(_ sum: EventSum<T>) throws -> EventSum<T> {
    guard communicator.size > 1 else { return sum }
    let width = T.componentCount
    let numbers = [sum.value] + sum.gradient
    var words = [Double](repeating: 0, count: numbers.count * width)
    words.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for (i, number) in numbers.enumerated() { number.store(to: base + i * width, stride: 1) }
    }
    return try communicator.sum(words).withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return sum }
      let totals = numbers.indices.map { T.load(base + $0 * width, stride: 1) }
      return EventSum(value: totals[0], gradient: Array(totals.dropFirst()))
    }
  }
}

extension EventSums.Job {
  fileprivate func sum(
    ofPiece piece: Int, _ scratch: KernelScratch<N>
  ) throws -> EventSum<N.Constant> {
    try sample.forEachBlock(ofPiece: piece, scratch.blocks) { _, block in
      kernel.add(block, to: scratch)
    }
    return scratch.take(withGradient: kernel.wantsGradient)
  }

  /// The sum over a sample without events.
  fileprivate var emptySum: EventSum<N.Constant> {
    EventSum(
      value: .zero,
      gradient: kernel.wantsGradient
        ? Array(repeating: .zero, count: kernel.physical.count) : [])
  }
}

/// Scratch memory that threads borrow and give back.
final class ScratchPool<Scratch: AnyObject>: Sendable {
  /// Memory on its way between threads; only its borrower touches it.
  private struct Handed: @unchecked Sendable { let scratch: Scratch }

  private let idle = Mutex<[Handed]>([])
  private let make: @Sendable () -> Scratch

  init(_ make: @escaping @Sendable () -> Scratch) { self.make = make }

  func withScratch<Result>(_ body: (Scratch) throws -> Result) rethrows -> Result {
    let scratch = idle.withLock { $0.popLast() } ?? Handed(scratch: make())
    defer { idle.withLock { $0.append(scratch) } }
    return try body(scratch.scratch)
  }
}
