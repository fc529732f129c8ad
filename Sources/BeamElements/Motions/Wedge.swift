import AutoDiff
import BeamMaps

/// Flight through a wedge of uniform vertical field between two planes that meet on the axis, by the full
/// Hamiltonian: the frame turns by an angle θ as in a bend. Without field it is a change of frame.
///
/// The way through the field is (G/E)·atanc((bG/E)²), which has no 1/b. The inverse is the wedge of −θ.
/// (É. Forest, Beam Dynamics: A New Attitude and Framework (1998), has it with the arcsines of the
/// particle's two angles over b.)
public struct Wedge<S: ParticleScalar>: Sendable {
  @usableFromInline let sine, cosine: S
  /// b·sin θ
  @usableFromInline let bend: S
  /// b [1/m]
  @usableFromInline let curvature: S

  /// A wedge of `angle` θ [rad] in a field that bends with `curvature` b [1/m].
  @inlinable
  public init(angle: S.Constant, curvature: S.Constant) {
    let (sine, cosine) = S.Constant.sincos(angle)
    self.sine = S(sine)
    self.cosine = S(cosine)
    bend = S(curvature * sine)
    self.curvature = S(curvature)
  }

  /// Moves x, px and y: a call, since whoever needs it needs two of them.
  ///
  /// - Returns: Λ, the length of the flight over the particle's momentum, which the caller takes into
  ///   account for the time; and false where the particle does not fly forward in both planes.
  @inlinable @inline(never)
  func move(_ z: inout PhaseSpace<S>, _ kinematics: Kinematics<S>) -> (path: S, isInside: S.Mask) {
    let planar = 1.0 - (kinematics.momentumDeficit(z.pt) + z.py * z.py)
    let squared = planar - z.px * z.px
    let pz = S.sqrt(squared)
    let pxTurned = z.px * cosine + pz * sine
    let pzTurned = pz * cosine - z.px * sine
    let px = pxTurned - bend * z.x
    let squaredAfter = planar - px * px
    let pzAfter = S.sqrt(squaredAfter)
    let slope = (pxTurned + px) / (pzTurned + pzAfter)
    let length = z.x * sine * (pzTurned + pxTurned * slope)
    let along = pzTurned * pzAfter + pxTurned * px
    let path = length / along
    let way = path * S.atanc((curvature * path).squared)
    z.x = z.x * (cosine + slope * sine)
    z.px = px
    z.y = z.y + z.py * way
    return (way, (S.zero < squared) .& (S.zero < pzTurned) .& (S.zero < squaredAfter))
  }
}

/// A sector of the design orbit in a uniform field that does not belong to its curvature, by the full
/// Hamiltonian: particles on the axis leave it.
///
/// A wedge of half the angle, the field over the chord, and another wedge; analytic in both curvatures.
public struct FieldBend<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let wedge: Wedge<S>
  /// The chord L·sin f/f [m], f = hL/2, and what the arc L is longer.
  @usableFromInline let chord, bow: S
  /// b·chord
  @usableFromInline let bend: S
  /// b [1/m]
  @usableFromInline let field: S

  /// A sector over `length` [m] of the design orbit with `curvature` h in a field that bends with the
  /// curvature `field` b [1/m].
  @inlinable
  public init(
    length: S.Constant, curvature: S.Constant, field: S.Constant,
    _ reference: ReferenceParticle<S.Constant>
  ) {
    let half = 0.5 * (curvature * length)
    let stumpff = Stumpff(half * half)
    let chord = length * stumpff.c1
    kinematics = Kinematics(reference)
    wedge = Wedge(angle: half, curvature: field)
    bow = S(length * (half * half * stumpff.c3))
    self.chord = S(chord)
    bend = S(field * chord)
    self.field = S(field)
  }

  /// - Returns: False where the particle does not fly forward.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (first, enters) = wedge.move(&z, kinematics)
    let transverse = kinematics.momentumDeficit(z.pt) + z.py * z.py
    let squared = 1.0 - (transverse + z.px * z.px)
    let pz = S.sqrt(squared)
    let px = z.px - bend
    let squaredAfter = 1.0 - (transverse + px * px)
    let pzAfter = S.sqrt(squaredAfter)
    let slope = (z.px + px) / (pz + pzAfter)
    // Λ less the chord, without the difference: 1 − pz at the end is (transverse + px²)/(1 + pz).
    let lag = (transverse + px * px) / (1.0 + pzAfter)
    let excess = chord * (pz * lag + z.px * (slope - px)) / (pz * pzAfter + z.px * px)
    let path = chord + excess
    let u = (field * path).squared
    let wayExcess = excess - path * (u * S.atancRemainder(u))
    let way = chord + wayExcess
    z.x = z.x + chord * slope
    z.px = px
    z.y = z.y + z.py * way
    let (last, leaves) = wedge.move(&z, kinematics)
    // a·Λ − L over β, with a = 1 − β·pt
    let turns = first + last
    z.t =
      z.t + (kinematics.inverseBeta * (turns + wayExcess - bow) - z.pt * (turns + way))
    return enters .& (S.zero < squared) .& (S.zero < squaredAfter) .& leaves
  }
}
