import AutoDiff
import BeamTracking
import Communication

/// Centroid and variances of the living particles of a bunch along x, y and z.
struct BunchSizes<T: TableNumber>: Sendable {
  /// Σ of the weights.
  var weight: T
  /// Mean positions [m].
  var mean: [T]
  /// Variances of the positions [m²], per Σ of the weights.
  var variance: [T]

  /// Nil if fewer than two particles live.
  ///
  /// - Throws: ``SpaceChargeError`` if the variance along an axis is zero.
  init?<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, as _: P.Type, _ workers: Workers
  ) throws where P.Table == T {
    let origin = [T(0.0), T(0.0), T(0.0)]
    let first = try Self.sums(particles, P.self, around: origin, workers)
    guard first.count >= 2, 0 < first.weight.plain else { return nil }
    let (weight, inverse) = (first.weight, 1.0 / first.weight)
    let mean = (0..<3).map { first.line[$0] * inverse }
    // About the mean, so that no digits are lost for a bunch far from the reference particle.
    let second = try Self.sums(particles, P.self, around: mean, workers)
    let variance = (0..<3).map { second.square[$0] * inverse }
    for axis in 0..<3 {
      // The mean has an error of some roundings.
      let rounding = 1e-13 * mean[axis].plain
      if !(variance[axis].plain > rounding * rounding) {
        throw SpaceChargeError.noSize(axis: ["x", "y", "z"][axis])
      }
    }
    self.weight = weight
    self.mean = mean
    self.variance = variance
  }

  private static func sums<P: MeshNumber>(
    _ particles: ParticleBlocks<P.Word>, _: P.Type, around origin: [T], _ workers: Workers
  ) throws -> Sums where P.Table == T {
    let chunks = particles.chunks
    let middle = (origin[0], origin[1], origin[2])
    let total = try workers.sum(chunks.numbers) { chunk -> Sums in
      let (stride, pitch) = (Tile<P.Word>.componentStride, Tile<P.Word>.capacity)
      var sums = Sums()
      for tile in chunks.tiles(chunk) {
        let words = particles.address(ofTile: tile)
        for i in 0..<particles.indices(ofTile: tile).count
        where words[Tile<P.Word>.alivePlane * pitch + i] != 0 {
          func load(_ plane: Int) -> T { P.load(words + (plane * pitch + i), stride: stride).table }
          sums.add(
            load(0) - middle.0, load(2) - middle.1, load(4) - middle.2,
            weight: load(Tile<P.Word>.weightPlane))
        }
      }
      return sums
    }
    return total ?? Sums()
  }

  private struct Sums: Mergeable, Packable, Sendable {
    var count = 0
    var weight = T(0.0)
    var line: InlineArray<3, T> = InlineArray(repeating: T(0.0))
    var square: InlineArray<3, T> = InlineArray(repeating: T(0.0))

    @inline(__always)
    mutating func add(_ x: T, _ y: T, _ z: T, weight: T) {
      count += 1
      self.weight = self.weight + weight
      let (wx, wy, wz) = (weight * x, weight * y, weight * z)
      line[0] = line[0] + wx
      line[1] = line[1] + wy
      line[2] = line[2] + wz
      square[0] = square[0] + wx * x
      square[1] = square[1] + wy * y
      square[2] = square[2] + wz * z
    }

    mutating func merge(_ later: Self) {
      count += later.count
      weight = weight + later.weight
      for axis in 0..<3 {
        line[axis] = line[axis] + later.line[axis]
        square[axis] = square[axis] + later.square[axis]
      }
    }
  }
}
