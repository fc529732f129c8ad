import AutoDiff
import BeamTracking
import Communication
import FourierTransform

/// The particles of a bunch in the order of the mesh's rows, with the numbers that they exchange
/// with the mesh.
///
/// A record contains its values one after the other, and then the derivatives of all of them.
/// Particles of one row keep the order of their numbers, so that every sum over them has one order
/// for any number of threads.
package final class SortedParticles<C: MeshNumber>: @unchecked Sendable {
  // Unchecked: each range of records is written by one thread.

  /// The indices of numbers in a record.
  enum Field {
    /// The position in cells from node 0: three numbers.
    static var position: Int { 0 }
    /// The weight: the number of particles of weight 1 that it represents.
    static var weight: Int { 3 }
    /// The field: three numbers. It replaces the position if that is no longer needed.
    static func field(keepsPosition: Bool) -> Int { keepsPosition ? 8 : 0 }
    /// The cotangent of the field: three numbers.
    static var force: Int { 4 }
    /// The cotangent of the position: three numbers.
    static var slope: Int { 11 }
    /// The cotangent of the charge.
    static var share: Int { 14 }
    /// Force times field transverse to a profile, without the profile's value, and along it. The
    /// cotangent of the charge later replaces the first.
    static var workAcross: Int { 14 }
    static var workAlong: Int { 15 }
  }

  /// Whether records have room for the further numbers of the backward pass.
  let keepsPositions: Bool
  /// The number of values in a record.
  let width: Int
  /// The index of the record of each particle of the bunch; −1 for one that is lost or outside the
  /// mesh.
  let places: UnsafeMutablePointer<Int32>
  /// The index of the first record of each row of cells, and the end: row y + z·(rows along y).
  private(set) var rowStarts: [Int] = []
  /// The number of living particles outside the mesh.
  private(set) var outsideCount = 0
  /// The charge of a particle of weight 1 [C].
  private(set) var unitCharge = C.zero
  private var memory: AlignedWords<C.Word>
  let particleCount: Int

  package init(particleCount: Int, keepsPositions: Bool) {
    self.keepsPositions = keepsPositions
    width = keepsPositions ? 16 : 4
    self.particleCount = particleCount
    places = .allocate(capacity: max(particleCount, 1))
    memory = AlignedWords(count: particleCount * width * C.componentCount)
  }

  /// Makes room for the records of another process's particles, which come in the order of rows.
  ///
  /// - Parameters:
  ///   - rowStarts: The index of the first record of each row, and the end.
  ///   - others: Records of particles with the same charge.
  func take(rowStarts: [Int], like others: SortedParticles<C>) {
    self.rowStarts = rowStarts
    unitCharge = others.unitCharge
    let words = count * stride
    // Numbers change little from kick to kick.
    if memory.count < words { memory = AlignedWords(count: words + words / 16) }
  }

  deinit { places.deallocate() }

  /// The number of words of a record.
  @inline(__always) var stride: Int { width * C.componentCount }

  /// The number of particles on the mesh.
  var count: Int { rowStarts.last ?? 0 }

  @inline(__always)
  func record(_ i: Int) -> UnsafeMutablePointer<C.Word> { memory.words + i &* stride }

  @inline(__always)
  func load(_ record: UnsafeMutablePointer<C.Word>, _ field: Int) -> C {
    C.load(record + field, stride: width)
  }

  @inline(__always)
  func store(_ number: C, _ record: UnsafeMutablePointer<C.Word>, _ field: Int) {
    number.store(to: record + field, stride: width)
  }

  /// The charge of a record [C].
  ///
  /// It is stored as a weight, whose fractions along a profile do not depend on the charge, which
  /// may be 0.
  @inline(__always)
  func charge(_ record: UnsafeMutablePointer<C.Word>) -> C {
    load(record, Field.weight) * unitCharge
  }

  /// Sorts the living particles that are on `mesh`.
  ///
  /// - Parameter unit: The charge of a particle of weight 1 [C].
  func sort<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, as _: P.Type, on mesh: Mesh<C.Table>, margin: Double,
    unit: C.Table, _ workers: Workers
  ) throws where P.Table == C.Table {
    let rows = mesh.size.y
    let bins = rows * mesh.size.z
    let chunks = min(workers.count, max(particles.tileCount, 1))
    let tilesPerChunk = (particles.tileCount + chunks - 1) / chunks
    let scale = CellScale(mesh, margin: margin)
    unitCharge = C(rounding: unit)
    nonisolated(unsafe) let places = places
    var histograms = try workers.map(chunks) { chunk -> [Int32] in
      var histogram = [Int32](repeating: 0, count: bins + 1)
      histogram.withUnsafeMutableBufferPointer { histogram in
        let tiles = chunk * tilesPerChunk..<min((chunk + 1) * tilesPerChunk, particles.tileCount)
        for tile in tiles {
          let words = particles.address(ofTile: tile)
          let numbers = particles.indices(ofTile: tile)
          for i in 0..<numbers.count {
            let bin = scale.row(words + i, P.self)
            places[numbers.lowerBound + i] = Int32(truncatingIfNeeded: bin)
            histogram[bin < 0 ? bins : bin] += 1
          }
        }
      }
      return histogram
    }
    var starts = [Int](repeating: 0, count: bins + 1)
    var next: Int32 = 0
    for bin in 0..<bins {
      starts[bin] = Int(next)
      for chunk in 0..<chunks {
        let count = histograms[chunk][bin]
        histograms[chunk][bin] = next
        next += count
      }
    }
    starts[bins] = Int(next)
    rowStarts = starts
    let firsts = histograms
    let outside = try workers.map(chunks) { chunk -> Int in
      var next = firsts[chunk]
      var outside = 0
      next.withUnsafeMutableBufferPointer { next in
        let tiles = chunk * tilesPerChunk..<min((chunk + 1) * tilesPerChunk, particles.tileCount)
        for tile in tiles {
          let words = particles.address(ofTile: tile)
          let numbers = particles.indices(ofTile: tile)
          for i in 0..<numbers.count {
            let bin = Int(places[numbers.lowerBound + i])
            if bin < 0 {
              if bin == -2 { outside += 1 }
              continue
            }
            let place = Int(next[bin])
            next[bin] += 1
            places[numbers.lowerBound + i] = Int32(truncatingIfNeeded: place)
            let record = self.record(place)
            let u = scale.position(words + i, P.self)
            self.store(C(rounding: u.x), record, Field.position)
            self.store(C(rounding: u.y), record, Field.position + 1)
            self.store(C(rounding: u.z), record, Field.position + 2)
            let weight = P.load(
              words + i + Tile<P.Word>.weightPlane * Tile<P.Word>.capacity,
              stride: Tile<P.Word>.componentStride)
            self.store(C(rounding: weight.table), record, Field.weight)
          }
        }
      }
      return outside
    }
    outsideCount = outside.reduce(0, +)
  }

  /// Calls `body` for ranges of records to be added to the mesh. Ranges in use at the same time
  /// have no node in common.
  ///
  /// - Parameters:
  ///   - cut: The layers that each process has.
  ///   - pass: Called after each step, for what processes pass on to each other.
  func forEachSlab(
    of size: MeshSize, _ cut: SlabCut, _ workers: Workers, pass: (SlabCut.Step) throws -> Void,
    _ body: @Sendable (Range<Int>) -> Void
  ) throws {
    let rows = size.isFlat ? 1 : size.y
    for parity in 0..<2 {
      for turn in 0..<cut.turns[parity] {
        let step = SlabCut.Step(parity: parity, turn: turn)
        let pieces = cut.pieces(of: workers.communicator.rank, step)
        try workers.forEach(pieces.count) { i in
          body(
            self.rowStarts[
              pieces[i].lowerBound * rows]..<self.rowStarts[pieces[i].upperBound * rows]
          )
        }
        try pass(step)
      }
    }
  }

  /// Calls `body` for all records in ranges of a fixed size, numbered from 0.
  func forEachRange(
    _ workers: Workers, _ body: @Sendable (Int, Range<Int>) -> Void
  ) throws {
    let size = 4096
    try workers.forEach((count + size - 1) / size) { i in
      body(i, i * size..<min((i + 1) * size, self.count))
    }
  }
}

