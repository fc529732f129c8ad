import AutoDiff
import BeamMaps
import Communication

// The backward pass of an effect by sums. A kick does not change positions, so the sums and the
// response are the same as in the forward pass. They are recorded on a tape, which gives the kicks
// to subtract, and the derivatives of the response with respect to the sums.
extension EffectBySums {
  @inlinable
  public func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Double> {
    try goBack(cotangents, particles, slice, tape, workers)
  }
  @inlinable
  public func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<Tangent<Double>> {
    try goBack(cotangents, particles, slice, tape, workers)
  }

  /// Moves particles, and propagates cotangents, backward through the effect.
  ///
  /// With sums s = Σw·D(q), response r = R(s) and kicks p ← p + K(q, r): r̄ = Σp̄·∂K/∂r, s̄ =
  /// r̄·∂R/∂s, q̄ += p̄·∂K/∂q + w·s̄·∂D/∂q. Cotangents w̄ are stored as v = Ω⁻¹w̄.
  @inlinable
  func goBack<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<C>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<C> {
    let sums: [C] = try sums(of: particles, workers)
    return try tape.record {
      let recorded = sums.map { C.record($0, on: tape) }
      let inputs = slice.map { C.record($0, on: tape) }
      let response = self.response(to: recorded, inputs)
      let derivatives = try takeBack(
        cotangents, particles, response.map { C.value(of: $0) }, workers)
      tape.runBackward { seeds in
        for (number, cotangent) in zip(response, derivatives) {
          C.seed(cotangent, to: number, &seeds)
        }
      }
      try addDeposits(
        cotangents, particles, recorded.map { C.cotangent(of: $0, on: tape) }, workers)
      return EffectCotangents(of: inputs, on: tape)
    }
  }

  /// Subtracts the kicks, and adds p̄·∂K/∂q to the cotangents of positions.
  ///
  /// - Returns: The derivatives with respect to the response.
  @inlinable
  func takeBack<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>, _ response: [C],
    _ workers: Workers
  ) throws -> [C] {
    try response.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      nonisolated(unsafe) let values = base
      let count = response.count
      let zero = [C](repeating: .zero, count: count)
      return try particles.sum(workers, zero: zero) { tile, derivatives in
        derivatives.withUnsafeMutableBufferPointer { derivatives in
          guard let derivatives = derivatives.baseAddress else { return }
          let words = cotangents.address(ofTile: tile.index)
          tile.forEach(C.self) { particle, _, point in
            let v = words + (particle - tile.particles.lowerBound)
            // Few kicks use more than one value of the response.
            if !takeBack(Dual<4, C>.self, &point, v, values, count, derivatives) {
              _ = takeBack(Dual<6, C>.self, &point, v, values, count, derivatives)
            }
          }
        }
      }
    }
  }

  /// Subtracts the kick of one particle, and adds its part to the cotangents.
  ///
  /// - Returns: False, without any change, if the kick uses more than n − 3 values of the response.
  @inlinable @inline(__always)
  func takeBack<let n: Int, C: SweepScalar>(
    _: Dual<n, C>.Type, _ point: inout PhaseSpace<C>, _ v: UnsafeMutablePointer<Double>,
    _ values: UnsafePointer<C>, _ count: Int, _ derivatives: UnsafeMutablePointer<C>
  ) -> Bool {
    var reader = Response<Dual<n, C>>(values, count: count)
    let kick = self.kick(EffectPosition(varying: point), by: &reader)
    if reader.useCount > n - 3 { return false }
    let (x, y, t) = (v.component(0) as C, v.component(2) as C, v.component(4) as C)
    func derivative(_ i: Int) -> C {
      let sum = x * kick.px.tangent[i] + y * kick.py.tangent[i]
      return -(sum + t * kick.pt.tangent[i])
    }
    reader.pullBack(InlineArray { i in i < n - 3 ? derivative(3 + i) : .zero }, to: derivatives)
    v.add(derivative(0), to: 1)
    v.add(derivative(1), to: 3)
    v.add(derivative(2), to: 5)
    point.px = point.px - kick.px.value
    point.py = point.py - kick.py.value
    point.pt = point.pt - kick.pt.value
    return true
  }

  /// Adds w·s̄·∂D/∂q, the derivatives of the sums, to the cotangents of positions.
  @inlinable
  func addDeposits<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>, _ derivatives: [C],
    _ workers: Workers
  ) throws {
    let count = derivatives.count
    try derivatives.withUnsafeBufferPointer { derivatives in
      nonisolated(unsafe) let derivatives = derivatives.baseAddress
      try particles.forEachTile(workers) { tile in
        let words = cotangents.address(ofTile: tile.index)
        tile.forEachParticle(C.self) { particle, weight, point in
          let v = words + (particle - tile.particles.lowerBound)
          var deposit = Deposit<Dual<3, C>>(
            sums: nil, cotangents: derivatives, count: count, weight: weight)
          self.deposit(EffectPosition(varying: point), into: &deposit)
          v.add(weight * deposit.product.tangent[0], to: 1)
          v.add(weight * deposit.product.tangent[1], to: 3)
          v.add(weight * deposit.product.tangent[2], to: 5)
        }
      }
    }
  }
}

extension UnsafeMutablePointer<Double> {
  /// Coordinate `i` of the particle at this address in a tile.
  @inlinable @inline(__always)
  func component<C: SweepScalar>(_ i: Int) -> C {
    C.load(self + i * Tile<Double>.capacity, stride: Tile<Double>.wordCount)
  }

  /// Adds to coordinate `i` of the particle at this address in a tile.
  @inlinable @inline(__always)
  func add<C: SweepScalar>(_ number: C, to i: Int) {
    let place = self + i * Tile<Double>.capacity
    (C.load(place, stride: Tile<Double>.wordCount) + number)
      .store(to: place, stride: Tile<Double>.wordCount)
  }
}

extension EffectPosition {
  @inlinable @inline(__always)
  init(_ point: PhaseSpace<S>) {
    self.init(x: point.x, y: point.y, t: point.t)
  }

  /// A position with a derivative along each of the first three directions.
  @inlinable @inline(__always)
  init(varying point: PhaseSpace<S.Base>) {
    self.init(
      x: .lifted(point.x, along: 0), y: .lifted(point.y, along: 1), t: .lifted(point.t, along: 2))
  }
}
