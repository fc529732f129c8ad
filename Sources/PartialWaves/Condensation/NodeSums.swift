import Communication
import LinearAlgebra

/// The matrices Q of all nodes (``SampleCondenser``), and the events that are kept.
struct NodeSums {
  /// Upper triangles, row after row, node by node.
  private let matrices: [Double]
  /// For each event of this process that is kept, its columns.
  private let kept: [[Double]]
  /// Σw·B over the condensed events, with the density B of the background.
  private let background: Double

  /// Pieces whose sums are in memory at once, for each thread.
  private static let piecesPerThread = 4

  /// The sums over a piece, and the events of it that are kept.
  private struct Part: Sendable {
    var sums: Sums
    var kept: [[Double]] = []
  }

  private struct Sums: Mergeable, Packable, Sendable {
    var matrices: [Double]
    var background = 0.0

    init(count: Int) { matrices = Array(repeating: 0, count: count) }

    mutating func merge(_ later: Self) {
      for i in matrices.indices { matrices[i] += later.matrices[i] }
      background += later.background
    }

    func pack(into message: inout [UInt8]) {
      matrices.pack(into: &message)
      background.pack(into: &message)
    }

    init(unpacking message: inout PackedValues) {
      matrices = [Double](unpacking: &message)
      background = Double(unpacking: &message)
    }
  }

  /// - Parameters:
  ///   - sample: The events.
  ///   - mass: The squared mass that lineshapes depend on, by its number.
  ///   - cells: The cells of x.
  ///   - place: x as a function of the squared mass.
  init(
    of sample: EventSample, mass: Int, _ cells: MassCells,
    place: @Sendable (Double) -> Double, _ workers: Workers
  ) throws {
    let pieces = sample.share.pieces
    var tree = TreeSum<Sums>(from: pieces.lowerBound)
    var kept: [[Double]] = []
    let atOnce = Self.piecesPerThread * workers.count
    for first in stride(from: pieces.lowerBound, to: pieces.upperBound, by: atOnce) {
      let parts = try workers.map(min(atOnce, pieces.upperBound - first)) {
        try Self.part(sample, first + $0, mass, cells, place)
      }
      for part in parts {
        tree.append(part.sums)
        kept += part.kept
      }
    }
    let total = try workers.communicator.total(tree)
    matrices = total?.matrices ?? []
    background = total?.background ?? 0
    self.kept = kept
  }

