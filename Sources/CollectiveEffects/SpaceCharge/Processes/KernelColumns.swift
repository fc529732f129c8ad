import Communication
import FourierTransform

/// A kernel's columns along y, of which each process has those of some k_x: y after y, then x, then z.
struct KernelColumns<C: MeshNumber>: Sendable {
  /// The k_x of the columns.
  let columns: Range<Int>
  /// The number of words from one y to the next.
  let stride: Int
  nonisolated(unsafe) let words: UnsafeMutablePointer<C.Word>
  private let share: MeshShare
  private let memory: AlignedWords<C.Word>
  private let message: AlignedWords<C.Word>
  private let pool: WordPool<C.Word>

  /// Memory for the columns of this process, from a pool, to which it is given back by ``end()``.
  init(_ share: MeshShare, _ pool: WordPool<C.Word>) {
    self.share = share
    self.pool = pool
    columns = share.columns
    stride = columns.count * (share.size.z + 1)
    memory = pool.take(stride * (share.size.y + 1))
    words = memory.words
    message = pool.take(
      share.rows.count * (share.size.x + 1 - columns.count) * (share.size.z + 1))
  }

  /// Gives the memory back.
  func end() {
    pool.giveBack(memory)
    pool.giveBack(message)
  }

  /// Takes the columns of this process from the rows of all.
  func take(from kernel: KernelSpectrum<C>, _ component: Int, _ workers: Workers) throws {
    try forEachRun(of: kernel, component, workers) { inRows, elsewhere, count in
      elsewhere.update(from: inRows, count: count)
    }
    try share.communicator.exchange(parts.map { UnsafeRawBufferPointer($0) }, into: blocks)
  }

  /// Gives the columns of this process back to the rows of all.
  func giveBack(to kernel: KernelSpectrum<C>, _ component: Int, _ workers: Workers) throws {
    try share.communicator.exchange(blocks.map { UnsafeRawBufferPointer($0) }, into: parts)
    try forEachRun(of: kernel, component, workers) { inRows, elsewhere, count in
      inRows.update(from: elsewhere, count: count)
    }
  }

  /// The rows of each other process in this memory.
  private var blocks: [UnsafeMutableRawBufferPointer] {
    (0..<share.communicator.size).map { rank in
      let rows = share.rows(of: rank)
      return UnsafeMutableRawBufferPointer(
        start: words + rows.lowerBound * stride,
        count: rank == share.communicator.rank
          ? 0 : rows.count * stride * MemoryLayout<C.Word>.stride)
    }
  }

  /// The part of a message's memory that belongs to the columns of a process: its first word, and the words from
  /// one y to the next.
  private func part(_ rank: Int) -> (start: Int, stride: Int) {
    let depth = share.size.z + 1
    let columns = share.columns(of: rank)
    // The columns of this process are in no message.
    let before = columns.lowerBound - (rank > share.communicator.rank ? self.columns.count : 0)
    return (before * depth * share.rows.count, columns.count * depth)
  }

  private var parts: [UnsafeMutableRawBufferPointer] {
    (0..<share.communicator.size).map { rank in
      let (start, stride) = part(rank)
      return UnsafeMutableRawBufferPointer(
        start: message.words + start,
        count: rank == share.communicator.rank
          ? 0 : share.rows.count * stride * MemoryLayout<C.Word>.stride)
    }
  }

  /// Calls `body` with each run of columns of this process's rows, and its place in a message, or in this memory
  /// where this process has the columns, too.
  private func forEachRun(
    of kernel: KernelSpectrum<C>, _ component: Int, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) throws {
    let (own, rows) = (share.communicator.rank, share.rows)
    try workers.forEach(rows.count) { number in
      let y = rows.lowerBound + number
      for rank in 0..<self.share.communicator.size {
        let (start, stride) = self.part(rank)
        let first = self.share.columns(of: rank).lowerBound
        body(
          kernel.row(first, y) + component * kernel.componentStride,
          rank == own
            ? self.words + y * self.stride : self.message.words + start + number * stride, stride)
      }
    }
  }
}
