import AutoDiff
import BeamMaps

/// The energy that the reference particle gains in fields along the axis, as a function of a phase that is
/// added to all that oscillate.
///
/// The fields are those of an integration: kicks of the energy, and flights in between. The first two
/// derivatives with respect to the phase are integrated with it.
struct GainCurve<C: RealScalar> {
  /// A kick of the energy: γ ← γ + gain·cos(kt + φ), where t is measured from the beginning.
  struct Kick {
    /// The length flown before it [m].
    let flight: C
    /// k [1/m]
    let wavenumber: C
    /// φ [rad] at the beginning.
    let phase: C
    let gain: C
    /// It is that of a static field, to whose phase nothing is added.
    var isStatic = false
  }

  /// γ − 1 at the beginning.
  let kineticEnergyOverMass: C
  /// In their order.
  var kicks: [Kick] = []

  init(from reference: ReferenceParticle<C>) {
    kineticEnergyOverMass = reference.kineticEnergyOverMass
  }

  /// γ − 1 at the end with `offset` [rad] added to the phases, and its derivatives with respect to it; not
  /// a number if the particle is stopped.
  @inline(never)
  func end(offset: C) -> (energy: C, first: C, second: C) {
    var energy = (u: kineticEnergyOverMass, first: C.zero, second: C.zero)
    var time = (t: C.zero, first: C.zero, second: C.zero)
    for kick in kicks {
      // dt/ds = (1 + u)/p with p = √(u(u + 2)), of which the derivatives by u are −1/p³ and 3(1 + u)/p⁵.
      let inverse = 1.0 / C.sqrt(energy.u * (energy.u + 2.0))
      let square = inverse * inverse
      let slowness = (1.0 + energy.u) * inverse
      let slope = C.zero - square * inverse
      let curvature = 3.0 * slowness * (square * square)
      time.t += kick.flight * slowness
      time.second +=
        kick.flight * (curvature * (energy.first * energy.first) + slope * energy.second)
      time.first += kick.flight * slope * energy.first
      let phase = kick.isStatic ? kick.phase : kick.phase + offset
      let (sine, cosine) = C.sincos(phase + kick.wavenumber * time.t)
      let rate = (kick.isStatic ? 0.0 : 1.0) + kick.wavenumber * time.first
      energy.u += kick.gain * cosine
      energy.first -= kick.gain * sine * rate
      energy.second -=
        kick.gain * (cosine * (rate * rate) + sine * (kick.wavenumber * time.second))
    }
    return (energy.u, energy.first, energy.second)
  }

  /// The phase [rad] that gives the greatest gain: the best of 24, refined by Newton's method for the zero of
  /// the first derivative, which gives the derivatives of the phase, too (implicit function theorem).
  /// Where there is no field, it is the first of them, 0.
  var crest: C {
    let spacing = 2 * Double.pi / 24
    var best = C.zero
    var most = end(offset: best).energy
    for n in 1..<24 {
      let offset = C(spacing * Double(n))
      let energy = end(offset: offset).energy
      let isBetter = most < energy
      best = C.select(isBetter, offset, best)
      most = C.select(isBetter, energy, most)
    }
    for _ in 0..<8 {
      let gain = end(offset: best)
      let isMaximum = gain.second < C.zero
      let step = gain.first / C.select(isMaximum, gain.second, C(-1))
      // Not further than the next of the 24, where the curve may be no parabola.
      best = best - C.minimum(C.maximum(step, C(-spacing)), C(spacing))
    }
    return best
  }
}

extension ReferenceParticle {
  /// The phase [rad] of greatest gain in the element that `slice` belongs to. At its entrance it is
  /// found from the gain that the particle has there, and noted for the further slices and for the
  /// way back.
  mutating func crestPhase(in slice: Slice, gain: (Self) -> GainCurve<C>) -> C {
    if slice.isFirst && !slice.isBackward { crestPhase = gain(self).crest }
    return crestPhase
  }
}
