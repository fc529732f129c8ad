import AutoDiff
import BeamTracking
import Communication

/// The charge along a long bunch, per length c·Δt and per charge of the bunch [m⁻¹]: λ̂ at the
/// nodes of bins of equal width, and linear between them. Its integral is 1.
///
/// Slopes are central differences at the nodes, and also linear between them. There is one more
/// node before the first particle and after the last, where λ̂ = 0.
final class LongitudinalProfile<C: MeshNumber>: @unchecked Sendable {
  // Unchecked: it is written only in the initialiser.
  typealias T = C.Table

  /// The number of bins between the first and the last particle.
  let bins: Int
  /// λ̂ at the nodes 0 … bins + 2.
  let values: [T]
  /// λ̂ of a particle of weight 1 in its bin [m⁻¹]; 0 if no particle has a weight.
  private let perWeight: T
  /// The charge of the bunch [C].
  let charge: T
  private let words: UnsafeMutablePointer<C.Word>
  private var stride: Int { bins + 3 }

  /// - Parameters:
  ///   - rows: The rows of cells of the mesh that this process has.
  ///   - width: The width of a bin [m].
  init(
    of particles: SortedParticles<C>, rows: Range<Int>, bins: Int, width: T, _ workers: Workers
  ) throws {
    self.bins = bins
    let sum = try Self.sum(over: particles, rows, nodes: bins + 3, workers) { record, shares in
      let weight = particles.load(record, SortedParticles<C>.Field.weight).table
      let u = particles.load(record, SortedParticles<C>.Field.position + 2)
      let first = Self.first(u, bins)
      let f = (u - Double(first)).table
      shares.add(weight * (1.0 - f), at: first)
      shares.add(weight * f, at: first + 1)
    }
    var weight = T(0.0)
    for node in sum { weight = weight + node }
    perWeight = weight.plain == 0 ? T(0.0) : 1.0 / (weight * width)
    charge = weight * particles.unitCharge.table
    values = sum.map { [perWeight] in perWeight * $0 }
    words = .allocate(capacity: (bins + 3) * C.componentCount)
    for (i, value) in values.enumerated() {
      C(rounding: value).store(to: words + i, stride: bins + 3)
    }
  }

  deinit { words.deallocate() }

  /// The node before a position in bins, such that the nodes around it and around the next one
  /// exist.
  @inline(__always)
  private static func first(_ u: C, _ bins: Int) -> Int { max(1, min(Int(u.plain), bins)) }

  /// Sets the weights of a particle at `u` bins from node 0: the profile there, as one node along
  /// z.
  @inline(__always)
  func set(_ weights: borrowing StencilWeights<C>, at u: C) {
    let first = Self.first(u, bins)
    let f = u - Double(first)
    func node(_ i: Int) -> C { C.load(words + (first &+ i), stride: stride) }
    let (before, left, right, after) = (node(-1), node(0), node(1), node(2))
    let (atLeft, atRight) = (0.5 * (before - right), 0.5 * (left - after))
    weights.setPlane(
      value: left + f * (right - left), difference: atLeft + f * (atRight - atLeft),
      slope: right - left, differenceSlope: atRight - atLeft)
  }

  /// The cotangents of λ̂ at the nodes. A particle contributes its transverse work times the
  /// weights of λ̂, and its longitudinal work times half their difference over two bins.
  func valueCotangents(
    of particles: SortedParticles<C>, rows: Range<Int>, _ workers: Workers
  ) throws -> [T] {
    let bins = bins
    return try Self.sum(over: particles, rows, nodes: bins + 3, workers) { record, shares in
      typealias Field = SortedParticles<C>.Field
      let across = particles.load(record, Field.workAcross).table
      let along = 0.5 * particles.load(record, Field.workAlong).table
      let u = particles.load(record, Field.position + 2)
      let first = Self.first(u, bins)
      let f = (u - Double(first)).table
      let (left, right) = (along * (1.0 - f), along * f)
      shares.add(left, at: first - 1)
      shares.add(across * (1.0 - f) + right, at: first)
      shares.add(across * f - left, at: first + 1)
      shares.add(-right, at: first + 2)
    }
  }

  /// Adds, to the particles' slopes along z, the derivatives of λ̂ with respect to their positions
  /// times its cotangents.
  func addSlopes(
    to particles: SortedParticles<C>, from cotangents: [T], _ workers: Workers
  ) throws {
    typealias Field = SortedParticles<C>.Field
    try particles.forEachRange(workers) { _, range in
      for i in range {
        let record = particles.record(i)
        let first = Self.first(particles.load(record, Field.position + 2), self.bins)
        let weight = particles.load(record, Field.weight).table
        let slope = perWeight * weight * (cotangents[first + 1] - cotangents[first])
        let before = particles.load(record, Field.slope + 2)
        particles.store(before + C(rounding: slope), record, Field.slope + 2)
      }
    }
  }

  /// Sums at nodes over the records of all processes, row by row of the mesh.
  private static func sum(
    over particles: SortedParticles<C>, _ rows: Range<Int>, nodes: Int, _ workers: Workers,
    _ body: @Sendable (UnsafeMutablePointer<C.Word>, inout NodeSum<T>) -> Void
  ) throws -> [T] {
    let total = try workers.sum(rows) { row -> NodeSum<T> in
      var sum = NodeSum<T>(nodes)
      for number in particles.rowStarts[row]..<particles.rowStarts[row + 1] {
        body(particles.record(number), &sum)
      }
      return sum
    }
    return total?.values ?? [T](repeating: T(0.0), count: nodes)
  }
}

/// A sum at each node.
struct NodeSum<T: TableNumber>: Mergeable, Packable, Sendable {
  private(set) var values: [T]

  init(_ count: Int) { values = Array(repeating: T(0.0), count: count) }

  @inline(__always)
  mutating func add(_ value: T, at node: Int) { values[node] = values[node] + value }

  mutating func merge(_ later: Self) {
    for i in values.indices { values[i] = values[i] + later.values[i] }
  }

  func pack(into message: inout [UInt8]) { values.pack(into: &message) }

  init(unpacking message: inout PackedValues) { values = [T](unpacking: &message) }
}
