import AutoDiff
import BeamMaps
import Communication

// The backward pass of a local effect, particle by particle.
extension LocalEffect {
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

  /// With z′ = f(z, c): finds z by Newton's method, c̄ = Σw·∂f/∂c, w ← w·∂f/∂z. Cotangents w are
  /// stored as v = Ω⁻¹w.
  @inlinable
  func goBack<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<C>, _ tape: Tape, _ workers: Workers
  ) throws -> EffectCotangents<C> {
    try tape.record {
      let inputs = slice.map { C.record($0, on: tape) }
      let constants = self.constants(inputs)
      let derivatives = try takeBack(
        cotangents, particles, constants.map { C.value(of: $0) }, slice.place.name, workers)
      tape.runBackward { seeds in
        for (number, cotangent) in zip(constants, derivatives) {
          C.seed(cotangent, to: number, &seeds)
        }
      }
      return EffectCotangents(of: inputs, on: tape)
    }
  }

  /// Moves particles, and propagates cotangents, backward.
  ///
  /// - Returns: The derivatives with respect to the constants.
  @inlinable
  func takeBack<C: SweepScalar>(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>, _ constants: [C],
    _ place: String, _ workers: Workers
  ) throws -> [C] {
    let count = constants.count
    return try constants.withAddress { values in
      nonisolated(unsafe) let values = values
      // After the derivatives stands the number of particles for which no inverse was found.
      let sums = try particles.sum(
        workers, zero: [C](repeating: .zero, count: count + 1)
      ) { tile, derivatives in
        let words = cotangents.address(ofTile: tile.index)
        tile.forEach(C.self) { particle, _, z in
          let v = words + (particle - tile.particles.lowerBound)
          guard let before = origin(of: z, values) else {
            derivatives[count] += .one
            return
          }
          z = before
          let w = PhaseSpace<C>(
            x: v.component(1), px: -v.component(0), y: v.component(3), py: -v.component(2),
            t: v.component(5), pt: -v.component(4))
          for first in stride(from: 0, to: count, by: 4) {
            let slopes = slopes(at: z, values, from: first)
            for i in 0..<min(4, count - first) { derivatives[first + i] += w.dot(slopes, i) }
          }
          let image = image(of: z, values)
          for i in 0..<3 {
            (w.dot(image, 2 * i) as C).store(
              to: v + (2 * i + 1) * Tile<Double>.capacity, stride: Tile<Double>.wordCount)
            (-w.dot(image, 2 * i + 1) as C).store(
              to: v + 2 * i * Tile<Double>.capacity, stride: Tile<Double>.wordCount)
          }
        }
      }
      if sums[count].plain > 0 { throw EffectNotReversible(kind: Self.kind, place: place) }
      return Array(sums.prefix(count))
    }
  }

  /// Where a particle is moved to, with the derivatives with respect to where it was.
  @inlinable @inline(__always)
  func image<C: SweepScalar>(
    of z: PhaseSpace<C>, _ values: UnsafePointer<C>
  ) -> PhaseSpace<Dual<6, C>> {
    var image = PhaseSpace<Dual<6, C>>(
      x: .lifted(z.x, along: 0), px: .lifted(z.px, along: 1), y: .lifted(z.y, along: 2),
      py: .lifted(z.py, along: 3), t: .lifted(z.t, along: 4), pt: .lifted(z.pt, along: 5))
    move(&image, by: LocalConstants(values))
    return image
  }

  /// The same with the derivatives with respect to four constants.
  @inlinable @inline(__always)
  func slopes<C: SweepScalar>(
    at z: PhaseSpace<C>, _ values: UnsafePointer<C>, from first: Int
  ) -> PhaseSpace<Dual<4, C>> {
    var image = PhaseSpace<Dual<4, C>>(
      x: .lifted(z.x, along: nil), px: .lifted(z.px, along: nil), y: .lifted(z.y, along: nil),
      py: .lifted(z.py, along: nil), t: .lifted(z.t, along: nil), pt: .lifted(z.pt, along: nil))
    move(&image, by: LocalConstants(values, varyingFrom: first))
    return image
  }

  /// Where a particle was that has been moved to `z`; nil if that is not found.
  ///
  /// Newton's method from where it is, until steps are roundings: then they do not shrink any more. One
  /// step more makes derivatives that the numbers carry as exact as they are.
  @inlinable
  func origin<C: SweepScalar>(of z: PhaseSpace<C>, _ values: UnsafePointer<C>) -> PhaseSpace<C>? {
    var before = z
    var last = Double.infinity
    let largest = (0..<6).reduce(0) { max($0, z[$1].plain.magnitude) }
    for _ in 0..<50 {
      let image = image(of: before, values)
      var matrix = LocalEquations<C>(image, minus: z)
      guard let step = matrix.solution else { return nil }
      var size = 0.0
      for i in 0..<6 {
        before[i] = before[i] - step[i]
        let scale = max(z[i].plain.magnitude, 1e-6 * largest, .leastNormalMagnitude)
        size = max(size, step[i].plain.magnitude / scale)
      }
      if !size.isFinite { return nil }
      if size <= 0x1p-52 || (size < 1e-6 && size > 0.5 * last) {
        if C.self == Double.self || last.isNaN { return before }
        // Marks that what follows is the last step.
        last = .nan
      } else if last.isNaN {
        return before
      } else {
        last = size
      }
    }
    return nil
  }
}

extension PhaseSpace where S: SweepScalar {
  /// w·∂z/∂i, with the cotangent w here.
  @inlinable @inline(__always)
  func dot<let n: Int>(_ image: PhaseSpace<Dual<n, S>>, _ i: Int) -> S {
    let first = x * image.x.tangent[i] + px * image.px.tangent[i] + y * image.y.tangent[i]
    return first + py * image.py.tangent[i] + t * image.t.tangent[i] + pt * image.pt.tangent[i]
  }
}
