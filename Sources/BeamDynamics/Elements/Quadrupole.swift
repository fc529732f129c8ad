import AutoDiff
import Documents

/// A quadrupole magnet with hard edges, without fringe fields.
public struct Quadrupole: SplitElement {
  /// Along the design orbit [m].
  public var length: Double
  /// Normalised gradient [m⁻²]; positive focuses the beam's own species in x.
  public var k1: Double
  /// Gradient ∂B_y/∂x [T/m], divided by the signed rigidity and added to `k1`.
  public var gradient: Double
  public var model: Model
  /// Order of the splitting in the exact model: 2, 4 or 6; nil is chosen.
  public var order: Int?
  /// Steps of the splitting in each slice; nil is chosen.
  public var steps: Int?

  public init(
    length: Double, k1: Double = 0, gradient: Double = 0, model: Model = .chromatic
  ) {
    self.length = length
    self.k1 = k1
    self.gradient = gradient
    self.model = model
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 0) }

  public static let kind = "Quadrupole"
  public static let summary = "Focuses in one plane and defocuses in the other."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
      .real("k1", \.k1, unit: "1/m^2", "Normalised gradient; positive focuses in x."),
      .real("gradient", \.gradient, unit: "T/m", "Gradient, instead of k1."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting in the exact model."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice, in the exact model."),
    ], alternatives: [.atMostOne(of: "k1", "gradient")])

  public var alikeSlices: AlikeSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let k = q.k1 + q.gradient / reference.rigidity
    let length = slice.length(of: q.length)
    switch model {
    case .linear:
      return TransferMap(
        LinearMotion<S>(length: length, curvature: .zero, focusing: (k, -k), reference))
    case .exact:
      // The full Hamiltonian: the linear quadrupole (A) and what free flight has beyond first order
      // (B). B has no part of second order, so that the Jacobian on the axis is exactly the linear
      // matrix.
      let motion = SplitMotion(
        SymplecticSplitting(splitting, unnamed: 5),
        a: { fraction in
          LinearMotion<S>(
            length: length * fraction, curvature: .zero, focusing: (k, -k), reference)
        },
        b: DriftBeyondLinear<S>(length: length, reference))
      return TransferMap(motion)
    case .chromatic, .thin:
      return TransferMap(staged: ChromaticQuadrupole<S>(k: k, length: length, reference))
    }
  }
}

/// H = −δ + (px² + py²)/(2δ) + k(x² − y²)/2 − pt/β, solved exactly.
///
/// Each plane is a linear oscillator of strength k/δ; the time of flight needs ∫p² ds along it. At
/// k = 0 it is the chromatic drift, with no special case.
struct ChromaticQuadrupole<S: ParticleScalar>: StagedMotion {
  let kinematics: Kinematics<S>
  let length: S
  /// kL
  let kL: S
  /// kL²
  let kLL: S

  @inline(__always)
  init(k: S.Constant, length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
    kL = S(k * length)
    kLL = S(k * length * length)
  }

  /// What depends on the energy alone.
  struct Stage: Sendable {
    /// 1/δ
    let inverseDelta: S
    /// The delay on the axis, L·w/(βδ(a + δ)).
    let delay: S
    /// The factor L·a/(4βδ³) of (2/L)·∫(px² + py²) ds.
    let curvature: S
    /// False where the particle has no momentum: δ² ≤ 0.
    let isInside: S.Mask
  }

  @inline(__always)
  func prepare(_ pt: S) -> Stage {
    let deficit = kinematics.momentumDeficit(pt)
    let squared = 1.0 - deficit
    let delta = S.sqrt(squared)
    let a = kinematics.energyRatio(pt)
    let sum = a + delta
    // One division serves both 1/δ and 1/(δ(a + δ)).
    let inverse = 1.0 / (delta * sum)
    let inverseDelta = inverse * sum
    let scale = length * kinematics.inverseBeta
    return Stage(
      inverseDelta: inverseDelta,
      delay: scale * kinematics.slip(momentumDeficit: deficit) * inverse,
      curvature: (0.25 * scale) * a * (inverseDelta * inverseDelta * inverseDelta),
      isInside: S.zero < squared)
  }

  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>, _ stage: Stage) -> S.Mask {
    let (horizontal, vertical) = Stumpff<S>.pair(kLL * stage.inverseDelta)
    let lengthOverDelta = length * stage.inverseDelta
    let pathX = Self.pass(
      &z.x, &z.px, horizontal, strength: kL, lengthOverDelta: lengthOverDelta)
    let pathY = Self.pass(
      &z.y, &z.py, vertical, strength: -kL, lengthOverDelta: lengthOverDelta)
    z.t = z.t + (stage.delay + stage.curvature * (pathX + pathY))
    return stage.isInside
  }

  /// One plane: q ← C q + S p/δ, p ← C p − g S q.
  ///
  /// - Returns: (2/L)·∫p² ds = p²(1 + c₀c₁) − 2u·p·c₁² + u²(c₃ + c₁c₂), u = gL·q.
  @inline(__always)
  private static func pass(
    _ q: inout S, _ p: inout S, _ stumpff: Stumpff<S>, strength: S, lengthOverDelta: S
  ) -> S {
    let (q0, p0) = (q, p)
    let u = strength * q0
    let c1 = stumpff.c1
    q = stumpff.c0 * q0 + lengthOverDelta * c1 * p0
    p = stumpff.c0 * p0 - u * c1
    return p0 * p0 * (1.0 + stumpff.c0 * c1) - 2.0 * (u * p0) * (c1 * c1)
      + u * u * (stumpff.c3 + c1 * stumpff.c2)
  }
}

/// What a free flight by the full Hamiltonian does beyond the linear one: positions and time only.
struct DriftBeyondLinear<S: ParticleScalar>: ScaledMotion {
  let kinematics: Kinematics<S>
  let length: S
  /// 1/(βγ)²
  let inverseMomentumSquared: S

  init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
    let betaGamma = reference.betaGamma
    inverseMomentumSquared = S(1.0 / (betaGamma * betaGamma))
  }

  /// - Returns: False where pz² ≤ 0.
  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    let length = length * fraction
    let transverse = z.px * z.px + z.py * z.py
    // q = 1 − pz²; 1/pz − 1 = q/(pz(1 + pz))
    let q = kinematics.momentumDeficit(z.pt) + transverse
    let squared = 1.0 - q
    let pz = S.sqrt(squared)
    let onePlus = 1.0 + pz
    let a = kinematics.energyRatio(z.pt)
    let sum = a + pz
    let inverse = 1.0 / (pz * onePlus * sum)
    let excess = length * q * inverse * sum
    z.x = z.x + excess * z.px
    z.y = z.y + excess * z.py
    z.t =
      z.t + length * inverse
      * (z.pt * inverseMomentumSquared * q * (onePlus + a)
        + transverse * kinematics.inverseBeta * onePlus)
    return S.zero < squared
  }
}
