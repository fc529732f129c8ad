import AutoDiff

/// The exact change of a particle's coordinates from one frame to another with origin d and axes W:
/// a rotation, then a drift to the plane z = 0 of the new frame.
///
/// With (ξ, η, ζ) = Wᵀ((x, y, 0) − d) and p′ = Wᵀp, the particle drifts over −ζ: x′ = ξ − ζp′x/p′z,
/// y′ = η − ζp′y/p′z, t′ = t − ζa/(βp′z), a = 1 − β·pt. (MaryLie 3.0 Users' Manual, section 6.5, for
/// the rotations; the frame of the reference particle does not move, so that the whole time of the
/// drift counts.)
public struct FrameChange<S: RealScalar>: Sendable {
  @usableFromInline let origin: Vector3<S>
  @usableFromInline let axes: Orientation<S>
  @usableFromInline let beta: S
  @usableFromInline let inverseBeta: S

  @inlinable @inline(__always)
  init(origin: Vector3<S>, axes: Orientation<S>, beta: S, inverseBeta: S) {
    self.origin = origin
    self.axes = axes
    self.beta = beta
    self.inverseBeta = inverseBeta
  }

  /// The change into `frame` at the velocity of `reference`.
  @inlinable
  public init(into frame: BodyFrame<S>, _ reference: ReferenceParticle<S>) {
    let beta = reference.beta
    self.init(origin: frame.origin, axes: frame.axes, beta: beta, inverseBeta: 1.0 / beta)
  }

  /// The change back.
  @inlinable
  package var inverse: Self {
    let frame = BodyFrame(origin: origin, axes: axes).inverse
    return Self(origin: frame.origin, axes: frame.axes, beta: beta, inverseBeta: inverseBeta)
  }

  /// The same change with each number transformed.
  @inlinable
  package func map<T: RealScalar>(_ transform: (S) -> T) -> FrameChange<T> {
    FrameChange<T>(
      origin: origin.map(transform), axes: axes.map(transform), beta: transform(beta),
      inverseBeta: transform(inverseBeta))
  }

  /// Changes the coordinates.
  ///
  /// - Returns: False where the particle does not fly forward in one of the frames.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let squared = 1.0 - (z.pt * (2.0 * inverseBeta - z.pt) + (z.px * z.px + z.py * z.py))
    let pz = S.sqrt(squared)
    let (dx, dy) = (z.x - origin.x, z.y - origin.y)
    let (right, up, forward) = (axes.right, axes.up, axes.forward)
    let offset = forward.x * dx + forward.y * dy - forward.z * origin.z
    let pForward = forward.x * z.px + forward.y * z.py + forward.z * pz
    let (px, py) = (
      right.x * z.px + right.y * z.py + right.z * pz, up.x * z.px + up.y * z.py + up.z * pz
    )
    let length = offset / pForward
    z.x = right.x * dx + right.y * dy - right.z * origin.z - length * px
    z.y = up.x * dx + up.y * dy - up.z * origin.z - length * py
    z.px = px
    z.py = py
    z.t = z.t - length * ((1.0 - beta * z.pt) * inverseBeta)
    return (S.zero < squared) .& (S.zero < pForward)
  }
}

/// The change of frame to first order about the nominal axis. It is affine, so that it may be merged
/// with maps of linear elements.
///
/// With n = (W₃₁, W₃₂, W₃₃), ρ = −Wᵀd, k = ρ₃/n₃, and the particle's first-order position and
/// momentum r, p in the new axes, where p contains −Wᵀe_z·pt/β from δ: the particle drifts over −k
/// less r₃/n₃.
public struct AffineFrameChange<S: RealScalar>: Sendable {
  @usableFromInline let axes: Orientation<S>
  @usableFromInline let shift: PhaseSpace<S>
  /// n₁/n₃ and n₂/n₃: the slopes of the nominal axis.
  @usableFromInline let slopeX, slopeY: S
  /// k
  @usableFromInline let length: S
  @usableFromInline let inverseBeta: S
  /// 1/(β n₃)
  @usableFromInline let inverseForward: S

  @inlinable @inline(__always)
  init(
    axes: Orientation<S>, shift: PhaseSpace<S>, slopeX: S, slopeY: S, length: S, inverseBeta: S,
    inverseForward: S
  ) {
    self.axes = axes
    self.shift = shift
    self.slopeX = slopeX
    self.slopeY = slopeY
    self.length = length
    self.inverseBeta = inverseBeta
    self.inverseForward = inverseForward
  }

  /// The change into `frame` at the velocity of `reference`.
  @inlinable
  public init(into frame: BodyFrame<S>, _ reference: ReferenceParticle<S>) {
    let axis = frame.axes.components(of: Vector3(.zero, .zero, .one))
    let place = frame.axes.components(of: frame.origin)
    let inverse = 1.0 / axis.z
    let inverseBeta = 1.0 / reference.beta
    let length = S.zero - place.z * inverse
    self.init(
      axes: frame.axes,
      shift: PhaseSpace(
        x: S.zero - place.x - length * axis.x, px: axis.x, y: S.zero - place.y - length * axis.y,
        py: axis.y, t: S.zero - length * inverseBeta, pt: .zero),
      slopeX: axis.x * inverse, slopeY: axis.y * inverse, length: length, inverseBeta: inverseBeta,
      inverseForward: inverseBeta * inverse)
  }

  /// The same change with each number transformed.
  @inlinable
  package func map<T: RealScalar>(_ transform: (S) -> T) -> AffineFrameChange<T> {
    AffineFrameChange<T>(
      axes: axes.map(transform), shift: PhaseSpace { transform(shift[$0]) },
      slopeX: transform(slopeX), slopeY: transform(slopeY), length: transform(length),
      inverseBeta: transform(inverseBeta), inverseForward: transform(inverseForward))
  }

  /// Changes the coordinates.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) {
    let (right, up, forward) = (axes.right, axes.up, axes.forward)
    let gain = z.pt * inverseBeta
    let ahead = forward.x * z.x + forward.y * z.y
    let faster = forward.x * z.px + forward.y * z.py - forward.z * gain
    let (px, py) = (
      right.x * z.px + right.y * z.py - right.z * gain, up.x * z.px + up.y * z.py - up.z * gain
    )
    let (x, y) = (right.x * z.x + right.y * z.y, up.x * z.x + up.y * z.y)
    z.x = shift.x + (x - slopeX * ahead - length * (px - slopeX * faster))
    z.y = shift.y + (y - slopeY * ahead - length * (py - slopeY * faster))
    z.px = shift.px + px
    z.py = shift.py + py
    z.t = shift.t + (z.t - ahead * inverseForward + length * (z.pt + faster * inverseForward))
  }
}
