import Communication

/// A function whose values are summed over events, block by block.
protocol EventKernel: Sendable {
  associatedtype Scratch: EventScratch
  associatedtype Sum: EventTotal
  /// Memory and tables for one thread.
  func makeScratch() -> Scratch
  /// Adds a block of events to the accumulators.
  func add(_ block: UnsafePointer<Double>, to scratch: Scratch)
  /// The sums so far; the accumulators are then set to zero.
  func take(from scratch: Scratch) -> Sum
}

/// Memory of one thread for sums over events.
protocol EventScratch: AnyObject {
  /// For blocks that are converted or read first.
  var blocks: BlockScratch { get }
}

/// A sum over events.
protocol EventTotal: Mergeable, Packable, Sendable {}

/// Sums over samples of events, in parallel over pieces of blocks.
///
/// The sums of pieces are added in one fixed tree, so that the result does not depend on the number
/// of threads and processes, to the last bit. Processes exchange the nodes of their trees, once for all jobs.
struct EventSums: Sendable {
  let workers: Workers

  /// A sample to be summed over.
  struct Job<Kernel: EventKernel>: Sendable {
    let kernel: Kernel
    let sample: EventSample
  }

  /// The sums of all jobs, in their order.
  ///
  /// - Throws: `Interruption` if the work was stopped; `DataFileError` if events cannot be read; what communicating
  ///   throws.
  func callAsFunction<Kernel: EventKernel>(_ jobs: [Job<Kernel>]) throws -> [Kernel.Sum] {
    var items: [(job: Int, piece: Int)] = []
    for (i, job) in jobs.enumerated() { items += job.sample.share.pieces.map { (i, $0) } }
    let pools = jobs.map { job in ScratchPool { job.kernel.makeScratch() } }
    let pieces = try workers.map(items.count) { [items] i in
      let (job, piece) = (jobs[items[i].job], items[i].piece)
      return try pools[items[i].job].withScratch { scratch in
        try job.sample.forEachBlock(ofPiece: piece, scratch.blocks) { _, block in
          job.kernel.add(block, to: scratch)
        }
        return job.kernel.take(from: scratch)
      }
    }
    var trees = jobs.map { TreeSum<Kernel.Sum>(from: $0.sample.share.pieces.lowerBound) }
    for (item, piece) in zip(items, pieces) { trees[item.job].append(piece) }
    return zip(jobs, try workers.communicator.totals(trees)).map { job, total in
      total ?? job.kernel.take(from: job.kernel.makeScratch())
    }
  }
}
