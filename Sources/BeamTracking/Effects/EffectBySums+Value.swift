import AutoDiff
import BeamMaps
import Communication

// The value of an effect by sums, and its tangent. Sums are computed for each chunk of tiles and
// added in one fixed tree, so that their bits do not depend on the number of threads.
extension EffectBySums {
  @inlinable
  public func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try push(particles, slice, workers) }
  @inlinable
  public func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try push(particles, slice, workers) }
  @inlinable
  public func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>, _ workers: Workers
  ) throws { try push(particles, slice, workers) }

  @inlinable
  func push<C: SweepScalar, Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, _ slice: EffectSlice<C>, _ workers: Workers
  ) throws {
    let response = self.response(to: try sums(of: particles, workers), slice)
    try response.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      nonisolated(unsafe) let values = base
      try particles.forEachTile(workers) { tile in
        tile.forEach(C.self) { particle, _, point in
          var reader = Response<C>(values, count: response.count)
          let kick = self.kick(EffectPosition(point), by: &reader)
          point.px = point.px + kick.px
          point.py = point.py + kick.py
          point.pt = point.pt + kick.pt
          if kick.isLost { tile.lose(particle) }
        }
      }
    }
  }

  /// The sums over all living particles.
  @inlinable
  func sums<C: SweepScalar, Word: ParticleWord>(
    of particles: ParticleBlocks<Word>, _ workers: Workers
  ) throws -> [C] {
    let count = sumCount
    return try particles.sum(workers, zero: [C](repeating: .zero, count: count)) { tile, sums in
      sums.withUnsafeMutableBufferPointer { buffer in
        let base = buffer.baseAddress
        tile.forEachParticle(C.self) { _, weight, point in
          var deposit = Deposit<C>(sums: base, cotangents: nil, count: count, weight: weight)
          self.deposit(EffectPosition(point), into: &deposit)
        }
      }
    }
  }

  @inlinable public static var placeForParameters: String { "response" }

  @inlinable
  public func sample(
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, like original: Self
  ) -> [Double] {
    let tile = particles.view(ofTile: 0)
    let response = original.response(to: original.sums(of: tile), slice)
    var numbers = sums(of: tile)
    response.withAddress { values in
      tile.forEachParticle(Double.self) { _, _, point in
        var reader = Response<Double>(values, count: response.count)
        let kick = self.kick(EffectPosition(point), by: &reader)
        numbers += [kick.px, kick.py, kick.pt, kick.isLost ? 1 : 0]
      }
    }
    return numbers
  }

  /// The sums over one tile.
  @inlinable
  func sums<Word: ParticleWord>(of tile: ParticleBlocks<Word>.TileView) -> [Double] {
    let count = sumCount
    var sums = [Double](repeating: 0, count: count)
    sums.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress
      tile.forEachParticle(Double.self) { _, weight, point in
        var deposit = Deposit<Double>(sums: base, cotangents: nil, count: count, weight: weight)
        self.deposit(EffectPosition(point), into: &deposit)
      }
    }
    return sums
  }
}
