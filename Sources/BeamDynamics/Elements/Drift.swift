import AutoDiff
import Documents

/// A straight section without fields.
public struct Drift: Element {
  /// Along the design orbit [m]; may be negative.
  public var length: Double
  public var model: Model

  public init(length: Double, model: Model = .exact) {
    self.length = length
    self.model = model
  }

  public init() { self.init(length: 0) }

  public static let kind = "Drift"
  public static let summary = "A straight section without fields."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", required: true, "Length; may be negative.")
  ])

  public var alikeSlices: AlikeSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let length = slice.length(of: q.length)
    switch model {
    case .linear:
      return TransferMap(
        LinearMotion<S>(length: length, curvature: .zero, focusing: (.zero, .zero), reference))
    case .chromatic:
      return TransferMap(ChromaticDrift<S>(length: length, reference))
    case .exact, .thin:
      return TransferMap(ExactDrift<S>(length: length, reference))
    }
  }
}

/// H = −δ + (px² + py²)/(2δ) − pt/β: second order in the transverse coordinates, exact in the
/// energy.
///
/// The time of flight a/(βδ) − 1/β is written as w/(βδ(a + δ)): it would lose all its digits at
/// high energy.
struct ChromaticDrift<S: ParticleScalar>: Motion {
  let kinematics: Kinematics<S>
  let length: S

  init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
  }

  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let squared = 1.0 - deficit
    let delta = S.sqrt(squared)
    let a = kinematics.energyRatio(z.pt)
    let inverse = 1.0 / (delta * (a + delta))
    let inverseDelta = inverse * (a + delta)
    let slope = length * inverseDelta
    let transverse = z.px * z.px + z.py * z.py
    z.x = z.x + slope * z.px
    z.y = z.y + slope * z.py
    z.t =
      z.t + length * kinematics.inverseBeta
      * (kinematics.slip(momentumDeficit: deficit) * inverse
        + 0.5 * a * transverse * (inverseDelta * inverseDelta * inverseDelta))
    return S.zero < squared
  }
}
