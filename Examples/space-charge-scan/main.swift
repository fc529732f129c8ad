// Emittance from a quadrupole scan of a beam that its space charge rules
//
// As in quadrupole-scan/, sizes on a screen behind a quadrupole tell the ellipse in front of it. Here
// the beam is a bunch of protons of 6.7 MeV with half an ampere in its middle, whose space charge
// defocuses three times as strongly as its emittance. So the whole tracking with space charge between
// the particles is fitted: derivatives go through every kick.
//
// Made-up sizes with errors of 2 % stand for the measurement. The program prints the fit with its
// standard deviations, and what comes out where space charge is forgotten.

import AutoDiff
import BeamDynamics
import CollectiveEffects
import ExampleSupport
import Optimization
import Sensitivity

/// A bunch of known length and energy spread, and the given ellipses.
func beam(
  x: (beta: Double, alpha: Double, emittance: Double),
  y: (beta: Double, alpha: Double, emittance: Double)
) -> BeamShapeDescription {
  var shape = BeamShapeDescription(.twiss)
  for (name, plane) in [("x", x), ("y", y)] {
    shape["beta_" + name] = plane.beta
    shape["alpha_" + name] = plane.alpha
    shape["emittance_" + name] = plane.emittance
  }
  shape["beta_t"] = 500
  shape["emittance_t"] = 5e-6
  return shape
}

/// The quadrupole at one strength [m⁻²], and the way to the screen.
func beamline(_ strength: Double) -> Beamline {
  Beamline([
    BeamlineElement(
      "quadrupole", Quadrupole(length: 0.06, k1: strength), slices: 2),
    BeamlineElement("to screen", Drift(length: 0.4), slices: 4),
  ])
}

func spaceCharge(cells: Int) throws -> MeshSpaceCharge {
  var options = SpaceChargeOptions()
  options.cells = [cells, cells, cells]
  options.shape = .cubic
  return try MeshSpaceCharge(options)
}

let energy = 6.7
let charge = 4e-10
let strengths = stride(from: -60.0, through: 60.0, by: 24)
let relativeError = 0.02

// The measurement: a larger sample of the true beam on a finer mesh, with errors.
let truth = beam(x: (0.8, 1.2, 1e-6), y: (0.6, -0.8, 1.4e-6))
var noise = SeededNoise(seed: 20)
var tracking = TrackingOptions()
tracking.effects = [try spaceCharge(cells: 32)]
let sizes = try strengths.map { strength in
  var bunch = try Bunch<Double>(
    InitialBeam(
      GaussianDistribution(), shape: truth.shape, particles: 50_000, charge: charge, seed: 7),
    reference: ReferenceParticle(species: .proton, kineticEnergy: energy), workers: .all)
  _ = try Tracker(beamline(strength), options: tracking).track(&bunch)
  let seen = SecondMoments(try bunch.moments().covariance ?? .zero)
  return [0, 2].map { seen.sigma($0) * (1 + relativeError * noise.normal()) }
}

let guess = beam(x: (1, 0, 2e-6), y: (1, 0, 2e-6))
let unknown = ["x", "y"].flatMap { ["beta_\($0)", "alpha_\($0)", "emittance_\($0)"] }

/// The sizes as a function of the ellipses.
func scan(with kick: MeshSpaceCharge?) throws -> JointProblem<SizesOnScreen> {
  JointProblem(
    try zip(strengths, sizes).map { strength, measured in
      var run = DesignRun(
        beamline(strength), species: .proton, kineticEnergy: energy,
        beam: .drawn(
          try InitialBeam(
            GaussianDistribution(), describedBy: guess, particles: 2048, charge: charge,
            isQuiet: true)))
      if let kick { run.effects = [kick] }
      let variables = try unknown.map {
        try run.variable("beam." + $0, scale: $0.hasPrefix("alpha") ? 1 : nil)
      }
      return DesignProblem(
        run, DesignVariables(variables),
        goal: SizesOnScreen(after: 1, measured: measured, error: relativeError))
    })
}

func fit(_ scan: JointProblem<SizesOnScreen>) throws -> OptimizationResult {
  try LevenbergMarquardt().minimize(
    OptimizationProblem(
      scan.objective, from: scan.variables.start, scales: scan.variables.variables.map(\.scale)))
}

let model = try scan(with: try spaceCharge(cells: 24))
let result = try fit(model)
let deviations = try Covariance(of: model.objective, at: result.point).deviations
let forgetful = try fit(try scan(with: nil))

print("ellipses in front of the quadrupole")
print(head("", "fit", "error", "truth", "pull", "without"))
for (i, name) in unknown.enumerated() {
  let true_ = truth[name] ?? .nan
  let pull = (result.point[i] - true_) / deviations[i]
  print(row(name, result.point[i], deviations[i], true_, pull, forgetful.point[i]))
}
print("\nchi-squared of the fit, with space charge and without, and its degrees of freedom")
print(
  row(
    "chi2", 2 * result.value, 2 * forgetful.value, Double(2 * sizes.count - unknown.count)))
