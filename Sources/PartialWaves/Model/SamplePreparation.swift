import AutoDiff
import Communication
import DataFiles

/// Prepares events for a likelihood: waves times their normalisation, squared masses, weights.
struct SamplePreparation {
  let channel: ChannelModel
  let parentMass: Double
  let radius: Double
  let storage: EventStorage
  let workers: Workers

  /// The columns that a likelihood reads.
  var columns: EventSample.Columns { columns(masses: channel.variedMasses) }

  /// The columns with the squared masses of all lineshapes, fixed ones included.
  private var allColumns: EventSample.Columns { columns(masses: channel.masses.count) }

  private func columns(masses: Int) -> EventSample.Columns {
    EventSample.Columns(
      masses: masses, factors: channel.factors.count,
      hasBackground: channel.background != nil, waves: channel.waves.count,
      components: channel.formalism.components)
  }

  /// One over the mean length of each wave over `events`, those of all processes. With it couplings of different
  /// waves can be compared.
  ///
  /// - Throws: `Interruption`.
  func normalization(over events: EventTable, weights: [Double]) throws -> [Double] {
    let columns = allColumns
    let capacity = EventBlock.capacity
    let sums = try overBlocks(of: events) { block, number in
      let first = number * capacity
      let count = min(capacity, events.count - first)
      return (0..<columns.waves).map { wave in
        var sum = 0.0
        for i in 0..<count {
          var square = 0.0
          for k in 0..<columns.components {
            let u = block[columns.wave(wave, k) * capacity + i]
            square += u * u
          }
          sum += weights[first + i] * square.squareRoot()
        }
        return sum
      }
    }
    // The first block of this process is one of a piece: the tree is that of the blocks of all processes.
    var tree = TreeSum<[Double]>(from: events.share.pieces.lowerBound * EventShare.blocksPerPiece)
    for sum in sums { tree.append(sum) }
    let totals =
      try workers.communicator.total(tree) ?? Array(repeating: 0, count: columns.waves)
    let weight = try events.share.sum(workers) { weights[$0] }
    // Exchanges of identical particles have one norm: with separate ones, the sum over them would
    // be symmetric only to the statistics of the sample.
    return channel.waves.map { wave in
      let alike = channel.waves.indices.filter { channel.waves[$0].isExchange(of: wave) }
      let sum = alike.reduce(0) { $0 + totals[$1] } / Double(alike.count)
      // A wave that vanishes everywhere stays as it is.
      return sum == 0 ? 1 : weight / sum
    }
  }

  /// The prepared sample: the events of this process, with the sums of the weights of all.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - weights: The weight of each event of this process.
  ///   - normalization: That of the waves.
  ///   - background: The density of the background at each event; nil if it is not needed.
  ///   - file: The file of this process for the blocks if they are not kept in memory.
  /// - Throws: `DataFileError` if that file cannot be written; `Interruption`.
  func sample(
    _ events: EventTable, weights: [Double], normalization: [Double], background: [Double]?,
    file: String?
  ) throws -> EventSample {
    let columns = columns
    let length = columns.count * EventBlock.capacity
    let blockCount = (events.count + EventBlock.capacity - 1) / EventBlock.capacity
    let total = try events.share.sums(workers) {
      SIMD4(weights[$0], weights[$0] * weights[$0], 0, 0)
    }
    let completion = BlockCompletion(
      channel, from: allColumns, to: columns, eventCount: events.count, weights: weights,
      normalization: normalization, background: background)
    func sample(_ storage: EventSample.Storage) -> EventSample {
      EventSample(
        share: events.share, columns: columns, totalWeight: total[0],
        totalSquaredWeight: total[1], storage: storage)
    }
    switch storage {
    case .double:
      let memory = EventMemory<Double>(count: blockCount * length)
      _ = try overBlocks(of: events) { block, number in
        // Every block writes its own part of the memory.
        completion.finish(block, number) { place, value in
          memory.base[number * length + place] = value
        }
      }
      return sample(.double(memory))
    case .single:
      let memory = EventMemory<Float>(count: blockCount * length)
      _ = try overBlocks(of: events) { block, number in
        completion.finish(block, number) { place, value in
          memory.base[number * length + place] = Float(value)
        }
      }
      return sample(.single(memory))
    case .file:
      guard let file else { preconditionFailure("events on the disk need a file") }
      var writer = try BlockFile.Writer(path: file, blocks: blockCount, columns: columns.count)
      let words = EventMemory<Double>(count: length)
      let waves = WaveBlock(channel, parentMass: parentMass, radius: radius)
      let scratch = EventMemory<Double>(count: allColumns.count * EventBlock.capacity)
      defer { waves.deallocate() }
      for number in 0..<blockCount {
        waves.fill(scratch.base, allColumns, number, of: events)
        completion.finish(scratch.base, number) { place, value in words.base[place] = value }
        try writer.append(UnsafeBufferPointer(start: words.base, count: length))
      }
      return sample(.file(try writer.finish()))
    }
  }

  /// Calls `body` with every block of waves and masses and its number, and returns the results in
  /// the order of the blocks.
  private func overBlocks<Result: Sendable>(
    of events: EventTable, _ body: @Sendable (UnsafeMutablePointer<Double>, Int) throws -> Result
  ) throws -> [Result] {
    let columns = allColumns
    let length = columns.count * EventBlock.capacity
    let blockCount = (events.count + EventBlock.capacity - 1) / EventBlock.capacity
    let blocksPerItem = EventShare.blocksPerPiece
    let items = (blockCount + blocksPerItem - 1) / blocksPerItem
    return try workers.map(items) { item in
      let scratch = UnsafeMutablePointer<Double>.allocate(capacity: length)
      scratch.initialize(repeating: 0, count: length)
      let waves = WaveBlock(channel, parentMass: parentMass, radius: radius)
      defer {
        scratch.deallocate()
        waves.deallocate()
      }
      return try (item * blocksPerItem..<min((item + 1) * blocksPerItem, blockCount)).map {
        waves.fill(scratch, columns, $0, of: events)
        return try body(scratch, $0)
      }
    }.flatMap(\.self)
  }
}
