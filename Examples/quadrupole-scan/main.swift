// Emittance from a quadrupole scan
//
// A quadrupole focuses a beam onto a screen 2 m behind it. The size there, as a function of the
// quadrupole's strength, tells the whole ellipse in front of it: on the screen ⟨x²⟩ = R₁₁²⟨x²⟩ +
// 2R₁₁R₁₂⟨x·px⟩ + R₁₂²⟨px²⟩, and each strength has another R₁₁ and R₁₂. Instead of these thin lines
// the whole tracking is fitted, energy spread and all, with β, α and ε of both planes as variables.
//
// Made-up sizes with errors of 2 % stand for the measurement. The program prints the fit, its
// standard deviations from the exact Hessian of ½χ², the truth, and their distance in standard
// deviations ("pull").

import AutoDiff
import BeamDynamics
import ExampleSupport
import Optimization
import Sensitivity

/// A beam with the known energy spread of 0.5 %, and the given ellipses.
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
  shape["beta_t"] = 0.2
  shape["emittance_t"] = 5e-6
  return shape
}

/// The quadrupole at one strength [m⁻²], and the way to the screen.
func beamline(_ strength: Double) -> Beamline {
  Beamline([
    BeamlineElement("quadrupole", Quadrupole(length: 0.1, k1: strength)),
    BeamlineElement("to screen", Drift(length: 2)),
  ])
}

let energy = 100.0
let strengths = stride(from: -9.0, through: 9.0, by: 1.5)
let relativeError = 0.02

// The measurement: another sample of the true beam, tracked, with errors.
let truth = beam(x: (12, 1.5, 6e-9), y: (9, -0.8, 4e-9))
var noise = SeededNoise(seed: 20)
let sizes = try strengths.map { strength in
  var bunch = try Bunch<Double>(
    InitialBeam(
      GaussianDistribution(), shape: truth.shape, particles: 100_000, charge: 0, seed: 7),
    reference: ReferenceParticle(species: .electron, kineticEnergy: energy), workers: .all)
  _ = try Tracker(beamline(strength)).track(&bunch)
  let seen = SecondMoments(try bunch.moments().covariance ?? .zero)
  return [0, 2].map { seen.sigma($0) * (1 + relativeError * noise.normal()) }
}

// The model: what would be seen if the beam were this one.
let guess = beam(x: (5, 0, 1e-8), y: (5, 0, 1e-8))
let unknown = ["x", "y"].flatMap { ["beta_\($0)", "alpha_\($0)", "emittance_\($0)"] }
let scan = JointProblem(
  try zip(strengths, sizes).map { strength, measured in
    let run = DesignRun(
      beamline(strength), species: .electron, kineticEnergy: energy,
      beam: .drawn(
        try InitialBeam(
          GaussianDistribution(), describedBy: guess, particles: 4096, charge: 0, isQuiet: true)))
    let variables = try unknown.map {
      try run.variable("beam." + $0, scale: $0.hasPrefix("alpha") ? 1 : nil)
    }
    return DesignProblem(
      run, DesignVariables(variables),
      goal: SizesOnScreen(after: 1, measured: measured, error: relativeError)
    )
  })

let fit = try LevenbergMarquardt().minimize(
  OptimizationProblem(
    scan.objective, from: scan.variables.start, scales: scan.variables.variables.map(\.scale)))
let deviations = try Covariance(of: scan.objective, at: fit.point).deviations

print("strength [1/m^2] and measured sizes [m]")
print(head("", "k1", "sigma_x", "sigma_y"))
for (strength, size) in zip(strengths, sizes) { print(row("setting", strength, size[0], size[1])) }
print("\nellipses in front of the quadrupole")
print(head("", "fit", "error", "truth", "pull"))
for (i, name) in unknown.enumerated() {
  let true_ = truth[name] ?? .nan
  let pull = (fit.point[i] - true_) / deviations[i]
  print(row(name, fit.point[i], deviations[i], true_, pull))
}
print("\nchi-squared of the fit, and how many sizes it has beyond its variables")
print(row("chi2", 2 * fit.value, Double(2 * sizes.count - unknown.count)))
print("\niterations, by \(LevenbergMarquardt.name)")
print(row("iterations", Double(fit.history.count - 1)))
