import AutoDiff
import BeamDynamics
import Documents
import RandomNumbers

/// Multiple scattering: every particle turns by a random angle of a given size per root of length.
///
/// The angles are drawn by particle, turn and place, so that the same run has the same bits. There is
/// no derivative of one draw: a gradient through it is refused.
public struct Scattering: RandomEffect, CatalogEffect {
  public var angle = 1e-5
  public var seed = 1

  public static let kind = "Scattering"
  public static let summary = "Multiple scattering: random angles."
  public static let parameters = ParameterTable<Self>([
    .real("angle", \.angle, unit: "rad/√m", in: .nonNegative, "The size of the angles."),
    .integer("seed", \.seed, in: 0...Int.max, "Another number gives other angles."),
  ])
  public init() {}

  public func constants(_ slice: EffectSlice<Double>) -> [Double] {
    [angle * slice.length.magnitude.squareRoot()]
  }

  public func move(
    _ z: inout PhaseSpace<Double>, by q: LocalConstants<Double>, _ random: inout PhiloxGenerator
  ) {
    let (x, y) = random.nextNormalPair()
    z.px += q[0] * x
    z.py += q[0] * y
  }
}
