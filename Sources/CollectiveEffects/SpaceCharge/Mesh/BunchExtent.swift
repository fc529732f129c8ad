import AutoDiff
import BeamTracking
import Communication

/// The extreme living particles of a bunch along x, y and z.
struct BunchExtent<T: TableNumber>: Sendable {
  /// Coordinates of the extreme particles [m].
  var lower: [T]
  var upper: [T]
  /// The indices of these particles; the first one among equal ones.
  var lowerNumbers: [Int]
  var upperNumbers: [Int]

  /// Nil if fewer than two particles live.
  init?<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, as _: P.Type, _ workers: Workers
  ) throws where P.Table == T {
    let tilesPerChunk = 64
    let chunks = (particles.tileCount + tilesPerChunk - 1) / tilesPerChunk
    let parts = try workers.map(chunks) { chunk in
      var part = Part()
      for tile in chunk * tilesPerChunk..<min((chunk + 1) * tilesPerChunk, particles.tileCount) {
        part.take(particles, tile, P.self)
      }
      return part
    }
    guard parts.reduce(0, { $0 + $1.count }) >= 2 else { return nil }
    lower = []
    upper = []
    lowerNumbers = []
    upperNumbers = []
    for axis in 0..<3 {
      // The first tile with the extreme contains the first particle with it.
      guard
        let low = parts.filter({ $0.count > 0 }).min(by: { $0.lower[axis] < $1.lower[axis] }),
        let high = parts.filter({ $0.count > 0 }).max(by: { $0.upper[axis] < $1.upper[axis] })
      else { return nil }
      let last = parts.first { $0.count > 0 && $0.upper[axis] == high.upper[axis] } ?? high
      let (first, lowest) = Self.find(
        low.lower[axis], axis, in: low.lowerTiles[axis], particles, P.self)
      let (second, highest) = Self.find(
        last.upper[axis], axis, in: last.upperTiles[axis], particles, P.self)
      lowerNumbers.append(first)
      upperNumbers.append(second)
      lower.append(lowest)
      upper.append(highest)
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
