import AutoDiff
import BeamTracking
import Communication

/// The extreme living particles of a bunch along x, y and z.
struct BunchExtent<T: TableNumber>: Sendable {
  /// The number of living particles.
  private var count: Int
  /// Coordinates of the extreme particles [m].
  private(set) var lower: [T] = []
  private(set) var upper: [T] = []
  /// The numbers of these particles; the first one among equal ones.
  private(set) var lowerNumbers: [Int] = []
  private(set) var upperNumbers: [Int] = []

  /// Nil if fewer than two particles live in all processes.
  init?<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, as _: P.Type, _ workers: Workers
  ) throws where P.Table == T {
    self = try Self.own(particles, as: P.self, workers)
    if workers.communicator.size > 1 {
      let all = try workers.communicator.allGather(values: self)
      self = all[0]
      for other in all.dropFirst() { merge(other) }
    }
    if count < 2 { return nil }
  }

  /// The extent of the particles of this process.
  private static func own<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, as _: P.Type, _ workers: Workers
  ) throws -> Self where P.Table == T {
    let tilesPerChunk = 64
    let chunks = (particles.tileCount + tilesPerChunk - 1) / tilesPerChunk
    let parts = try workers.map(chunks) { chunk in
      var part = Part()
      for tile in chunk * tilesPerChunk..<min((chunk + 1) * tilesPerChunk, particles.tileCount) {
        part.take(particles, tile, P.self)
      }
      return part
    }
    var extent = Self(count: parts.reduce(0) { $0 + $1.count })
    for axis in 0..<3 {
      // The first tile with the extreme contains the first particle with it.
      guard
        let low = parts.filter({ $0.count > 0 }).min(by: { $0.lower[axis] < $1.lower[axis] }),
        let high = parts.filter({ $0.count > 0 }).max(by: { $0.upper[axis] < $1.upper[axis] })
      else { break }
      let last = parts.first { $0.count > 0 && $0.upper[axis] == high.upper[axis] } ?? high
      let (first, lowest) = find(
        low.lower[axis], axis, in: low.lowerTiles[axis], particles, P.self)
      let (second, highest) = find(
        last.upper[axis], axis, in: last.upperTiles[axis], particles, P.self)
      extent.lowerNumbers.append(first)
      extent.upperNumbers.append(second)
      extent.lower.append(lowest)
      extent.upper.append(highest)
    }
    return extent
  }

  private init(count: Int) { self.count = count }

  /// Adds particles whose numbers are higher.
  private mutating func merge(_ later: Self) {
    if later.count == 0 { return }
    if count == 0 {
      self = later
      return
    }
    count += later.count
    for axis in 0..<3 {
      if later.lower[axis].plain < lower[axis].plain {
        lower[axis] = later.lower[axis]
        lowerNumbers[axis] = later.lowerNumbers[axis]
      }
      if later.upper[axis].plain > upper[axis].plain {
        upper[axis] = later.upper[axis]
        upperNumbers[axis] = later.upperNumbers[axis]
      }
    }
  }

  /// The first living particle of `tile` whose coordinate is `value`.
  private static func find<P: MeshNumber>(
    _ value: Double, _ axis: Int, in tile: Int, _ particles: ParticleBlocks<P.Word>, _: P.Type
  ) -> (number: Int, coordinate: T) where P.Table == T {
    let words = particles.address(ofTile: tile)
    let numbers = particles.particles(ofTile: tile)
    let pitch = Tile<P.Word>.capacity
    for i in 0..<numbers.count
    where words[Tile<P.Word>.alivePlane * pitch + i] != 0
      && Double(words[2 * axis * pitch + i]) == value
    {
      let coordinate = P.load(
        words + (2 * axis * pitch + i), stride: Tile<P.Word>.componentStride)
      return (numbers.lowerBound + i, coordinate.table)
    }
    preconditionFailure("an extreme coordinate belongs to a particle")
  }

  /// The extent of a chunk of tiles.
  private struct Part: Sendable {
    var count = 0
    var lower: InlineArray<3, Double> = [.infinity, .infinity, .infinity]
    var upper: InlineArray<3, Double> = [-.infinity, -.infinity, -.infinity]
    var lowerTiles: InlineArray<3, Int> = [0, 0, 0]
    var upperTiles: InlineArray<3, Int> = [0, 0, 0]

    mutating func take<P: MeshNumber>(
      _ particles: ParticleBlocks<P.Word>, _ tile: Int, _: P.Type
    ) {
      typealias Group = P.PlainGroup
      let words = particles.address(ofTile: tile)
      let stride = Tile<P.Word>.componentStride
      let pitch = Tile<P.Word>.capacity
      let number = particles.particles(ofTile: tile).count
      let alive = P.Word.countNonzero(words + Tile<P.Word>.alivePlane * pitch, number)
      if alive == 0 { return }
      count += alive
      for axis in 0..<3 {
        var low = Group(Double.infinity)
        var high = Group(-Double.infinity)
        // Storage after the last particle is marked as lost.
        var i = 0
        while i < number {
          let isAlive =
            Group.zero < Group.load(words + (Tile<P.Word>.alivePlane * pitch + i), stride: stride)
          let x = Group.load(words + (2 * axis * pitch + i), stride: stride)
          low = Group.minimum(low, Group.select(isAlive, x, low))
          high = Group.maximum(high, Group.select(isAlive, x, high))
          i += Group.laneCount
        }
        var lanes = InlineArray<32, P.Word>(repeating: 0)
        var lanesSpan = lanes.mutableSpan
        lanesSpan.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          low.store(to: base, stride: Group.laneCount)
          high.store(to: base + 16, stride: Group.laneCount)
        }
        for lane in 0..<Group.laneCount {
          if Double(lanes[lane]) < lower[axis] {
            lower[axis] = Double(lanes[lane])
            lowerTiles[axis] = tile
          }
          if Double(lanes[16 + lane]) > upper[axis] {
            upper[axis] = Double(lanes[16 + lane])
            upperTiles[axis] = tile
          }
        }
      }
    }
  }
}

extension BunchExtent: Packable {
  func pack(into message: inout [UInt8]) {
    count.pack(into: &message)
    lower.pack(into: &message)
    upper.pack(into: &message)
    lowerNumbers.pack(into: &message)
    upperNumbers.pack(into: &message)
  }

  init(unpacking message: inout PackedValues) {
    count = Int(unpacking: &message)
    lower = [T](unpacking: &message)
    upper = [T](unpacking: &message)
    lowerNumbers = [Int](unpacking: &message)
    upperNumbers = [Int](unpacking: &message)
  }
}
