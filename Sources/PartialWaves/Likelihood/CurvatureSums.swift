import AutoDiff
import Communication
import LinearAlgebra

extension CurvatureSum: Mergeable {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
    for i in hessian.entries.indices { hessian.entries[i] += later.hessian.entries[i] }
  }
}

/// Sums of values, gradients and Hessians over samples; as ``EventSums``.
struct CurvatureSums: Sendable {
  let workers: Workers
  let communicator: any Communicator

  struct Job: Sendable {
    let kernel: CurvatureKernel
    let sample: EventSample
  }

  func callAsFunction(_ jobs: [Job]) throws -> [CurvatureSum] {
    var items: [(job: Int, piece: Int)] = []
    for (i, job) in jobs.enumerated() {
      items += (0..<job.sample.pieceCount).map { (i, $0) }
    }
    let pools = jobs.map { job in ScratchPool { job.kernel.makeScratch() } }
    let pieces = try workers.map(items.count) { [items] i in
      let (job, piece) = items[i]
      return try pools[job].withScratch { scratch in
        try jobs[job].sample.forEachBlock(ofPiece: piece, scratch.blocks) { _, block in
          jobs[job].kernel.add(block, to: scratch)
        }
        return scratch.take()
      }
    }
    var trees = jobs.map { _ in TreeSum<CurvatureSum>() }
    for (item, piece) in zip(items, pieces) { trees[item.job].append(piece) }
    return try zip(jobs, trees).map { job, tree in
      try overProcesses(tree.total ?? job.kernel.makeScratch().take())
    }
  }

  private func overProcesses(_ sum: CurvatureSum) throws -> CurvatureSum {
    guard communicator.size > 1 else { return sum }
    let total = try communicator.sum([sum.value] + sum.gradient + sum.hessian.entries)
    let end = 1 + sum.gradient.count
    return CurvatureSum(
      value: total[0], gradient: Array(total[1..<end]),
      hessian: DenseMatrix(
        rows: sum.hessian.rows, columns: sum.hessian.columns, entries: Array(total[end...])))
  }
}
