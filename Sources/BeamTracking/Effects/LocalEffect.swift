import AutoDiff
import BeamMaps
import Communication

/// An effect that moves each particle independently of the others; it consists of its formula only.
///
///     struct EnergyLoss: LocalEffect {
///       var loss = 1e-3
///       func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] {
///         [loss * slice.length, 1.0 / slice.reference.beta]
///       }
///       func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
///         z.pt = z.pt + q[0] * (q[1] - z.pt)
///       }
///     }
///
/// Both functions are written once, generic over the scalar; derivatives follow from them. The
/// backward pass finds the former coordinates of a particle by Newton's method. The formula must be
/// invertible, but no inverse has to be written.
///
/// Effects that draw random numbers are ``RandomEffect``s.
public protocol LocalEffect: TapedEffect {
  /// The constants of the formula in one slice, computed once for all particles. None by default.
  func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T]
  /// Moves one particle.
  func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by constants: LocalConstants<S>)
  /// Whether a particle survives, from its new coordinates; all do by default.
  func keeps(_ z: PhaseSpace<Double>) -> Bool
}

extension LocalEffect {
  public func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] { [] }
  @inlinable @inline(__always)
  public func keeps(_ z: PhaseSpace<Double>) -> Bool { true }

  @inlinable
  public func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try moveAll(particles, slice, workers) }
  @inlinable
  public func act(
    on particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>, _ workers: Workers
  ) throws { try moveAll(particles, slice, workers) }
  @inlinable
  public func act(
    on particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>, _ workers: Workers
  ) throws { try moveAll(particles, slice, workers) }

  @inlinable
  func moveAll<C: SweepScalar, Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, _ slice: EffectSlice<C>, _ workers: Workers
  ) throws {
    try constants(slice).withAddress { values in
      let constants = LocalConstants<C>(values)
      try particles.forEachTile(workers) { tile in
        tile.forEach(C.self) { particle, _, z in
          move(&z, by: constants)
          if !keeps(z.plain) { tile.lose(particle) }
        }
      }
    }
  }

  @inlinable public static var placeForParameters: String { "constants" }

  @inlinable
  public func sample(
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>, like original: Self
  ) -> [Double] {
    var numbers: [Double] = []
    original.constants(slice).withAddress { values in
      particles.view(ofTile: 0).forEachParticle(Double.self) { _, _, point in
        var z = point
        move(&z, by: LocalConstants<Double>(values))
        numbers += [z.x, z.px, z.y, z.py, z.t, z.pt, keeps(z) ? 1 : 0]
      }
    }
    return numbers
  }
}

extension PhaseSpace where S: EffectScalar {
  /// The coordinates without any derivative.
  @inlinable @inline(__always)
  var plain: PhaseSpace<Double> {
    PhaseSpace<Double>(
      x: x.plain, px: px.plain, y: y.plain, py: py.plain, t: t.plain, pt: pt.plain)
  }
}
