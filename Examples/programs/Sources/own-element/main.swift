// An element of one's own. One formula serves tracking, matrices and gradients.
import AutoDiff
import BeamDynamics

struct ThinLens: Element {
  var strength = 0.0  // 1/f [1/m]
  static let summary = "Focuses in both planes."
  static let orbitLength = OrbitLength<Self>.none
  static let parameters = ParameterTable<Self>([.real("strength", \.strength, unit: "1/m", "1/f.")])
  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Kick<S>(strength: S(slice.kick(q.strength)))) }
}
struct Kick<S: ParticleScalar>: Motion {
  let strength: S
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    (z.px, z.py) = (z.px - strength * z.x, z.py - strength * z.y)
    return S.Mask(repeating: true)
  }
}
var bunch = try Bunch<Double>(
  coordinates: [1e-3, 0, -2e-3, 0, 0, 0], reference: .init(species: .proton, kineticEnergy: 70))
try Tracker(Beamline([ThinLens(strength: 0.5), Drift(length: 2)])).track(&bunch)
print("in the focus:", bunch[0])
