// Uncertainty of a beam size from errors of quadrupoles
//
// Four quadrupoles focus a beam to a spot. Their strengths are uncertain: independent normal errors
// of a standard deviation s each. With the gradient g and the Hessian H of a size f,
//
//   first order:   mean f,               variance s²·gᵀg
//   second order:  mean f + ½s²·tr H,    variance s²·gᵀg + ½s⁴·tr H²
//
// and tracking with random strengths is the judge. Where the spot has been focused, its gradient is
// zero: to first order errors do nothing to it. They only ever make it larger, and that is the
// Hessian's to say. What holds for the spot does not for σ_x and σ_y, which give way to one another.

import AutoDiff
import BeamDynamics
import ExampleSupport
import LinearAlgebra
import Optimization
import Sensitivity

/// A size of the beam [m] at the end.
struct Size: BeamObjective {
  enum Kind: Sendable { case sigmaX, sigmaY, spot }

  let requests = [ObservationRequest(after: 8)]
  let kind: Kind

  func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
    let covariance = beams[0].covariance
    switch kind {
    case .sigmaX: return S.sqrt(covariance[0, 0])
    case .sigmaY: return S.sqrt(covariance[2, 2])
    case .spot: return S.sqrt(covariance[0, 0] + covariance[2, 2])
    }
  }
}

/// The mean and the variance of a size.
struct Spread {
  var mean: Double
  var variance: Double
}

extension DesignProblem {
  /// By the gradient and, if wanted, the Hessian at `x`.
  func spread(at x: [Double], error s: Double, order: Int) throws -> Spread {
    let (value, gradient) = try valueAndGradient(at: x)
    var result = Spread(mean: value, variance: s * s * gradient.reduce(0) { $0 + $1 * $1 })
    if order == 1 { return result }
    for i in x.indices {
      let column = try hessianVectorProduct(at: x, direction: x.indices.map { $0 == i ? 1 : 0 })
      result.mean += 0.5 * s * s * column[i]
      result.variance += 0.5 * s * s * s * s * column.reduce(0) { $0 + $1 * $1 }
    }
    return result
  }
}

/// Of a sample, with the standard errors of mean and variance.
func spread(of values: [Double]) -> (spread: Spread, error: Spread) {
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  let squares = values.map { ($0 - mean) * ($0 - mean) }
  let variance = squares.reduce(0, +) / (n - 1)
  let fourth = squares.reduce(0) { $0 + $1 * $1 } / n
  // Of the variance: √((μ₄ − σ⁴)/n)
  return (
    Spread(mean: mean, variance: variance),
    Spread(
      mean: (variance / n).squareRoot(),
      variance: ((fourth - variance * variance) / n).squareRoot())
  )
}

let beamline = Beamline([
  BeamlineElement("q1", Quadrupole(length: 0.15, k1: 4)),
  BeamlineElement("d1", Drift(length: 0.6)),
  BeamlineElement("q2", Quadrupole(length: 0.15, k1: -6)),
  BeamlineElement("d2", Drift(length: 0.6)),
  BeamlineElement("q3", Quadrupole(length: 0.15, k1: 6)),
  BeamlineElement("d3", Drift(length: 0.6)),
  BeamlineElement("q4", Quadrupole(length: 0.15, k1: -4)),
  BeamlineElement("d4", Drift(length: 1)),
  BeamlineElement("spot", Marker()),
])
var shape = BeamShapeDescription(.twiss)
for plane in ["x", "y"] {
  shape["beta_" + plane] = 8
  shape["emittance_" + plane] = 1e-8
}
shape["beta_t"] = 1
shape["emittance_t"] = 1e-6
let run = DesignRun(
  beamline, species: .electron, kineticEnergy: 200,
  beam: .drawn(
    try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: 512, charge: 0, isQuiet: true)))
let variables = DesignVariables(try (1...4).map { try run.variable("q\($0).k1") })
/// Standard deviation of each strength [m⁻²].
let error = 0.025
let machines = 8000

func problem(_ kind: Size.Kind) -> DesignProblem<Size> {
  DesignProblem(run, variables, goal: Size(kind: kind))
}

let focused = try TrustRegionNewton().minimize(
  OptimizationProblem(problem(.spot).objective, from: variables.start))
print(head("k1 [1/m^2]", "q1", "q2", "q3", "q4"))
print(
  row("focused", focused.point[0], focused.point[1], focused.point[2], focused.point[3]) + "\n")

// Random machines, each with its own strengths.
var noise = SeededNoise(seed: 1)
let beams = try (0..<machines).map { _ in
  try problem(.spot).observations(at: focused.point.map { $0 + error * noise.normal() })
}

for (name, kind) in [("sigma_x", Size.Kind.sigmaX), ("sigma_y", .sigmaY), ("spot", .spot)] {
  let size = problem(kind)
  let tracked = spread(of: beams.map { size.goal($0, variables: []) })
  print(head(name + " [m]", "mean", "deviation"))
  for order in [1, 2] {
    let spread = try size.spread(at: focused.point, error: error, order: order)
    print(row("\(name)-order-\(order)", spread.mean, spread.variance.squareRoot()))
  }
  let deviation = tracked.spread.variance.squareRoot()
  print(row("\(name)-tracked", tracked.spread.mean, deviation))
  print(row("\(name)-error", tracked.error.mean, tracked.error.variance / (2 * deviation)) + "\n")
}