  private static func part(
    _ sample: EventSample, _ piece: Int, _ mass: Int, _ cells: MassCells,
    _ place: (Double) -> Double
  ) throws -> Part {
    let columns = sample.columns
    let capacity = EventBlock.capacity
    let pairs = columns.waves * (columns.waves + 1) / 2
    let interpolation = ChebyshevInterpolation(order: cells.order)
    var part = Part(sums: Sums(count: cells.nodeCount * pairs))
    let scratch = BlockScratch()
    let products = UnsafeMutablePointer<Double>.allocate(capacity: pairs)
    let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: cells.order)
    defer {
      products.deallocate()
      coefficients.deallocate()
    }
    try sample.forEachBlock(ofPiece: piece, scratch) { number, block in
      for i in 0..<min(capacity, sample.count - number * capacity) {
        let x = place(block[columns.mass(mass) * capacity + i])
        guard x >= 0, case let cell = cells.cell(at: x), let node = cell.firstNode else {
          part.kept.append((0..<columns.count).map { block[$0 * capacity + i] })
          continue
        }
        let weight = block[columns.weight * capacity + i]
        if columns.hasBackground {
          part.sums.background += weight * block[columns.background * capacity + i]
        }
        var pair = 0
        for w in 0..<columns.waves {
          for v in w..<columns.waves {
            var product = 0.0
            for k in 0..<columns.components {
              product +=
                block[columns.wave(w, k) * capacity + i]
                * block[columns.wave(v, k) * capacity + i]
            }
            products[pair] = weight * product
            pair += 1
          }
        }
        interpolation.fill(
          coefficients, at: (2 * x - cell.lower - cell.upper) / (cell.upper - cell.lower))
        part.sums.matrices.withUnsafeMutableBufferPointer { matrices in
          guard let base = matrices.baseAddress else { return }
          for j in 0..<cells.order {
            let target = base + (node + j) * pairs
            for pair in 0..<pairs { target[pair] += coefficients[j] * products[pair] }
          }
        }
      }
    }
    return part
  }

  /// The condensed sample of `original`: first the events that are kept, then those of the nodes.
  ///
  /// - Parameter squaredMass: The squared mass at x.
  /// - Throws: What communicating throws.
  func sample(
    for original: EventSample, mass: Int, _ cells: MassCells, _ communicator: any Communicator,
    squaredMass: (Double) -> Double
  ) throws -> EventSample {
    let columns = original.columns
    var rows: [[Double]] = []
    let nodes = ChebyshevInterpolation(order: cells.order).nodes
    var last = [Double](repeating: 0, count: columns.count)
    for cell in cells.cells {
      guard let first = cell.firstNode else { continue }
      for (j, t) in nodes.enumerated() {
        let x = 0.5 * (cell.lower + cell.upper + t * (cell.upper - cell.lower))
        last[columns.mass(mass)] = squaredMass(x)
        rows += Self.rows(of: matrix(first + j, columns), columns, last)
      }
    }
    if columns.hasBackground {
      // The background does not depend on the mass: one event without waves carries all of it.
      last[columns.weight] = 1
      last[columns.background] = background
      rows.append(last)
    }
    // The events that are kept lie in any process; they go to those that have their numbers.
    let counts = try communicator.allGather(values: kept.count)
    let keptCount = counts.reduce(0, +)
    let total = keptCount + rows.count
    let first = counts[..<communicator.rank].reduce(0, +)
    let received = try communicator.exchange(
      lists: (0..<communicator.size).map { rank in
        let wanted = EventShare(of: total, communicator, rank: rank).events
          .clamped(to: first..<first + kept.count)
        return kept[wanted.lowerBound - first..<wanted.upperBound - first].flatMap(\.self)
      }
    ).flatMap(\.self)
    let share = EventShare(of: total, communicator)
    let own = stride(from: 0, to: received.count, by: columns.count).map {
      Array(received[$0..<$0 + columns.count])
    }
    let nodeRows = share.events.clamped(to: keptCount..<total)
    return EventSample(
      share, rows: own + rows[nodeRows.lowerBound - keptCount..<nodeRows.upperBound - keptCount],
      columns, for: original)
  }

  private func matrix(_ node: Int, _ columns: EventSample.Columns) -> DenseMatrix {
    let n = columns.waves
    let first = node * n * (n + 1) / 2
    return DenseMatrix(rows: n, columns: n) { i, j in
      let (w, v) = (min(i, j), max(i, j))
      return matrices[first + w * n - w * (w - 1) / 2 + v - w]
    }
  }

  /// Events of weight 1 and −1 whose waves sum to a matrix. One event holds as many eigenvectors as
  /// a wave has components.
  private static func rows(
    of matrix: DenseMatrix, _ columns: EventSample.Columns, _ template: [Double]
  ) -> [[Double]] {
    guard let eigen = SymmetricEigenvalues(matrix) else { return [] }
    let greatest = eigen.values.map(\.magnitude).max() ?? 0
    var rows: [[Double]] = []
    for sign in [1.0, -1] {
      let own = eigen.values.indices.filter { sign * eigen.values[$0] > 0x1p-60 * greatest }
      for start in stride(from: 0, to: own.count, by: columns.components) {
        var row = template
        row[columns.weight] = sign
        for (k, number) in own[start..<min(start + columns.components, own.count)].enumerated() {
          let length = eigen.values[number].magnitude.squareRoot()
          for w in 0..<columns.waves {
            row[columns.wave(w, k)] = length * eigen.vectors[number][w]
          }
        }
        rows.append(row)
      }
    }
    return rows
  }
}

extension EventSample {
  /// Events given by their columns. Their total weight is that of another sample.
  fileprivate init(
    _ share: EventShare, rows: [[Double]], _ columns: Columns, for original: EventSample
  ) {
    let capacity = EventBlock.capacity
    let blocks = (rows.count + capacity - 1) / capacity
    let memory = EventMemory<Double>(count: blocks * columns.count * capacity)
    for slot in 0..<blocks * capacity {
      let row = rows[min(slot, rows.count - 1)]
      for column in 0..<columns.count {
        let isFilling = slot >= rows.count && column == columns.weight
        memory.base[(slot / capacity * columns.count + column) * capacity + slot % capacity] =
          isFilling ? 0 : row[column]
      }
    }
    self.init(
      share: share, columns: columns, totalWeight: original.totalWeight,
      totalSquaredWeight: original.totalSquaredWeight, storage: .double(memory))
  }
}
