import AutoDiff
import Communication
import FourierTransform

/// The rows of wave numbers along y that a process has, with all planes of z.
///
/// In one process these are the planes of the field themselves. Of several processes each has memory of its own
/// for them: plane after plane, and in a plane first the rows with k_y ≥ 0, then their images with k_y < 0.
struct MeshRows<C: MeshNumber>: Sendable {
  /// The |k_y| of the rows.
  let rows: Range<Int>
  let planeStride: Int
  /// The number of words from a number to its derivative.
  let componentStride: Int
  nonisolated(unsafe) let words: UnsafeMutablePointer<C.Word>
  private let share: MeshShare
  private let rowStride: Int
  /// The position in a plane of row y is y − firstRow, and that of its image lastImage − y.
  private let firstRow: Int
  private let lastImage: Int
  private let memory: AlignedWords<C.Word>?
  private let pool: WordPool<C.Word>

  /// The rows of this process for fields like this one, with memory from a pool, to which it is given back by
  /// ``end()``.
  init(_ share: MeshShare, like field: MeshField<C>, _ pool: WordPool<C.Word>) {
    self.share = share
    self.pool = pool
    rows = share.rows
    rowStride = field.rowStride
    firstRow = rows.lowerBound
    if share.isWhole {
      planeStride = field.planeStride
      componentStride = field.componentStride
      lastImage = 2 * share.size.y
      memory = nil
      words = field.words
      return
    }
    planeStride = Self.planeStride(share, share.communicator.rank, rowStride)
    componentStride = planeStride * (share.size.z + 1)
    let images = share.runs(ofRows: rows).dropFirst().first?.lowerBound ?? 0
    lastImage = rows.count + 2 * share.size.y - images
    let memory = pool.take(C.componentCount * componentStride)
    self.memory = memory
    words = memory.words
  }

  /// The number of words from one plane to the next of the rows of a process.
  static func planeStride(_ share: MeshShare, _ rank: Int, _ rowStride: Int) -> Int {
    let rows = share.runs(ofRows: share.rows(of: rank)).reduce(0) { $0 + $1.count }
    // Planes at distances of a power of two would use the same lines of the cache.
    let stride = rows * rowStride
    return stride.isMultiple(of: 1024) && stride > 0 ? stride + 32 : stride
  }

  /// Where the rows of wave numbers with |k_y| = `y` begin in a plane.
  func offsets(ofRow y: Int) -> [Int] {
    let own = (y - firstRow) * rowStride
    return y == 0 || y == share.size.y ? [own] : [own, (lastImage - y) * rowStride]
  }

  /// Gives the memory back.
  func end() {
    if let memory { pool.giveBack(memory) }
  }

  /// Takes the rows of this process from the planes of all.
  func take(from field: MeshField<C>, _ workers: Workers) throws {
    if share.isWhole { return }
    let message = RowMessage(share, rowStride, field.planes, pool)
    defer { pool.giveBack(message.memory) }
    for component in 0..<C.componentCount {
      try forEachRun(of: field, component, message, workers) { inPlanes, elsewhere, count in
        elsewhere.update(from: inPlanes, count: count)
      }
      try share.communicator.exchange(
        message.parts.map { UnsafeRawBufferPointer($0) }, into: blocks(component))
    }
  }

  /// Gives the rows of this process back to the planes of all.
  func giveBack(to field: MeshField<C>, _ workers: Workers) throws {
    if share.isWhole { return }
    let message = RowMessage(share, rowStride, field.planes, pool)
    defer { pool.giveBack(message.memory) }
    for component in 0..<C.componentCount {
      try share.communicator.exchange(
        blocks(component).map { UnsafeRawBufferPointer($0) }, into: message.parts)
      try forEachRun(of: field, component, message, workers) { inPlanes, elsewhere, count in
        inPlanes.update(from: elsewhere, count: count)
      }
    }
  }

  /// The planes of each other process in this memory, whose layout is that of the messages.
  private func blocks(_ component: Int) -> [UnsafeMutableRawBufferPointer] {
    (0..<share.communicator.size).map { rank in
      let planes = share.planes(of: rank)
      return UnsafeMutableRawBufferPointer(
        start: words + component * componentStride + planes.lowerBound * planeStride,
        count: rank == share.communicator.rank
          ? 0 : planes.count * planeStride * MemoryLayout<C.Word>.stride)
    }
  }

  /// Calls `body` with each run of rows of this process's planes, and its place in a message, or in this memory
  /// where this process has the rows, too.
  private func forEachRun(
    of field: MeshField<C>, _ component: Int, _ message: RowMessage, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, UnsafeMutablePointer<C.Word>, Int) -> Void
  ) throws {
    let (own, size) = (share.communicator.rank, share.communicator.size)
    try workers.forEach(field.planes.count) { number in
      let z = field.planes.lowerBound + number
      let plane = field.address(0, 0, z) + component * field.componentStride
      for rank in 0..<size {
        var target =
          rank == own
          ? self.words + component * self.componentStride + z * self.planeStride
          : message.plane(number, rank)
        for run in self.share.runs(ofRows: self.share.rows(of: rank)) {
          let count = run.count * self.rowStride
          body(plane + run.lowerBound * self.rowStride, target, count)
          target += count
        }
      }
    }
  }

  /// Memory for the rows of other processes, of the planes of this one.
  private struct RowMessage: Sendable {
    let memory: AlignedWords<C.Word>
    private let starts: [Int]
    private let strides: [Int]
    private let planes: Int
    private let own: Int

    init(
      _ share: MeshShare, _ rowStride: Int, _ planes: Range<Int>, _ pool: WordPool<C.Word>
    ) {
      self.planes = planes.count
      own = share.communicator.rank
      strides = (0..<share.communicator.size).map { MeshRows.planeStride(share, $0, rowStride) }
      var (starts, next) = ([Int](), 0)
      for (rank, stride) in strides.enumerated() {
        starts.append(next)
        if rank != own { next += stride * planes.count }
      }
      self.starts = starts
      memory = pool.take(next)
    }

    /// The plane of this number for a process.
    func plane(_ number: Int, _ rank: Int) -> UnsafeMutablePointer<C.Word> {
      memory.words + (starts[rank] + number * strides[rank])
    }

    /// The message to or from each process.
    var parts: [UnsafeMutableRawBufferPointer] {
      strides.indices.map { rank in
        UnsafeMutableRawBufferPointer(
          start: memory.words + starts[rank],
          count: rank == own ? 0 : planes * strides[rank] * MemoryLayout<C.Word>.stride)
      }
    }
  }
}
