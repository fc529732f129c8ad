import AutoDiff
import Communication
import FourierTransform

/// The way of the particles' records from the processes that have the particles to those that have their part of the
/// mesh, and back.
///
/// Records are sorted by rows of cells, so that those for one process are consecutive. Those that come are put in
/// the order in which one process would have them all: by rows, and in a row by the numbers of the particles, which
/// are higher in processes of higher rank.
final class RecordRoute<C: MeshNumber>: @unchecked Sendable {
  // Unchecked: each range of records is written by one thread.
  private let cut: SlabCut
  private let communicator: any Communicator
  private let pool: WordPool<C.Word>
  /// Those of this process's particles, and those on its part of the mesh.
  private let local: SortedParticles<C>
  private let onMesh: SortedParticles<C>
  /// The rows of cells of this process.
  private let rows: Range<Int>
  /// For each process, the records before each of these rows among those that come from it.
  private let before: [[Int]]
  /// The range of this process's records for each process.
  private let outgoing: [Range<Int>]

  /// - Parameters:
  ///   - onMesh: Receives the records on this process's part of the mesh.
  ///   - rowsPerLayer: The number of rows of cells in a layer.
  ///   - pool: Memory for messages.
  init(
    _ local: SortedParticles<C>, to onMesh: SortedParticles<C>, _ cut: SlabCut, rowsPerLayer: Int,
    _ communicator: any Communicator, _ pool: WordPool<C.Word>
  ) throws {
    self.cut = cut
    self.pool = pool
    self.communicator = communicator
    self.local = local
    self.onMesh = onMesh
    func rowsOf(_ rank: Int) -> Range<Int> {
      cut.layers[rank].lowerBound * rowsPerLayer..<cut.layers[rank].upperBound * rowsPerLayer
    }
    let rows = rowsOf(communicator.rank)
    self.rows = rows
    let starts = local.rowStarts
    let ranges = (0..<communicator.size).map { rank in
      starts[rowsOf(rank).lowerBound]..<starts[rowsOf(rank).upperBound]
    }
    outgoing = ranges
    // The number of records in each row.
    let counts = zip(starts, starts.dropFirst()).map { Int32($1 - $0) }
    var received = [Int32](repeating: 0, count: rows.count * communicator.size)
    let size = MemoryLayout<Int32>.stride
    try counts.withUnsafeBytes { counts in
      try received.withUnsafeMutableBytes { received in
        try communicator.exchange(
          (0..<communicator.size).map { rank in
            let rows = rowsOf(rank)
            return UnsafeRawBufferPointer(
              rebasing: counts[size * rows.lowerBound..<size * rows.upperBound])
          },
          into: (0..<communicator.size).map { rank in
            UnsafeMutableRawBufferPointer(
              rebasing: received[size * rank * rows.count..<size * (rank + 1) * rows.count])
          })
      }
    }
    before = (0..<communicator.size).map { rank in
      var sum = 0
      var sums = [0]
      sums.reserveCapacity(rows.count + 1)
      for count in received[rank * rows.count..<(rank + 1) * rows.count] {
        sum += Int(count)
        sums.append(sum)
      }
      return sums
    }
    var rowStarts = [Int](repeating: 0, count: starts.count)
    for row in starts.indices where row >= rows.lowerBound {
      let own = min(row, rows.upperBound) - rows.lowerBound
      rowStarts[row] = before.reduce(0) { $0 + $1[own] }
    }
    onMesh.take(rowStarts: rowStarts, like: local)
  }

  /// The number of records that go to other processes, and of those that come from them.
  var travellers: (out: Int, back: Int) {
    let own = communicator.rank
    return (
      outgoing.enumerated().reduce(0) { $0 + ($1.offset == own ? 0 : $1.element.count) },
      before.enumerated().reduce(0) { $0 + ($1.offset == own ? 0 : $1.element.last ?? 0) }
    )
  }

