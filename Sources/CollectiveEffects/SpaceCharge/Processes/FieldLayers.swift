import AutoDiff
import Communication
import FourierTransform

/// The layers of nodes of a field, planes of constant z or the rows of a flat mesh, in messages.
struct FieldLayers<C: MeshNumber>: Sendable {
  let field: MeshField<C>

  init(_ field: MeshField<C>) { self.field = field }

  /// The numbers in a layer.
  private var layerCount: Int {
    (field.size.x + 1) * (field.size.isFlat ? 1 : field.size.y + 1) * C.componentCount
  }

  /// Calls `body` with each run of consecutive numbers of a layer, and where it begins in the layer's message.
  private func forEachRun(
    _ layer: Int, _ body: (UnsafeMutablePointer<C.Word>, Int, Int) -> Void
  ) {
    let width = field.size.x + 1
    var place = 0
    for component in 0..<C.componentCount {
      for y in field.size.isFlat ? layer...layer : 0...field.size.y {
        let row =
          field.address(0, y, field.size.isFlat ? 0 : layer) + component * field.componentStride
        body(row, place, width)
        place += width
      }
    }
  }

  /// Copies layers to memory for them.
  private func read(
    _ layers: [Int], to memory: UnsafeMutablePointer<C.Word>, _ workers: Workers
  )
    throws
  {
    nonisolated(unsafe) let memory = memory
    try workers.forEach(layers.count) { number in
      self.forEachRun(layers[number]) { row, place, count in
        (memory + number * self.layerCount + place).update(from: row, count: count)
      }
    }
  }

  /// Copies memory to layers.
  private func write(
    _ layers: [Int], from memory: UnsafeMutablePointer<C.Word>, _ workers: Workers
  ) throws {
    nonisolated(unsafe) let memory = memory
    try workers.forEach(layers.count) { number in
      self.forEachRun(layers[number]) { row, place, count in
        row.update(from: memory + number * self.layerCount + place, count: count)
      }
    }
  }

  /// Sends layers to other processes, where they replace those of `target`; between the fields of this process they
  /// are copied.
  ///
  /// - Parameters:
  ///   - outgoing: The layers for each process, by rank.
  ///   - incoming: The layers from each process, by rank.
  ///   - pool: Memory for messages.
  func send(
    _ outgoing: [[Int]], to target: MeshField<C>, _ incoming: [[Int]],
    _ pool: WordPool<C.Word>, _ workers: Workers
  ) throws {
    let own = workers.communicator.rank
    let layers = FieldLayers(target)
    func memory(_ ranges: [[Int]]) -> (AlignedWords<C.Word>, [UnsafeMutableRawBufferPointer]) {
      let counts = ranges.enumerated().map { $0 == own ? 0 : $1.count * layerCount }
      let words = pool.take(counts.reduce(0, +))
      var next = words.words
      return (
        words,
        counts.map { count in
          defer { next += count }
          return UnsafeMutableRawBufferPointer(
            start: next, count: count * MemoryLayout<C.Word>.stride)
        }
      )
    }
    func words(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<C.Word>? {
      buffer.baseAddress?.assumingMemoryBound(to: C.Word.self)
    }
    let (sent, messages) = memory(outgoing)
    let (received, answers) = memory(incoming)
    defer {
      pool.giveBack(sent)
      pool.giveBack(received)
    }
    for (range, message) in zip(outgoing, messages) where !message.isEmpty {
      if let words = words(message) { try read(range, to: words, workers) }
    }
    try withExtendedLifetime((sent, received)) {
      try workers.communicator.exchange(
        messages.map { UnsafeRawBufferPointer($0) }, into: answers)
      for (range, answer) in zip(incoming, answers) where !answer.isEmpty {
        if let words = words(answer) { try layers.write(range, from: words, workers) }
      }
    }
    if target === field { return }
    for layer in outgoing[own] {
      forEachRun(layer) { row, place, count in
        let (component, rest) = place.quotientAndRemainder(
          dividingBy: layerCount / C.componentCount)
        let y = field.size.isFlat ? layer : rest / (field.size.x + 1)
        (target.address(0, y, field.size.isFlat ? 0 : layer) + component * target.componentStride)
          .update(from: row, count: count)
      }
    }
  }
}

extension Range<Int> {
  /// What two ranges have in common; an empty range if they have nothing.
  func common(with other: Self) -> Self {
    let first = Swift.max(lowerBound, other.lowerBound)
    return first..<Swift.max(first, Swift.min(upperBound, other.upperBound))
  }
}
