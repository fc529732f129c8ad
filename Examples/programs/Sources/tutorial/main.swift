import BeamDynamics
import CollectiveEffects
import Optimization
import Sensitivity

let line: Beamline = [
  BeamlineElement("d1", Drift(length: 0.2), slices: 5),
  BeamlineElement("q1", Quadrupole(length: 0.1, k1: 20), slices: 5),
  BeamlineElement("d2", Drift(length: 0.2), slices: 5),
  BeamlineElement("q2", Quadrupole(length: 0.1, k1: -20), slices: 5),
  BeamlineElement("d3", Drift(length: 0.3), slices: 5),
]
print(line)

let shape = try BeamShapeDescription(
  .sigma,
  [
    "sigma_x": 4e-4, "sigma_px": 2e-4, "sigma_y": 4e-4, "sigma_py": 2e-4, "sigma_t": 4e-4,
    "sigma_pt": 2e-4,
  ])
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 20_000, charge: 2e-10, isQuiet: true)
let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)

var bunch = try Bunch<Double>(beam, reference: reference)
let record = try Tracker(line).record(&bunch)
for place in record.beams {
  let statistics = place.statistics
  print(place.name, statistics["sigma_x"] ?? 0, statistics["sigma_y"] ?? 0)
}

let spaceCharge = try MeshSpaceCharge(SpaceChargeOptions(cells: [16, 16, 16]))
var charged = try Bunch<Double>(beam, reference: reference)
let tracker = Tracker(line, options: TrackingOptions(effects: [spaceCharge]))
let end = try tracker.record(&charged).end
print("with space charge:", end?.statistics["sigma_x"] ?? 0, end?.statistics["sigma_y"] ?? 0)

var run = DesignRun(line, species: .electron, kineticEnergy: 20, beam: .drawn(beam))
run.effects = [spaceCharge]
let variables = DesignVariables([try run.variable("q1.k1"), try run.variable("q2.k1")])
let terms = try ["sigma_x", "sigma_y"].map { name in
  let quantity = try QuantityCatalog.standard.quantity(named: name)
  return ObjectiveTerm(
    .quantity(quantity), after: line.count - 1, called: "end", weight: 1e8, target: 2e-4)
}
let problem = DesignProblem(run, variables, goal: TermObjective(terms))
let (value, gradient) = try problem.valueAndGradient(at: variables.start)
print("objective:", value, "gradient:", gradient)

let search = OptimizationProblem(problem.objective, from: variables.start)
let best = try BFGS().minimize(search, stopping: Stopping(evaluations: 40))
print("k1:", best.point, "objective:", best.value)
