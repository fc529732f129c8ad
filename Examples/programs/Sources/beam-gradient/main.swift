// The gradient of an objective of one's own: a small, round spot behind two quadrupoles.
import AutoDiff
import BeamDynamics
import Sensitivity

struct Spot: BeamObjective {
  let requests = [ObservationRequest(after: 3)]
  func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
    1e6 * (beams[0].covariance[.x, .x] + beams[0].covariance[.y, .y])
  }
}

let line: Beamline = [
  BeamlineElement("q1", Quadrupole(length: 0.1, k1: 12)), BeamlineElement("d1", Drift(length: 0.4)),
  BeamlineElement("q2", Quadrupole(length: 0.1, k1: -9)), BeamlineElement("d2", Drift(length: 1.2)),
]
let shape = try BeamShapeDescription(
  .sigma, ["sigma_x": 1e-3, "sigma_px": 1e-4, "sigma_y": 1e-3, "sigma_py": 1e-4])
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 10_000, charge: 0)
let run = DesignRun(line, species: .electron, kineticEnergy: 100, beam: .drawn(beam))
let variables = DesignVariables([try run.variable("q1.k1"), try run.variable("q2.k1")])
let problem = DesignProblem(run, variables, goal: Spot())
print(try problem.valueAndGradient(at: variables.start))
