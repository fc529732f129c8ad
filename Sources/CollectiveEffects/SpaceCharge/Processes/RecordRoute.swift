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
    // Records that are sent whole are a message already.
    let isWhole = fields.count == local.width
    let own = isWhole ? nil : message(outgoing.map(\.count), fields)
    let mesh = message(before.map { $0.last ?? 0 }, fields)
    defer {
      if let own { pool.giveBack(own.memory) }
      pool.giveBack(mesh.memory)
    }
    if let own { try copyLeaving(own, fields, toRecords: false, workers) }
    try withExtendedLifetime((own, mesh, local)) {
      try communicator.exchange(
        (own?.parts ?? records).map { UnsafeRawBufferPointer($0) }, into: mesh.parts)
    }
    try copyOnMesh(mesh, fields, toRecords: true, workers)
  }

  /// Sends numbers of the records on the mesh back to the particles.
  func sendBack(_ fields: Range<Int>, _ workers: Workers) throws {
    let own = message(outgoing.map(\.count), fields)
    let mesh = message(before.map { $0.last ?? 0 }, fields)
    defer {
      pool.giveBack(own.memory)
      pool.giveBack(mesh.memory)
    }
    try copyOnMesh(mesh, fields, toRecords: false, workers)
    try withExtendedLifetime((own, mesh)) {
      try communicator.exchange(mesh.parts.map { UnsafeRawBufferPointer($0) }, into: own.parts)
    }
    try copyLeaving(own, fields, toRecords: true, workers)
  }

  /// The records of this process's particles for each other process.
  private var records: [UnsafeMutableRawBufferPointer] {
    outgoing.enumerated().map { rank, range in
      UnsafeMutableRawBufferPointer(
        start: local.record(range.lowerBound),
        count: rank == communicator.rank
          ? 0 : range.count * local.stride * MemoryLayout<C.Word>.stride)
    }
  }

  /// Memory for some numbers of records, those of each other process after the other.
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

  /// Memory for some numbers of the records for, or from, each process.
  private func message(_ counts: [Int], _ fields: Range<Int>) -> Message {
    var starts = [0]
    for (rank, count) in counts.enumerated() {
      starts.append(starts[rank] + (rank == communicator.rank ? 0 : count))
    }
    let width = fields.count * C.componentCount
    return Message(
      memory: pool.take(width * (starts.last ?? 0)), starts: starts, width: width)
  }

  /// Copies numbers to the records of this process's particles that are on the mesh of another from a message, or from
  /// them.
  private func copyLeaving(
    _ message: Message, _ fields: Range<Int>, toRecords: Bool, _ workers: Workers
  ) throws {
    // Records for the mesh are all those of this process, in the order of the processes.
    let staying = outgoing[communicator.rank]
    let (local, words, width) = (local, message.memory, message.width)
    try local.forEachRange(workers) { _, range in
      func copy(_ records: Range<Int>, _ skipped: Int) {
        if records.isEmpty { return }
        Self.copy(
          local.record(records.lowerBound), local.width,
          words.words + (records.lowerBound &- skipped) &* width, fields.count, fields,
          records.count, toRecords: toRecords)
      }
      copy(range.common(with: 0..<staying.lowerBound), 0)
      copy(range.common(with: staying.upperBound..<Int.max), staying.count)
    }
  }

  /// Copies numbers to the records on the mesh of this process from a message, or from them; those of its own
  /// particles from, or to, their records.
  private func copyOnMesh(
    _ message: Message, _ fields: Range<Int>, toRecords: Bool, _ workers: Workers
  ) throws {
    let atOnce = 256
    let (own, first) = (communicator.rank, outgoing[communicator.rank].lowerBound)
    let (local, onMesh) = (local, onMesh)
    try workers.forEach((rows.count + atOnce - 1) / atOnce) { chunk in
      let rows = chunk * atOnce..<min((chunk + 1) * atOnce, self.rows.count)
      var i = onMesh.rowStarts[self.rows.lowerBound + rows.lowerBound]
      for row in rows {
        for (rank, before) in self.before.enumerated() {
          let (k, count) = (before[row], before[row + 1] - before[row])
          if count == 0 { continue }
          let (place, width) =
            rank == own
            ? (local.record(first &+ k) + fields.lowerBound, local.width)
            : (message.record(rank, k), fields.count)
          Self.copy(
            onMesh.record(i), local.width, place, width, fields, count, toRecords: toRecords)
          i += count
        }
      }
    }
  }

  /// Copies some numbers of consecutive records to them from a place, or from them.
  ///
  /// - Parameters:
  ///   - records: The first record.
  ///   - width: The number of values of a record.
  ///   - place: The place of the first of these numbers of the first record.
  ///   - placeWidth: The number of values of a record there.
  @inline(__always)
  private static func copy(
    _ records: UnsafeMutablePointer<C.Word>, _ width: Int, _ place: UnsafeMutablePointer<C.Word>,
    _ placeWidth: Int, _ fields: Range<Int>, _ count: Int, toRecords: Bool
  ) {
    let components = C.componentCount
    let (number, first) = (fields.count, fields.lowerBound)
    if number == width && placeWidth == width {
      let words = count &* width &* components
      if toRecords {
        records.update(from: place, count: words)
      } else {
        place.update(from: records, count: words)
      }
      return
    }
    for n in 0..<count &* components {
      let (inRecord, outside) = (records + (n &* width &+ first), place + n &* placeWidth)
      let (target, source) = toRecords ? (inRecord, outside) : (outside, inRecord)
      // Mostly the three numbers of a field.
      if number == 3 {
        (target[0], target[1], target[2]) = (source[0], source[1], source[2])
      } else {
        for i in 0..<number { target[i] = source[i] }
      }
    }
  }
}