/// The conversion from metres to cells.
struct CellScale<T: TableNumber>: Sendable {
  private let mesh: Mesh<T>
  private let inverse: (x: T, y: T, z: T)
  private let rowsPerPlane: Int
  /// Limits of positions within which a stencil stays on the mesh.
  private let lower: (x: Double, y: Double, z: Double)
  private let upper: (x: Double, y: Double, z: Double)

  init(_ mesh: Mesh<T>, margin: Double) {
    self.mesh = mesh
    // On a flat mesh without a profile, every particle is at z = 0.
    let isFlat = mesh.size.isFlat
    let hasDepth = !isFlat || mesh.bins != nil
    inverse = (
      1.0 / mesh.spacing.x, 1.0 / mesh.spacing.y, hasDepth ? 1.0 / mesh.spacing.z : T(0.0)
    )
    rowsPerPlane = isFlat ? 0 : mesh.size.y
    // A particle exactly at the end of a stencil may be beyond it by rounding.
    let slack = 1e-6
    let first = margin - slack
    // Bins extend from the first particle to the last: no particle is outside.
    lower = (first, first, isFlat ? 0 : first)
    upper = (
      Double(mesh.size.x) - first, Double(mesh.size.y) - first,
      isFlat ? mesh.bins.map { Double($0) + 2 } ?? 0 : Double(mesh.size.z) - first
    )
  }

  /// The position in cells of the particle whose first word is at `address`.
  @inline(__always)
  func position<P: MeshNumber>(
    _ address: UnsafeMutablePointer<P.Word>, _: P.Type
  ) -> (x: T, y: T, z: T) where P.Table == T {
    let stride = Tile<P.Word>.componentStride
    let pitch = Tile<P.Word>.capacity
    let x = P.load(address, stride: stride).table
    let y = P.load(address + 2 * pitch, stride: stride).table
    let z = P.load(address + 4 * pitch, stride: stride).table
    return (
      (x - mesh.origin.x) * inverse.x, (y - mesh.origin.y) * inverse.y,
      (z - mesh.origin.z) * inverse.z
    )
  }

  /// The row of cells of a particle: y + z·(rows along y); −1 if it is lost, −2 if it is outside.
  @inline(__always)
  func row<P: MeshNumber>(_ address: UnsafeMutablePointer<P.Word>, _: P.Type) -> Int
  where P.Table == T {
    if address[Tile<P.Word>.alivePlane * Tile<P.Word>.capacity] == 0 { return -1 }
    let u = position(address, P.self)
    let (x, y, z) = (u.x.plain, u.y.plain, u.z.plain)
    guard lower.x <= x, x <= upper.x, lower.y <= y, y <= upper.y, lower.z <= z, z <= upper.z
    else { return -2 }
    return Int(y) + Int(z) * rowsPerPlane
  }
}
