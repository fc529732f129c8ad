import AutoDiff

/// The space charge that acts on an envelope: the linear field of a uniform ellipse or ellipsoid of
/// the same second moments.
///
/// For any ellipsoidal density ⟨x·E_x⟩ is nearly that of the uniform one, so that rms envelopes hold
/// beyond it: F. J. Sacherer, IEEE Trans. Nucl. Sci. 18, 1105 (1971).
public struct EnvelopeSpaceCharge: Sendable, Equatable {
  /// The shape of the beam.
  public enum Model: String, Sendable, CaseIterable {
    /// A continuous beam of a current; nothing longitudinal.
    case planar = "2D"
    /// A bunch of a charge.
    case spatial = "3D"
  }

  /// Where in a slice its kick stands.
  public enum Slicing: String, Sendable, CaseIterable {
    /// In the middle: second order in the slice's length.
    case strang
    /// Before it: first order, as ImpactX has it.
    case kickFirst = "kick-first"
  }

  public var model: Model
  public var slicing: Slicing

  public init(_ model: Model, slicing: Slicing = .strang) {
    self.model = model
    self.slicing = slicing
  }
}

/// The kick of space charge in one slice: (px, py, pt) += A·(x, y, t) about the mean, with A from
/// the covariance S of (x, y, t).
///
/// Any symmetric A is a symplectic kick.
struct SpaceChargeKick<C: EnvelopeScalar> {
  let model: EnvelopeSpaceCharge.Model
  /// A magnitude: the current [A], or the charge of the bunch [C].
  let intensity: C
  /// The path that the kick stands for [m].
  let length: C
  /// γ₀ and β₀γ₀ of the reference particle.
  let gamma: C
  let betaGamma: C
  /// The strength of A over intensity and length: a constant times (β₀γ₀)⁻³ in two dimensions, times
  /// (β₀γ₀)⁻² in three.
  let scale: C
  /// Of A, without what depends on the beam's size.
  let strength: C

  /// A kick over the length `h` [m] for a beam of `intensity`, a current [A] or the charge of a
  /// bunch [C], a magnitude.
  ///
  /// 2D: K·h/2 with the perveance K = 2|I|/(I_A·(βγ)³), I_A = 4πε₀mc³/|q|. 3D: (3/2)·h·κ/(5√5·(βγ)²)
  /// with κ = |qQ|/(4πε₀mc²).
  init(
    _ model: EnvelopeSpaceCharge.Model, intensity: C, over h: C,
    _ reference: ReferenceParticle<C>
  ) {
    self.model = model
    self.intensity = intensity
    length = h
    gamma = reference.gamma
    betaGamma = reference.betaGamma
    // 4πε₀·mc²/|q| [C/m]
    let chargeOverLength =
      4 * Double.pi * PhysicalConstants.vacuumPermittivity * (reference.species.mass * 1e6)
      / reference.species.chargeNumber.magnitude
    switch model {
    case .planar:
      let alfvenCurrent = chargeOverLength * PhysicalConstants.speedOfLight
      scale = 1.0 / (alfvenCurrent * (betaGamma * betaGamma * betaGamma))
    case .spatial:
      let factor = 1.5 / (5 * 5.0.squareRoot() * chargeOverLength)
      scale = factor / (betaGamma * betaGamma)
    }
    strength = scale * intensity * h
  }
}

/// A symmetric 3×3 matrix over x, y, t.
struct SymmetricMatrix3<C: RealScalar> {
  var xx, xy, yy, xt, yt, tt: C
}

extension SpaceChargeKick {
  /// 2D: A = (Kh/2)·(S + s·1)⁻¹ with s = √det S; for an upright ellipse Kh/(2σx(σx + σy)).
  ///
  /// det(S + s·1) = s·(tr S + 2s).
  @inline(__always)
  func planarMatrix(_ extent: SymmetricMatrix3<C>) -> SymmetricMatrix3<C> {
    let s = C.sqrt(extent.xx * extent.yy - extent.xy * extent.xy)
    let factor = strength * .reciprocal(s * (extent.xx + extent.yy + 2.0 * s))
    return SymmetricMatrix3(
      xx: factor * (extent.yy + s), xy: -(factor * extent.xy), yy: factor * (extent.xx + s),
      xt: .zero, yt: .zero, tt: .zero)
  }

  /// 3D: A = D·(3/2)C·∫₀^∞ (Ŝ + s)⁻¹ ds/√det(Ŝ + s)·D with Ŝ = DSD, D = diag(1, 1, −βγ): the field
  /// of a uniform ellipsoid in the rest frame, tilted or not.
  ///
  /// (Ŝ + s)⁻¹ = (adj Ŝ + s·(tr Ŝ − Ŝ) + s²)/det(Ŝ + s): only three integrals are left, and they
  /// depend on the invariants of Ŝ alone.
  @inline(never)
  func spatialMatrix(_ lab: SymmetricMatrix3<C>) -> SymmetricMatrix3<C> {
    let rest = restFrame(lab)
    let adjugate = rest.adjugate
    let j = EllipsoidIntegrals<C>(EllipsoidInvariants(rest, adjugate))
    let j0 = strength * j.j0
    let j1 = strength * j.j1
    let j2 = strength * j.j2
    func onAxis(_ adjugate: C, _ others: C) -> C { adjugate * j0 + others * j1 + j2 }
    func offAxis(_ adjugate: C, _ rest: C) -> C { adjugate * j0 - rest * j1 }
    let kick = SymmetricMatrix3(
      xx: onAxis(adjugate.xx, rest.yy + rest.tt), xy: offAxis(adjugate.xy, rest.xy),
      yy: onAxis(adjugate.yy, rest.xx + rest.tt), xt: offAxis(adjugate.xt, rest.xt),
      yt: offAxis(adjugate.yt, rest.yt), tt: onAxis(adjugate.tt, rest.xx + rest.yy))
    return restFrame(kick)
  }

  /// DSD
  @inline(__always)
  func restFrame(_ s: SymmetricMatrix3<C>) -> SymmetricMatrix3<C> {
    SymmetricMatrix3(
      xx: s.xx, xy: s.xy, yy: s.yy, xt: -(betaGamma * s.xt), yt: -(betaGamma * s.yt),
      tt: betaGamma * betaGamma * s.tt)
  }
}

extension SymmetricMatrix3 {
  /// The matrix of cofactors.
  @inline(__always)
  var adjugate: Self {
    Self(
      xx: yy * tt - yt * yt, xy: xt * yt - xy * tt, yy: xx * tt - xt * xt,
      xt: xy * yt - yy * xt, yt: xy * xt - xx * yt, tt: xx * yy - xy * xy)
  }
}

/// det(Ŝ + s) = s³ + trace·s² + minors·s + determinant.
struct EllipsoidInvariants<C: RealScalar> {
  var trace, minors, determinant: C

  @inline(__always)
  init(trace: C, minors: C, determinant: C) {
    self.trace = trace
    self.minors = minors
    self.determinant = determinant
  }

  @inline(__always)
  init(_ matrix: SymmetricMatrix3<C>, _ adjugate: SymmetricMatrix3<C>) {
    trace = matrix.xx + matrix.yy + matrix.tt
    minors = adjugate.xx + adjugate.yy + adjugate.tt
    determinant = matrix.xx * adjugate.xx + matrix.xy * adjugate.xy + matrix.xt * adjugate.xt
  }
}
