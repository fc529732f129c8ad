import Communication
import LinearAlgebra

/// The matrices Q of all nodes (``SampleCondenser``), and the events that are kept.
struct NodeSums {
  /// Upper triangles, row after row, node by node.
  private let matrices: [Double]
  /// For each event that is kept, its columns.
  private let kept: [[Double]]
  /// Σw·B over the condensed events, with the density B of the background.
  private let background: Double

  /// The sample is summed in this many parts in parallel. Their number does not depend on the
  /// number of threads, so that the result does not either.
  private static let partCount = 16

  private struct Part: Mergeable, Sendable {
    var matrices: [Double]
    var kept: [[Double]] = []
    var background = 0.0

    mutating func merge(_ later: Self) {
      for i in matrices.indices { matrices[i] += later.matrices[i] }
      kept += later.kept
      background += later.background
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
    let pieces = sample.pieceCount
    let parts = try workers.map(Self.partCount) { part in
      try Self.part(
        sample, pieces * part / Self.partCount..<pieces * (part + 1) / Self.partCount, mass, cells,
        place)
    }
    var tree = TreeSum<Part>()
    for part in parts { tree.append(part) }
    let total = tree.total ?? Part(matrices: [])
    matrices = total.matrices
    kept = total.kept
    background = total.background
  }

  private static func part(
    _ sample: EventSample, _ pieces: Range<Int>, _ mass: Int, _ cells: MassCells,
    _ place: (Double) -> Double
  ) throws -> Part {
    let columns = sample.columns
    let capacity = EventBlock.capacity
    let pairs = columns.waves * (columns.waves + 1) / 2
    let interpolation = ChebyshevInterpolation(order: cells.order)
    var part = Part(matrices: [Double](repeating: 0, count: cells.nodeCount * pairs))
    let scratch = BlockScratch()
    let products = UnsafeMutablePointer<Double>.allocate(capacity: pairs)
    let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: cells.order)
    defer {
      products.deallocate()
      coefficients.deallocate()
    }
    for piece in pieces {
      try sample.forEachBlock(ofPiece: piece, scratch) { number, block in
        for i in 0..<min(capacity, sample.count - number * capacity) {
          let x = place(block[columns.mass(mass) * capacity + i])
          guard x >= 0, case let cell = cells.cell(at: x), let node = cell.firstNode else {
            part.kept.append((0..<columns.count).map { block[$0 * capacity + i] })
            continue
          }
          let weight = block[columns.weight * capacity + i]
          if columns.hasBackground {
            part.background += weight * block[columns.background * capacity + i]
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
          part.matrices.withUnsafeMutableBufferPointer { matrices in
            guard let base = matrices.baseAddress else { return }
            for j in 0..<cells.order {
              let target = base + (node + j) * pairs
              for pair in 0..<pairs { target[pair] += coefficients[j] * products[pair] }
            }
          }
        }
      }
    }
    return part
  }

  /// The condensed sample of `original`.
  ///
  /// - Parameter squaredMass: The squared mass at x.
  func sample(
    for original: EventSample, mass: Int, _ cells: MassCells, squaredMass: (Double) -> Double
  ) -> EventSample {
    let columns = original.columns
    var rows = kept
    let nodes = ChebyshevInterpolation(order: cells.order).nodes
    for cell in cells.cells {
      guard let first = cell.firstNode else { continue }
      for (j, t) in nodes.enumerated() {
        let x = 0.5 * (cell.lower + cell.upper + t * (cell.upper - cell.lower))
        var row = [Double](repeating: 0, count: columns.count)
        row[columns.mass(mass)] = squaredMass(x)
        rows += Self.rows(of: matrix(first + j, columns), columns, row)
      }
    }
    if columns.hasBackground, var row = rows.last {
      // The background does not depend on the mass: one event without waves carries all of it.
      for column in columns.wave(0, 0)..<columns.count { row[column] = 0 }
      row[columns.weight] = 1
      row[columns.background] = background
      rows.append(row)
    }
    return EventSample(rows: rows, columns, for: original)
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
  fileprivate init(rows: [[Double]], _ columns: Columns, for original: EventSample) {
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
      count: rows.count, columns: columns, totalWeight: original.totalWeight,
      totalSquaredWeight: original.totalSquaredWeight, storage: .double(memory))
  }
}
