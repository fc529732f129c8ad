import AutoDiff
import Communication
import FourierTransform

/// The numbers of a field after its transform along x: of some k_x, with all y and z.
///
/// In one process these are the rows of the field itself. Of several processes each transforms the rows of its planes
/// and has some k_x of all planes, in memory of its own: plane after plane, row after row. Each row is cut into the
/// parts of the processes as it is transformed, and put together again as it is transformed back. Planes are sent in
/// batches, so that messages need little memory, which stays in the processor's caches.
struct MeshColumns<C: MeshNumber>: Sendable {
  /// The k_x.
  let columns: Range<Int>
  /// The number of words from one row to the next.
  let rowStride: Int
  private let planeStride: Int
  /// The number of words from a number to its derivative.
  private let componentStride: Int
  /// The number with the first k_x at y = 0, z = 0.
  nonisolated(unsafe) private let words: UnsafeMutablePointer<C.Word>
  private let share: MeshShare
  /// The memory of this process's columns, and one for what it sends or receives of a batch; nil in one process.
  private let memory: (columns: AlignedWords<C.Word>, message: AlignedWords<C.Word>)?
  /// The number of planes of each process in a batch but the last, and the number of batches.
  private let planesPerBatch: Int
  let batchCount: Int
  /// The part of each process in a row: its first word there, their number, and where its part of the message begins.
  private let cuts: [(first: Int, width: Int, start: Int)]
  private let own: Int
  private let planes: Range<Int>
  private let pool: WordPool<C.Word>

  /// Columns of a field of this size, with memory from a pool, to which it is given back by ``end()``.
  init(_ share: MeshShare, like field: MeshField<C>, _ pool: WordPool<C.Word>) {
    self.share = share
    self.pool = pool
    columns = share.columns
    planes = share.planes
    own = share.communicator.rank
    if share.isWhole {
      (rowStride, planeStride) = (field.rowStride, field.planeStride)
      componentStride = field.componentStride
      words = field.words
      memory = nil
      cuts = []
      (planesPerBatch, batchCount) = (planes.count, 1)
      return
    }
    let rows = share.size.y + 1
    rowStride = 2 * columns.count
    planeStride = rowStride * rows
    componentStride = planeStride * (share.size.z + 1)
    // The same in all processes: of the greatest numbers of planes and of wave numbers that one has to send.
    let ranks = 0..<share.communicator.size
    let most = ranks.map { share.planes(of: $0).count }.max() ?? 1
    let fewest = ranks.map { share.columns(of: $0).count }.min() ?? 0
    let bytes = 2 * (share.size.x + 1 - fewest) * rows * MemoryLayout<C.Word>.stride
    planesPerBatch = max(1, share.batchSize / max(bytes, 1))
    batchCount = (most + planesPerBatch - 1) / planesPerBatch
    var (cuts, next) = ([(first: Int, width: Int, start: Int)](), 0)
    for rank in 0..<share.communicator.size {
      let columns = share.columns(of: rank)
      let width = 2 * columns.count
      cuts.append((2 * columns.lowerBound, width, next))
      if rank != own { next += width * rows * min(planesPerBatch, planes.count) }
    }
    self.cuts = cuts
    let memory = (
      columns: pool.take(C.componentCount * componentStride), message: pool.take(next)
    )
    self.memory = memory
    words = memory.columns.words
  }

  /// Whether these are the rows of the field itself.
  var isInPlace: Bool { memory == nil }

  /// The planes of this process in a batch.
  func planes(ofBatch batch: Int) -> Range<Int> { planes(of: own, batch) }

  private func planes(of rank: Int, _ batch: Int) -> Range<Int> {
    let planes = isInPlace ? planes : share.planes(of: rank)
    let first = min(planes.lowerBound + batch * planesPerBatch, planes.upperBound)
    return first..<min(first + planesPerBatch, planes.upperBound)
  }

  /// Gives the memory back.
  func end() {
    if let memory {
      pool.giveBack(memory.columns)
      pool.giveBack(memory.message)
    }
  }

  /// The address of the number with this k_x in row 0 of a plane.
  @inline(__always)
  func address(_ x: Int, _ z: Int, _ component: Int) -> UnsafeMutablePointer<C.Word> {
    words
      + (component &* componentStride &+ z &* planeStride &+ 2 &* (x &- columns.lowerBound))
  }

  /// Puts a row of this process's planes into the message.
  func put(_ row: UnsafeMutablePointer<C.Word>, _ component: Int, _ y: Int, _ z: Int) {
    forEachPart(component, y, z) { part, first, count in
      part.update(from: row + first, count: count)
    }
  }

  /// Takes a row of this process's planes out of the message.
  func take(_ row: UnsafeMutablePointer<C.Word>, _ component: Int, _ y: Int, _ z: Int) {
    forEachPart(component, y, z) { part, first, count in
      (row + first).update(from: part, count: count)
    }
  }

  /// Calls `body` with the place of each process's part of a row, the index of its first word in the row, and the number
  /// of its words.
  @inline(__always)
  private func forEachPart(
    _ component: Int, _ y: Int, _ z: Int,
    _ body: (UnsafeMutablePointer<C.Word>, Int, Int) -> Void
  ) {
    guard let memory else { return }
    let line = (z - planes.lowerBound) % planesPerBatch * (share.size.y + 1) + y
    let inMemory = words + (component * componentStride + z * planeStride + y * rowStride)
    for (rank, cut) in cuts.enumerated() {
      body(
        rank == own ? inMemory : memory.message.words + (cut.start + line * cut.width),
        cut.first, cut.width)
    }
  }

  /// Sends each process its columns of this process's planes in a batch.
  func send(_ component: Int, batch: Int) throws {
    if isInPlace { return }
    try share.communicator.exchange(
      parts(batch).map { UnsafeRawBufferPointer($0) }, into: blocks(component, batch))
  }

  /// Sends each process the planes of a batch that it had.
  func sendBack(_ component: Int, batch: Int) throws {
    if isInPlace { return }
    try share.communicator.exchange(
      blocks(component, batch).map { UnsafeRawBufferPointer($0) }, into: parts(batch))
  }

  /// The part of each other process in the message.
  private func parts(_ batch: Int) -> [UnsafeMutableRawBufferPointer] {
    guard let memory else { return [] }
    let planes = planes(ofBatch: batch)
    return cuts.enumerated().map { rank, cut in
      let count = rank == own ? 0 : cut.width * (share.size.y + 1) * planes.count
      return UnsafeMutableRawBufferPointer(
        start: memory.message.words + cut.start, count: count * MemoryLayout<C.Word>.stride)
    }
  }

  /// The planes of each other process in the memory of the columns, whose layout is that of the messages.
  private func blocks(_ component: Int, _ batch: Int) -> [UnsafeMutableRawBufferPointer] {
    (0..<share.communicator.size).map { rank in
      let planes = planes(of: rank, batch)
      return UnsafeMutableRawBufferPointer(
        start: address(columns.lowerBound, planes.lowerBound, component),
        count: rank == own
          ? 0 : planes.count * planeStride * MemoryLayout<C.Word>.stride)
    }
  }
}
