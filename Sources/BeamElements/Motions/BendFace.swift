import AutoDiff
import BeamMaps

/// One face of a bending magnet: tilted, perhaps curved, perhaps with the fringe fields of a gradient.
///
/// As a thin lens it is that of K. L. Brown, SLAC-75 (1982), with the sextupole of a curved face. Exactly
/// it is, at the entrance, a rotation onto the face, ``ExactDipoleFringe``, ``MultipoleFringe``, the
/// sextupole of the curvature, that of the gradient in the wedge, and ``Wedge``; at the exit the same in
/// the opposite order.
///
/// The fields k1·x and ks·x of gradients on the mid-plane begin at the face. To first order in them and
/// in the face's angle e, the rest of the field follows from the mid-plane, and the face is the sextupole
/// with the generating function e·Re[(k1 + i·ks)(x + iy)³]/3. With fringe fields of the gradients, where
/// px = ±sin e, the wedge is what they leave of it: e[k1(x³/3 − xy²/2) − ks(x²y − y³/6)].
public struct BendFace<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let isExact: Bool
  /// True where the wedge comes before the fringe fields: at the exit, and at the entrance backward.
  @usableFromInline let isLeaving: Bool
  @usableFromInline let isBackward: Bool
  /// The thin lens [1/m].
  @usableFromInline let lens: (x: S, y: S)
  /// The sextupole kick: of px in x² and y², and of py in xy.
  @usableFromInline let xx, yy, xy: S
  /// The skew sextupole kick of a skew gradient in the wedge: of px in xy, and of py in x² and y².
  @usableFromInline let isSkew: Bool
  @usableFromInline let skewXY, skewXX, skewYY: S
  /// sin and cos of the rotation between the orbit and the face.
  @usableFromInline let sine, cosine: S
  @usableFromInline let wedge: Wedge<S>
  @usableFromInline let fringe: ExactDipoleFringe<S>
  @usableFromInline let hasMultipoles: Bool
  @usableFromInline let multipoles: FringeMotion<MultipoleFringe<S>>

  /// What a face is.
  public struct Shape<C: RealScalar>: Sendable {
    /// Angle between the face and the normal to the orbit [rad].
    public var angle: C
    /// Curvature of the face [1/m], positive where it is convex.
    public var curvature: C
    /// Full gap between the poles [m], and fringe field integral.
    public var gap, fieldIntegral: C
    /// Normal and skew multipoles of the magnet [m^−(m+1)].
    public var normal, skew: [C]
    /// Whether the multipoles have fringe fields, and the dipole its octupole; exact faces only.
    public var hasFringe, hasOctupole: Bool
    /// How the gap enters.
    public var form: GapForm
    /// How it is passed.
    public var model: EdgeModel

    /// A face with an `angle` [rad].
    @inlinable
    public init(
      angle: C, curvature: C, gap: C, fieldIntegral: C, normal: [C], skew: [C], hasFringe: Bool,
      hasOctupole: Bool, form: GapForm, model: EdgeModel
    ) {
      self.angle = angle
      self.curvature = curvature
      self.gap = gap
      self.fieldIntegral = fieldIntegral
      self.normal = normal
      self.skew = skew
      self.hasFringe = hasFringe
      self.hasOctupole = hasOctupole
      self.form = form
      self.model = model
    }
  }

  /// The face at `location` of a magnet whose field bends with curvature `field` b [1/m]; backward in a
  /// backward slice.
  @inlinable
  public init(
    _ shape: Shape<S.Constant>, field b: S.Constant, _ location: EdgeLocation, _ slice: Slice,
    _ reference: ReferenceParticle<S.Constant>
  ) {
    typealias C = S.Constant
    kinematics = Kinematics(reference)
    isExact = shape.model == .exact
    isBackward = slice.isBackward
    isLeaving = (location == .exit) != slice.isBackward
    let thin = PoleFace(
      curvature: b, angle: shape.angle, gap: shape.gap, fieldIntegral: shape.fieldIntegral,
      form: shape.form
    ).lens
    lens = (S(slice.kick(thin.x)), S(slice.kick(thin.y)))
    let (sine, cosine) = C.sincos(shape.angle)
    // px += c(x² − y²), py −= 2c·xy of the curved face; of the gradient in the wedge likewise, but for
    // halves where its own fringe field does the rest.
    let isCurved = isExact ? C.one : cosine * cosine * cosine
    let curved = 0.5 * (b * shape.curvature) / isCurved
    let gradient = isExact && shape.normal.count > 1 ? shape.normal[1] * shape.angle : .zero
    let share = shape.hasFringe ? 0.5 : 1.0
    xx = S(slice.kick(curved + gradient))
    yy = S(slice.kick(C.zero - (curved + share * gradient)))
    xy = S(slice.kick(C.zero - 2.0 * (curved + share * gradient)))
    isSkew = isExact && shape.skew.count > 1
    let skewGradient = isSkew ? shape.skew[1] * shape.angle : .zero
    skewXY = S(slice.kick(C.zero - 2.0 * skewGradient))
    skewXX = S(slice.kick(C.zero - skewGradient))
    skewYY = S(slice.kick(share * skewGradient))
    // Backward, the frame turns back.
    self.sine = S(slice.kick(C.zero - sine))
    self.cosine = S(cosine)
    wedge = Wedge(angle: slice.kick(C.zero - shape.angle), curvature: b)
    fringe = ExactDipoleFringe(
      curvature: location == .entry ? b : C.zero - b, gap: shape.gap * shape.fieldIntegral,
      hasOctupole: shape.hasOctupole, shape.form)
    hasMultipoles = isExact && shape.hasFringe
    multipoles = FringeMotion(
      MultipoleFringe(
        normal: hasMultipoles ? shape.normal : [], skew: hasMultipoles ? shape.skew : [], location),
      slice, reference)
  }

  /// It is a call and not inlined: bends of each sort have two faces, with some hundreds of operations.
  ///
  /// - Returns: False where the particle does not fly forward, and where a fringe field folds the plane.
  @inlinable @inline(never)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    guard isExact else {
      let (x, y) = (z.x, z.y)
      z.px = z.px + lens.x * x + (xx * (x * x) + yy * (y * y))
      z.py = z.py + lens.y * y + xy * (x * y)
      return S.Mask(repeating: true)
    }
    if isLeaving {
      var isInside = cross(&z)
      kick(&z)
      if isSkew { kickSkew(&z) }
      if hasMultipoles { isInside = isInside .& passMultipoles(&z) }
      isInside = isInside .& fringe.move(&z, backward: isBackward, kinematics)
      return isInside .& rotate(&z)
    }
    var isInside = rotate(&z)
    isInside = isInside .& fringe.move(&z, backward: isBackward, kinematics)
    if hasMultipoles { isInside = isInside .& passMultipoles(&z) }
    kick(&z)
    if isSkew { kickSkew(&z) }
    return isInside .& cross(&z)
  }

  /// The fringe field of the multipoles.
  @inlinable @inline(never)
  func passMultipoles(_ z: inout PhaseSpace<S>) -> S.Mask { multipoles.move(&z) }

  /// The sextupole kick.
  @inlinable @inline(__always)
  func kick(_ z: inout PhaseSpace<S>) {
    let (x, y) = (z.x, z.y)
    z.px = z.px + (xx * (x * x) + yy * (y * y))
    z.py = z.py + xy * (x * y)
  }

  /// The skew sextupole kick.
  @inlinable @inline(__always)
  func kickSkew(_ z: inout PhaseSpace<S>) {
    let (x, y) = (z.x, z.y)
    z.px = z.px + skewXY * (x * y)
    z.py = z.py + (skewXX * (x * x) + skewYY * (y * y))
  }

  /// The flight through the wedge.
  @inlinable @inline(__always)
  func cross(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (way, isInside) = wedge.move(&z, kinematics)
    z.t = z.t + (kinematics.inverseBeta - z.pt) * way
    return isInside
  }

  /// Free flight onto a plane that is turned about the vertical axis.
  @inlinable @inline(__always)
  func rotate(_ z: inout PhaseSpace<S>) -> S.Mask {
    let squared = 1.0 - (kinematics.momentumDeficit(z.pt) + (z.px * z.px + z.py * z.py))
    let pz = S.sqrt(squared)
    let forward = z.px * sine + pz * cosine
    let flight = z.x * sine / forward
    let px = z.px * cosine - pz * sine
    z.x = z.x * cosine - flight * px
    z.y = z.y - flight * z.py
    z.t = z.t - flight * (kinematics.inverseBeta - z.pt)
    z.px = px
    return (S.zero < squared) .& (S.zero < forward)
  }
}

/// A motion between the two faces of a bending magnet, of which each may be missing in a slice.
public struct FacedMotion<Body: Motion>: Motion {
  public typealias S = Body.S
  @usableFromInline let body: Body
  @usableFromInline let before, after: BendFace<S>
  @usableFromInline let isBefore, isAfter: Bool

  /// The motion `body` through `slice` of a magnet with the faces `entry` and `exit`, each made for that
  /// slice.
  @inlinable
  public init(_ body: Body, entry: BendFace<S>, exit: BendFace<S>, _ slice: Slice) {
    self.body = body
    before = slice.isBackward ? exit : entry
    after = slice.isBackward ? entry : exit
    isBefore = slice.isBackward ? slice.isLast : slice.isFirst
    isAfter = slice.isBackward ? slice.isFirst : slice.isLast
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    var isInside = S.Mask(repeating: true)
    if isBefore { isInside = before.move(&z) }
    isInside = isInside .& body.move(&z)
    if isAfter { isInside = isInside .& after.move(&z) }
    return isInside
  }
}
