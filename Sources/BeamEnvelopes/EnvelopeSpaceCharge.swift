import AutoDiff
import BeamTracking

/// The space charge that acts on an envelope: the linear field of a uniform ellipse or ellipsoid
/// with the same second moments.
///
/// For any ellipsoidal density, ⟨x·E_x⟩ is nearly that of the uniform one, so that rms envelopes
/// are valid for other densities: F. J. Sacherer, IEEE Trans. Nucl. Sci. 18, 1105 (1971).
public struct EnvelopeSpaceCharge: Sendable, Equatable {
  /// The shape of the beam.
  public enum Model: String, Sendable, CaseIterable {
    /// A continuous beam with a current; no longitudinal force.
    case planar = "2D"
    /// A bunch with a charge.
    case spatial = "3D"
  }

  /// The shape of the beam.
  public var model: Model
  /// The order of kick and slice; `EffectSlicing.kickFirst` is that of ImpactX.
  public var slicing: EffectSlicing

  /// Space charge of a beam of this shape.
  public init(_ model: Model, slicing: EffectSlicing = .strang) {
    self.model = model
    self.slicing = slicing
  }
}

/// The kick of space charge in one slice: (px, py, pt) += A·(x, y, t) about the mean, with A from
/// the covariance S of (x, y, t).
///
/// Any symmetric A is a symplectic kick.
struct EnvelopeKick<C: SweepScalar> {
  let model: EnvelopeSpaceCharge.Model
  /// A magnitude: the current [A], or the bunch charge [C].
  let intensity: C
  /// The path length of the kick [m].
  let length: C
  /// γ₀ and β₀γ₀ of the reference particle.
  let gamma: C
  let betaGamma: C
  /// The strength of A over intensity and length: a constant times (β₀γ₀)⁻³ in two dimensions,
  /// times (β₀γ₀)⁻² in three.
  let scale: C
  /// The strength of A, without the part that depends on the beam's size.
  let strength: C

  /// A kick over the length `h` [m] for a beam of `intensity`, the magnitude of a current [A] or of
  /// a bunch charge [C].
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
