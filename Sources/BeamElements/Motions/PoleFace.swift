import AutoDiff

/// The face of a bending magnet as a thin lens, to first order.
///
/// K. L. Brown, SLAC-75 (1982), with the correction for the gap to first order in gap·h, or inside the
/// tangent.
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

  /// How the gap enters.
  @usableFromInline let form: GapForm

  @inlinable
  init(curvature: C, angle: C, gap: C, fieldIntegral: C, form: GapForm = .firstOrder) {
    self.curvature = curvature
    self.angle = angle
    self.gap = gap
    self.fieldIntegral = fieldIntegral
    self.form = form
  }

  /// What px gains for each x, and py for each y [1/m].
  @inlinable
  var lens: (x: C, y: C) {
    let (sine, cosine) = C.sincos(angle)
    let tangent = sine / cosine
    if form == .tangent {
      // h·tan(ψ − h·gap·K(1 + sin²ψ)/cos ψ)
      let lag = curvature * gap * fieldIntegral * (1.0 + sine * sine) / cosine
      return (curvature * tangent, C.zero - curvature * C.tan(angle - lag))
    }
    let fringe =
      curvature * curvature * gap * fieldIntegral * (1.0 + sine * sine)
      / (cosine * cosine * cosine)
    return (curvature * tangent, fringe - curvature * tangent)
  }
}
