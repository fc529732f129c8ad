// A lattice of one's own: a FODO channel of ten cells, and a matched beam along it.
import BeamDynamics

let focusing = BeamlineElement("qf", Quadrupole(length: 0.3, k1: 2.5))
let defocusing = BeamlineElement("qd", Quadrupole(length: 0.3, k1: -2.5))
let drift = BeamlineElement("d", Drift(length: 0.7))
let cell: Beamline = [focusing, drift, defocusing, drift]
let channel = 10 * cell + [BeamlineElement("end", Marker())]

var shape = BeamShapeDescription(.twiss)
(shape["beta_x"], shape["alpha_x"], shape["emittance_x"]) = (3.93, -1.466, 1e-8)
(shape["beta_y"], shape["alpha_y"], shape["emittance_y"]) = (2.27, 0.905, 1e-8)
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 100_000, charge: 1e-10)
let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
var bunch = try Bunch<Double>(beam, reference: reference)

let record = try Tracker(channel).record(&bunch)
for place in record.beams where place.name.hasPrefix("qf") || place.name == "end" {
  let moments = SecondMoments(place.moments.covariance ?? .zero)
  print(place.name, "s =", place.s, "m,  sigma_x =", moments.sigma(.x), "m")
}
