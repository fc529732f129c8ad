// An objective of one's own
//
// A formula in Swift, generic over the scalar, is all it takes: written once, it gives values,
// gradients and products of the Hessian. Here a beam is to become round and of a given size at a
// target, and on the way its β is to stay small everywhere:
//
//   f = ln²(σ_x/σ_y) + ln²(σ_x/σ₀) + w·M,   M = (1/s)·ln(Σ exp(s·β))
//
// The maximum of β over places and planes has kinks, where one place takes over from another; M is
// smooth, above the maximum by (1/s)·ln(number of βs) at most.
//
// The program checks the gradient against differences, minimises, and prints what became of it.

import AutoDiff
import BeamDynamics
import ExampleSupport
import Optimization
import Sensitivity

/// A round spot at the end of a beamline, with a low peak of β on the way.
struct RoundSpot: BeamObjective {
  let requests: [ObservationRequest]
  /// σ₀ [m].
  let size: Double
  /// s [1/m]: the larger it is, the nearer M is to the maximum, and the sharper its bends.
  let sharpness = 1.0
  /// w [1/m].
  let weight: Double

  init(_ beamline: Beamline, size: Double, weight: Double) {
    requests = (0..<beamline.count).map { ObservationRequest(after: $0) }
    self.size = size
    self.weight = weight
  }

  func callAsFunction<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> S {
    let target = beams[beams.count - 1].secondMoments
    let round = S.log(target.sigma(0) / target.sigma(2))
    let wanted = S.log(target.sigma(0) / size)
    return round.squared + wanted.squared + weight * smoothMaximum(try Self.betas(beams))
  }

  /// M. What is largest is taken out of the exponentials, so that none overflows; its own value
  /// cancels, in the derivatives too.
  private func smoothMaximum<S: RealScalar>(_ values: [S]) -> S {
    let largest = values.reduce(values[0], S.maximum)
    let sum = values.reduce(S.zero) { $0 + S.exp(sharpness * ($1 - largest)) }
    return largest + S.log(sum) / sharpness
  }

  /// β_x and β_y [m], place after place.
  static func betas<S: RealScalar>(_ beams: [BeamObservation<S>]) throws -> [S] {
    try beams.enumerated().flatMap { place, beam in
      try [Plane.x, .y].map { plane in
        guard let ellipse = beam.secondMoments.twiss(plane) else {
          throw UndefinedObjective(
            "beta_\(plane) at place \(place)", because: "the beam has no area",
            remedy: "give it an emittance")
        }
        return ellipse.beta
      }
    }
  }
}

/// A channel of six quadrupoles, focusing and defocusing in turn.
let beamline = Beamline(
  (1...6).flatMap { i in
    [
      BeamlineElement("q\(i)", Quadrupole(length: 0.2, k1: i % 2 == 1 ? 1 : -1)),
      BeamlineElement("d\(i)", Drift(length: 0.8)),
    ]
  })
var shape = BeamShapeDescription(.twiss)
(shape["beta_x"], shape["alpha_x"], shape["emittance_x"]) = (9, -1.2, 2e-8)
(shape["beta_y"], shape["alpha_y"], shape["emittance_y"]) = (4, 0.7, 1e-8)
(shape["beta_t"], shape["emittance_t"]) = (1, 1e-6)
let run = DesignRun(
  beamline, species: .electron, kineticEnergy: 250,
  beam: .drawn(
    try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: 2048, charge: 0, isQuiet: true)))
let design = DesignProblem(
  run, DesignVariables(try (1...6).map { try run.variable("q\($0).k1") }),
  goal: RoundSpot(beamline, size: 100e-6, weight: 0.005))

let start = design.variables.start
let check = try design.check(design.valueAndGradient(at: start).gradient, at: start)
print(head("variable", "gradient", "difference", "deviation"))
for entry in check.rows {
  print(row("d/d" + entry.variable, entry.gradient, entry.difference, entry.deviation))
}

let best = try BFGS().minimize(
  OptimizationProblem(design.objective, from: start), stopping: Stopping(gradient: 1e-7))

print("\n" + head("", "start", "optimised"))
for (i, name) in design.variables.names.enumerated() { print(row(name, start[i], best.point[i])) }
let beams = try [start, best.point].map { try design.observations(at: $0) }
let targets = beams.map { $0[$0.count - 1].secondMoments }
print(row("sigma_x", targets[0].sigma(0), targets[1].sigma(0)))
print(row("sigma_y", targets[0].sigma(2), targets[1].sigma(2)))
let peaks = try beams.map { try RoundSpot.betas($0).max() ?? .nan }
print(row("largest-beta", peaks[0], peaks[1]))
print(row("objective", try design.value(at: start), best.value))
let lengths = try [start, best.point].map { point in
  try design.valueAndGradient(at: point).gradient.map(\.magnitude).max() ?? 0
}
print(row("gradient", lengths[0], lengths[1]))
print(row("evaluations", 1, Double(best.counts.evaluations)))