  /// Sends numbers of the records of this process's particles to the mesh.
  func send(_ fields: Range<Int>, _ workers: Workers) throws {
    let (own, mesh) = (
      message(outgoing.map(\.count), fields), message(before.map { $0.last ?? 0 }, fields)
    )
    defer {
      pool.giveBack(own.memory)
      pool.giveBack(mesh.memory)
    }
    try forEachRecord(ofParticles: own, fields, workers) { $1.update(from: $0, count: $2) }
    try withExtendedLifetime((own, mesh)) {
      try communicator.exchange(own.parts.map { UnsafeRawBufferPointer($0) }, into: mesh.parts)
    }
    try forEachRecord(onMesh: mesh, fields, workers) { $0.update(from: $1, count: $2) }
  }

  /// Sends numbers of the records on the mesh back to the particles.
  func sendBack(_ fields: Range<Int>, _ workers: Workers) throws {
    let (own, mesh) = (
      message(outgoing.map(\.count), fields), message(before.map { $0.last ?? 0 }, fields)
    )
    defer {
      pool.giveBack(own.memory)
      pool.giveBack(mesh.memory)
    }
    try forEachRecord(onMesh: mesh, fields, workers) { $1.update(from: $0, count: $2) }
    try withExtendedLifetime((own, mesh)) {
      try communicator.exchange(mesh.parts.map { UnsafeRawBufferPointer($0) }, into: own.parts)
    }
    try forEachRecord(ofParticles: own, fields, workers) { $0.update(from: $1, count: $2) }
  }

  /// Memory for some numbers of records, those of each process after the other.
  private struct Message: Sendable {
    let memory: AlignedWords<C.Word>
    /// The first record of each process.
    let starts: [Int]
    /// The number of words of a record.
    let width: Int

    func record(_ rank: Int, _ i: Int) -> UnsafeMutablePointer<C.Word> {
      memory.words + (starts[rank] &+ i) &* width
    }

    var parts: [UnsafeMutableRawBufferPointer] {
      zip(starts, starts.dropFirst()).map { start, end in
        UnsafeMutableRawBufferPointer(
          start: memory.words + start * width,
          count: (end - start) * width * MemoryLayout<C.Word>.stride)
      }
    }
  }

  private func message(_ counts: [Int], _ fields: Range<Int>) -> Message {
    var starts = [0]
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    let width = fields.count * C.componentCount
    return Message(
      memory: pool.take(width * (starts.last ?? 0)), starts: starts, width: width)
  }

  /// Calls `body` with the place of each run of numbers in the records of this process's particles and in a message.
  private func forEachRecord(
    ofParticles message: Message, _ fields: Range<Int>, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) throws {
    // Records for the mesh are all those of this process, in the order of the processes.
    try local.forEachRange(workers) { _, range in
      for i in range {
        self.forEachRun(
          self.local.record(i), message.memory.words + i &* message.width, fields, body)
      }
    }
  }

  /// The same for the records on the mesh.
  private func forEachRecord(
    onMesh message: Message, _ fields: Range<Int>, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) throws {
    let atOnce = 256
    try workers.forEach((rows.count + atOnce - 1) / atOnce) { chunk in
      let rows = chunk * atOnce..<min((chunk + 1) * atOnce, self.rows.count)
      var i = self.onMesh.rowStarts[self.rows.lowerBound + rows.lowerBound]
      for row in rows {
        for rank in self.before.indices {
          for k in self.before[rank][row]..<self.before[rank][row + 1] {
            self.forEachRun(self.onMesh.record(i), message.record(rank, k), fields, body)
            i += 1
          }
        }
      }
    }
  }

  @inline(__always)
  private func forEachRun(
    _ record: UnsafeMutablePointer<C.Word>, _ place: UnsafeMutablePointer<C.Word>,
    _ fields: Range<Int>,
    _ body: (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) {
    for component in 0..<C.componentCount {
      body(
        record + (component &* local.width &+ fields.lowerBound),
        place + component &* fields.count, fields.count)
    }
  }
}
