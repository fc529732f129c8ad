// Calibration of a beamline with its own beam
//
// Three quadrupoles stand some 0.2 mm beside the axis, their gradients are wrong by a per cent, and
// the beam comes in beside the axis too. A quadrupole that is hit at a distance d from its axis kicks
// by −k1·L·d: turn its strength, and the centroids on the screens behind it move by what its
// misalignment is; how the sizes and the response to the other kicks change tells its true gradient.
//
// Thirteen unknowns are fitted to centroids and sizes on two screens, at seven settings. The program
// prints them with standard deviations from the exact Hessian of ½χ², beside the truth; χ² of the
// differences, in the metric of the fit's covariance, says whether the error bars can be trusted.

import AutoDiff
import BeamDynamics
import ExampleSupport
import LatticeFiles
import Optimization
import Sensitivity

/// The beamline with its quadrupoles set to `strengths` [m⁻²]; what they really have is 1 + e times
/// that.
func runFile(_ strengths: [Double], particles: Int, seed: Int) throws -> RunFile {
  let text = """
    {
      "beam": {
        "species": "electron", "kinetic_energy": 150, "charge": 0,
        "particles": \(particles), "seed": \(seed), "quiet_start": true,
        "distribution": {
          "kind": "gaussian",
          "twiss": {
            "beta_x": 6, "alpha_x": 0.5, "emittance_x": 1e-8,
            "beta_y": 6, "alpha_y": 0.5, "emittance_y": 1e-8,
            "beta_t": 0.5, "alpha_t": 0, "emittance_t": 2e-6,
          },
        },
      },
      "constants": {"e1": 0, "e2": 0, "e3": 0},
      "lattice": {
        "elements": {
          "d": {"kind": "Drift", "length": 0.8},
          "q1": {"kind": "Quadrupole", "length": 0.15, "k1": "\(strengths[0]) * (1 + e1)"},
          "q2": {"kind": "Quadrupole", "length": 0.15, "k1": "\(strengths[1]) * (1 + e2)"},
          "q3": {"kind": "Quadrupole", "length": 0.15, "k1": "\(strengths[2]) * (1 + e3)"},
          "screen1": {"kind": "Monitor"},
          "screen2": {"kind": "Monitor"},
        },
        "lines": {"all": ["q1", "d", "q2", "d", "screen1", "q3", "d", "d", "screen2"]},
        "use": "all",
      },
      "variables": [
        "q1.dx", "q2.dx", "q3.dx", "q1.dy", "q2.dy", "q3.dy",
        "constants.e1", "constants.e2", "constants.e3",
        "beam.mean_x", "beam.mean_px", "beam.mean_y", "beam.mean_py",
      ],
    }
    """
  return try RunFile.parse(Array(text.utf8), path: "calibration.json")
}

/// ½χ² of centroids and sizes on the two screens.
struct ScreenReadings: BeamObjective {
  let requests = [ObservationRequest(after: 4), ObservationRequest(after: 8)]
  /// ⟨x⟩, ⟨y⟩, σ_x, σ_y [m] on one screen after the other.
  var measured = [Double](repeating: 0, count: 8)
  /// Standard deviations [m] of centroids, and of sizes.
  static let centroidError = 10e-6
  static let sizeError = 5e-6
  var isSumOfSquares: Bool { true }

  static func readings<S: RealScalar>(_ beams: [BeamObservation<S>]) -> [S] {
    beams.flatMap { beam in
      let moments = beam.secondMoments
      return [beam.mean[0], beam.mean[2], moments.sigma(0), moments.sigma(2)]
    }
  }

  static func error(ofReading i: Int) -> Double { i % 4 < 2 ? centroidError : sizeError }

  func residuals<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> [S] {
    Self.readings(beams).enumerated().map { i, reading in
      (reading - measured[i]) / Self.error(ofReading: i)
    }
  }

  func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
    residuals(beams, variables: variables).reduce(.zero) { $0 + 0.5 * $1.squared }
  }
}

/// A file without variables is a mistake in this program.
struct NoVariables: Error {}

let settings: [[Double]] = [
  [5, -5, 5], [0, -5, 5], [5, 0, 5], [5, -5, 0], [8, -5, 5], [5, -8, 5], [5, -5, 8],
]
let truth = [
  180e-6, -230e-6, 140e-6, -120e-6, 310e-6, 90e-6, 0.012, -0.008, 0.015,
  100e-6, -50e-6, -150e-6, 40e-6,
]

// The measurement: another and larger sample of the beam, seen with errors.
var noise = SeededNoise(seed: 4)
let measurements = try settings.map { strengths in
  let file = try runFile(strengths, particles: 65_536, seed: 2)
  guard let machine = try file.makeDesign(goal: ScreenReadings()) else { throw NoVariables() }
  return ScreenReadings.readings(try machine.observations(at: truth)).enumerated().map {
    $1 + ScreenReadings.error(ofReading: $0) * noise.normal()
  }
}

let machine = JointProblem(
  try zip(settings, measurements).map { strengths, measured in
    let file = try runFile(strengths, particles: 2048, seed: 1)
    guard let setting = try file.makeDesign(goal: ScreenReadings(measured: measured)) else {
      throw NoVariables()
    }
    return setting
  })
let names = machine.variables.names
let fit = try LevenbergMarquardt().minimize(
  OptimizationProblem(
    machine.objective, from: machine.variables.start,
    scales: names.map { $0.hasPrefix("constants") ? 1e-2 : 1e-4 }))
let covariance = try Covariance(of: machine.objective, at: fit.point)

print(head("", "fit", "error", "truth", "pull"))
for (i, name) in names.enumerated() {
  let error = covariance.deviations[i]
  print(row(name, fit.point[i], error, truth[i], (fit.point[i] - truth[i]) / error))
}

// χ² of the differences: dᵀHd with the Hessian H of the fit, the inverse of its covariance.
let difference = zip(fit.point, truth).map { $0 - $1 }
let curvature = try machine.hessianVectorProduct(at: fit.point, direction: difference)
let distance = zip(difference, curvature).reduce(0) { $0 + $1.0 * $1.1 }
print("\n" + head("", "chi2", "expected"))
print(row("pulls", distance, Double(names.count)))
print(row("readings", 2 * fit.value, Double(8 * settings.count - names.count)))
