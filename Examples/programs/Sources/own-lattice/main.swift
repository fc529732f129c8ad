// A lattice of one's own: a FODO channel of ten cells, and a matched beam along it.
import BeamDynamics

let focusing = BeamlineElement("qf", Quadrupole(length: 0.3, k1: 2.5))
let defocusing = BeamlineElement("qd", Quadrupole(length: 0.3, k1: -2.5))
let drift = BeamlineElement("d", Drift(length: 0.7))
let cell: Beamline = [focusing, drift, defocusing, drift]
let channel = 10 * cell + [BeamlineElement("end", Marker())]

let shape = try BeamShapeDescription(
  .twiss,
  [
    "beta_x": 3.93, "alpha_x": -1.466, "emittance_x": 1e-8, "beta_y": 2.27, "alpha_y": 0.905,
    "emittance_y": 1e-8,
  ])
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 100_000, charge: 1e-10)
var bunch = try Bunch<Double>(beam, reference: .init(species: .electron, kineticEnergy: 100))

let record = try Tracker(channel).record(&bunch)
for place in record.beams where place.name.hasPrefix("qf") || place.name == "end" {
  let moments = SecondMoments(place.moments.covariance ?? .zero)
  print(place.name, "s =", place.s, "m,  sigma_x =", moments.sigma(.x), "m")
}
