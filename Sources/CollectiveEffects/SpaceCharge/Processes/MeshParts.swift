import AutoDiff
import Communication

/// What several processes have of one kick's mesh and particles.
///
/// The particles' records are where their slab is. Charges are deposited at the nodes around it, the window, and sent
/// to the process that transforms their plane; potentials come back the same way. A flat mesh is not shared out:
/// every process gets all rows, and the convolution, which is quick, is made in each of them.
struct MeshParts<C: MeshNumber> {
  let cut: SlabCut
  /// The particles on this process's slabs.
  let records: SortedParticles<C>
  /// The nodes around these slabs; nil on a flat mesh, of which each process has all nodes.
  let window: MeshField<C>?
  /// The number of living particles outside the mesh, of all processes.
  let outsideCount: Int
  private let route: RecordRoute<C>
  private let memory: PartsMemory<C>
  private let share: MeshShare
  private var communicator: any Communicator { share.communicator }

  /// The layers of cells of this process.
  var layers: Range<Int> { cut.layers[communicator.rank] }

  /// Shares out the mesh, and sends numbers of each record to the process with its slab.
  ///
  /// - Parameters:
  ///   - own: The records of this process's particles.
  ///   - fields: Which of their numbers are sent.
  ///   - memory: What earlier kicks had of the mesh, which is used again.
  init(
    of own: SortedParticles<C>, _ fields: Range<Int>, _ share: MeshShare, _ workers: Workers,
    in memory: PartsMemory<C>
  ) throws {
    self.share = share
    self.memory = memory
    let (size, communicator) = (share.size, share.communicator)
    let rowsPerLayer = size.isFlat ? 1 : size.y
    let starts = own.rowStarts
    let counts = (0..<SlabCut.layerCount(size)).map { layer in
      starts[(layer + 1) * rowsPerLayer] - starts[layer * rowsPerLayer]
    }
    let all = try communicator.allGather(values: counts + [own.outsideCount])
    let totals = all[0].indices.map { i in all.reduce(0) { $0 + $1[i] } }
    outsideCount = totals[counts.count]
    cut = SlabCut(size, particles: Array(totals.dropLast()), processes: communicator.size)
    records = memory.records(keepPositions: own.keepsPositions)
    route = try RecordRoute(
      own, to: records, cut, rowsPerLayer: rowsPerLayer, communicator, memory.pool)
    window = size.isFlat ? nil : memory.window(size, cut.window(of: communicator.rank))
    try route.send(fields, workers)
  }

  /// The number of records that go to other processes, and of those that come from them.
  var travellers: (out: Int, back: Int) { route.travellers }

  /// Sends numbers of the records on the mesh back to the particles.
  func sendBack(_ fields: Range<Int>, _ workers: Workers) throws {
    try route.sendBack(fields, workers)
  }

  /// Sends what was deposited in the window to the planes of `field`.
  func collect(_ field: MeshField<C>, _ workers: Workers) throws {
    let own = communicator.rank
    try FieldLayers(window ?? field).send(
      ranks.map { Array(cut.complete(in: own).common(with: layers($0))) }, to: field,
      ranks.map { Array(cut.complete(in: $0).common(with: layers(own))) }, memory.pool, workers)
  }

  /// Sends the planes of `field` to the windows.
  func giveOut(_ field: MeshField<C>, _ workers: Workers) throws {
    guard let window else { return }
    let own = communicator.rank
    try FieldLayers(field).send(
      ranks.map { Array(layers(own).common(with: cut.window(of: $0))) }, to: window,
      ranks.map { Array(layers($0).common(with: cut.window(of: own))) }, memory.pool, workers)
  }

  private var ranks: Range<Int> { 0..<communicator.size }

  /// The layers of nodes of which a process has the planes, or rows, of a field.
  private func layers(_ rank: Int) -> Range<Int> {
    share.size.isFlat ? 0..<share.size.y + 1 : share.planes(of: rank)
  }
}

/// The memory that a process needs for its part of the mesh, from kick to kick and from run to run.
final class PartsMemory<C: MeshNumber> {
  /// For messages.
  let pool = WordPool<C.Word>()
  private var recordsOfKind: [Bool: SortedParticles<C>] = [:]
  private var window: MeshField<C>?

  /// Records on this process's slabs, with or without room for the numbers of the backward pass.
  func records(keepPositions: Bool) -> SortedParticles<C> {
    if let records = recordsOfKind[keepPositions] { return records }
    let records = SortedParticles<C>(particleCount: 0, keepsPositions: keepPositions)
    recordsOfKind[keepPositions] = records
    return records
  }

  /// A field with these planes, with any contents.
  func window(_ size: MeshSize, _ planes: Range<Int>) -> MeshField<C> {
    if let window, window.planes == planes { return window }
    window = nil
    let window = MeshField<C>(size, planes: planes, isPadded: false)
    self.window = window
    return window
  }
}
