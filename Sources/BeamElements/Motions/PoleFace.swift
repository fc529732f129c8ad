import AutoDiff

/// The face of a bending magnet as a thin lens, to first order.
///
/// K. L. Brown, SLAC-75 (1982), with the correction for the gap to first order in gap·h.
@usableFromInline
struct PoleFace<C: RealScalar> {
  /// Curvature h of the design orbit in the magnet [1/m].
  @usableFromInline let curvature: C
  /// Angle ψ between the face and the normal to the orbit [rad].
  @usableFromInline let angle: C
  /// Full gap between the poles [m].
  @usableFromInline let gap: C
  /// Fringe field integral, a pure number.
  @usableFromInline let fieldIntegral: C

  @inlinable
  init(curvature: C, angle: C, gap: C, fieldIntegral: C) {
    self.curvature = curvature
    self.angle = angle
    self.gap = gap
    self.fieldIntegral = fieldIntegral
  }

  /// What px gains for each x, and py for each y [1/m].
  @inlinable
  var lens: (x: C, y: C) {
    let (sine, cosine) = C.sincos(angle)
    let tangent = sine / cosine
    let fringe =
      curvature * curvature * gap * fieldIntegral * (1.0 + sine * sine)
      / (cosine * cosine * cosine)
    return (curvature * tangent, fringe - curvature * tangent)
  }
}
