import AutoDiff
import BeamDynamics

/// A thin lens that focuses in both planes and grows with the radius:
///
///     Δ(px, py) = −strength·(x² + y²)ⁿ·(x, y)
public struct RadialLens: Element {
  public var strength = 0.0
  public var order = 0

  public init() {}

  public static let kind = "RadialLens"
  public static let summary = "A thin lens that focuses in both planes, stronger outside."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("strength", \.strength, unit: "1/m^(2n+1)", "Kick per offset at 1 m."),
    .integer("order", \.order, in: 0...10, "The power n of x² + y² in the strength."),
  ])

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(RadialKick<S>(strength: S(slice.kick(q.strength)), order: order))
  }
}

struct RadialKick<S: ParticleScalar>: Motion {
  let strength: S
  let order: Int

  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let kick = strength * S.pow(z.x * z.x + z.y * z.y, order)
    z.px -= kick * z.x
    z.py -= kick * z.y
    return S.Mask(repeating: true)
  }
}
