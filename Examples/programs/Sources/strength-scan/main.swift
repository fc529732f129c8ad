// A scan: the size of the spot 1 m behind a quadrupole, against its strength.
import BeamDynamics

var line: Beamline = [
  BeamlineElement("q", Quadrupole(length: 0.1)), BeamlineElement("d", Drift(length: 1)),
]
let strength = try line.parameter(named: "q.k1")

let shape = try BeamShapeDescription(
  .twiss, ["beta_x": 4, "emittance_x": 1e-8, "beta_y": 4, "emittance_y": 1e-8])
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 20_000, charge: 0, isQuiet: true)
let start = try Bunch<Double>(
  beam, reference: ReferenceParticle(species: .electron, kineticEnergy: 100))

print("k1 [1/m^2], sigma_x [m], sigma_y [m]")
for k1 in stride(from: -20.0, through: 20, by: 4) {
  line[strength] = k1
  var bunch = start
  try Tracker(line).track(&bunch)
  let statistics = BeamStatistics(try bunch.moments(), reference: bunch.reference)
  print(k1, statistics["sigma_x"] ?? .nan, statistics["sigma_y"] ?? .nan)
}
