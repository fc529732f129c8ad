import AutoDiff
import Communication
import FourierTransform

/// The way of a kernel from the processes that have its rows, some y with all x, to those that have its columns, some
/// x with all y, and back.
struct KernelExchange<C: MeshNumber>: Sendable {
  private let table: KernelSpectrum<C>
  private let kernel: KernelSpectrum<C>
  private let share: MeshShare
  private let pool: WordPool<C.Word>
  private let component: Int
  /// Where the part of each process begins in the message.
  private let starts: [Int]

  /// - Parameters:
  ///   - table: The rows.
  ///   - kernel: The columns.
  ///   - pool: Memory for messages.
  init(
    _ table: KernelSpectrum<C>, _ kernel: KernelSpectrum<C>, _ share: MeshShare,
    _ pool: WordPool<C.Word>, _ component: Int
  ) {
    self.table = table
    self.kernel = kernel
    self.share = share
    self.pool = pool
    self.component = component
    var starts = [0]
    for rank in 0..<share.communicator.size {
      let columns = rank == share.communicator.rank ? 0 : share.columns(of: rank).count
      starts.append(starts[rank] + table.rows.count * columns * (share.size.z + 1))
    }
    self.starts = starts
  }

  /// Sends the rows of this process to those that have their columns.
  func send(_ workers: Workers) throws {
    let message = pool.take(starts.last ?? 0)
    defer { pool.giveBack(message) }
    try forEachRun(message, workers) { inRows, elsewhere, count in
      elsewhere.update(from: inRows, count: count)
    }
    try share.communicator.exchange(
      parts(message).map { UnsafeRawBufferPointer($0) }, into: blocks)
  }

  /// Sends the columns of this process to those that have their rows.
  func sendBack(_ workers: Workers) throws {
    let message = pool.take(starts.last ?? 0)
    defer { pool.giveBack(message) }
    try share.communicator.exchange(
      blocks.map { UnsafeRawBufferPointer($0) }, into: parts(message))
    try forEachRun(message, workers) { inRows, elsewhere, count in
      inRows.update(from: elsewhere, count: count)
    }
  }

  /// The rows of each other process among the columns of this one, whose layout is that of the messages.
  private var blocks: [UnsafeMutableRawBufferPointer] {
    let width = kernel.columns.count * (share.size.z + 1)
    return (0..<share.communicator.size).map { rank in
      let rows = share.rows(of: rank)
      return UnsafeMutableRawBufferPointer(
        start: kernel.row(kernel.columns.lowerBound, 0)
          + (component * kernel.componentStride + rows.lowerBound * width),
        count: rank == share.communicator.rank
          ? 0 : rows.count * width * MemoryLayout<C.Word>.stride)
    }
  }

  /// The part of each other process in a message.
  private func parts(_ message: AlignedWords<C.Word>) -> [UnsafeMutableRawBufferPointer] {
    zip(starts, starts.dropFirst()).map { start, end in
      UnsafeMutableRawBufferPointer(
        start: message.words + start, count: (end - start) * MemoryLayout<C.Word>.stride)
    }
  }

  /// Calls `body` with each run of numbers of this process's rows, and its place in the message, or among the columns
  /// of this process.
  private func forEachRun(
    _ message: AlignedWords<C.Word>, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) throws {
    let offset = component * kernel.componentStride
    try workers.forEach(table.rows.count) { number in
      let y = self.table.rows.lowerBound + number
      for rank in 0..<self.share.communicator.size {
        let columns = self.share.columns(of: rank)
        let count = columns.count * (self.share.size.z + 1)
        body(
          self.table.row(columns.lowerBound, y) + self.component * self.table.componentStride,
          rank == self.share.communicator.rank
            ? self.kernel.row(columns.lowerBound, y) + offset
            : message.words + (self.starts[rank] + number * count), count)
      }
    }
  }
}
