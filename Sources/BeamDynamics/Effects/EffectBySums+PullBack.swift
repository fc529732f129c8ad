import AutoDiff
import Communication

// The way back of an effect by sums. The particles' places are those of the way there: the same sums,
// and the same response, recorded on a tape, give the kicks that are taken back and carry derivatives
// from the response to the sums.
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

  /// Takes particles and cotangents back through the effect.
  ///
  /// With sums s = Σw·D(q), response r = R(s) and kicks p ← p + K(q, r): r̄ = Σp̄·∂K/∂r,
  /// s̄ = r̄·∂R/∂s, q̄ += p̄·∂K/∂q + w·s̄·∂D/∂q. Cotangents w̄ are there as v = Ω⁻¹w̄.
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
      let bar = try takeBack(cotangents, particles, response.map { C.value(of: $0) }, workers)
      tape.runBackward { seeds in
        for (number, cotangent) in zip(response, bar) { C.seed(cotangent, to: number, &seeds) }
      }
      try addDeposits(
        cotangents, particles, recorded.map { C.cotangent(of: $0, on: tape) }, workers)
      func cotangent(_ number: C.Recorded) -> C { C.cotangent(of: number, on: tape) }
      return EffectCotangents(
        length: cotangent(inputs.length),
        kineticEnergyOverMass: cotangent(inputs.reference.kineticEnergyOverMass),
        charge: cotangent(inputs.charge))
    }
  }

  /// Takes the kicks back, and adds what they mean for the places.
  ///
  /// - Returns: The derivatives to the response.
  @inlinable
  func takeBack<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>, _ response: [C],
    _ workers: Workers
  ) throws -> [C] {
    try response.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return [] }
      nonisolated(unsafe) let values = base
      let zero = [C](repeating: .zero, count: response.count)
      return try particles.sum(workers, zero: zero) { tile, bar in
        bar.withUnsafeMutableBufferPointer { bar in
          guard let bar = bar.baseAddress else { return }
          let words = cotangents.address(ofTile: tile.number)
          tile.forEach(C.self) { particle, _, point in
            let address = words + (particle - tile.particles.lowerBound)
            var v = PhaseSpace<C>(loadedFrom: address, stride: Tile<Double>.wordCount)
            var looks = Response<Dual<6, C>>(values)
            let kick = self.kick(EffectPosition(varying: point), by: &looks)
            func derivative(_ i: Int) -> C {
              let sum = v.x * kick.px.tangent[i] + v.y * kick.py.tangent[i]
              return -(sum + v.t * kick.pt.tangent[i])
            }
            looks.pullBack([derivative(3), derivative(4), derivative(5)], to: bar)
            v.px = v.px + derivative(0)
            v.py = v.py + derivative(1)
            v.pt = v.pt + derivative(2)
            v.store(to: address, stride: Tile<Double>.wordCount)
            point.px = point.px - kick.px.value
            point.py = point.py - kick.py.value
            point.pt = point.pt - kick.pt.value
          }
        }
      }
    }
  }

  /// Adds what the derivatives to the sums mean for the places.
  @inlinable
  func addDeposits<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>, _ bar: [C],
    _ workers: Workers
  ) throws {
    try bar.withUnsafeBufferPointer { bar in
      nonisolated(unsafe) let bar = bar.baseAddress
      try particles.forEachTile(workers) { tile in
        let words = cotangents.address(ofTile: tile.number)
        tile.forEach(C.self) { particle, weight, point in
          let address = words + (particle - tile.particles.lowerBound)
          var v = PhaseSpace<C>(loadedFrom: address, stride: Tile<Double>.wordCount)
          var deposit = Deposit<Dual<3, C>>(sums: nil, cotangents: bar, weight: weight)
          self.deposit(EffectPosition(varying: point), into: &deposit)
          v.px = v.px + weight * deposit.product.tangent[0]
          v.py = v.py + weight * deposit.product.tangent[1]
          v.pt = v.pt + weight * deposit.product.tangent[2]
          v.store(to: address, stride: Tile<Double>.wordCount)
        }
      }
    }
  }
}

extension EffectPosition {
  @inlinable @inline(__always)
  init(_ point: PhaseSpace<S>) {
    self.init(x: point.x, y: point.y, t: point.t)
  }

  /// A place that varies in the first three directions.
  @inlinable @inline(__always)
  init(varying point: PhaseSpace<S.Base>) {
    self.init(
      x: .lifted(point.x, along: 0), y: .lifted(point.y, along: 1), t: .lifted(point.t, along: 2))
  }
}
