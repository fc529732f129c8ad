// A gradient through space charge: how the emittance behind a drift depends on the bunch's charge and size.
import BeamDynamics
import CollectiveEffects
import Sensitivity

let line: Beamline = [BeamlineElement("d", Drift(length: 0.5), slices: 10)]
let shape = try BeamShapeDescription(
  .sigma, ["sigma_x": 1e-3, "sigma_y": 1e-3, "sigma_t": 1e-3])
let beam = try InitialBeam(
  GaussianDistribution(), describedBy: shape, particles: 20_000, charge: 1e-9)
var run = DesignRun(line, species: .electron, kineticEnergy: 5, beam: .drawn(beam))
run.effects = [try MeshSpaceCharge(SpaceChargeOptions(cells: [32, 32, 32]))]

let variables = DesignVariables([try run.variable("beam.charge"), try run.variable("beam.sigma_x")])
let emittance = try QuantityCatalog.standard.quantity(named: "normalized_emittance_x")
let goal = TermObjective([ObjectiveTerm(.quantity(emittance), after: 0, called: "d", weight: 1e6)])
let problem = DesignProblem(run, variables, goal: goal)
let (value, gradient) = try problem.valueAndGradient(at: variables.start)
print("normalised emittance:", value, "mm mrad")
for (name, derivative) in zip(variables.names, gradient) { print("d/d(\(name)):", derivative) }
