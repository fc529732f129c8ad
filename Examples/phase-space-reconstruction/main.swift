// Phase space from screen images
//
// An image shows how a beam fills (x, y); a quadrupole in front of the screen turns phase space, so
// that images at several strengths are projections of one and the same density from several sides.
// Here the density is made of particles, and every coordinate x, px, y, py of every particle is a
// variable. Maximum likelihood moves the particles, from a featureless Gaussian start, until their
// images are the measured ones: 2400 variables, and one backward pass per image for all
// derivatives.
//
// The true beam has two blobs in (x, px). The reconstruction is repeated with images drawn again
// from the measured ones (the bootstrap of B. Efron, Ann. Stat. 7, 1 (1979)): how much
// its ellipse then changes is the error that counting statistics leave. As a test, the image at a
// strength that was not used is predicted, and (x, px) in front of the quadrupole is compared with
// the truth. A Gaussian beam with the true ellipse stands beside it.

import AutoDiff
import BeamDynamics
import ExampleSupport
import Optimization
import Sensitivity

/// −log L of an image on the screen behind the quadrupole; zero without an image.
///
/// A particle that strayed to where no image shows anything would feel no force. A wide Gaussian
/// prior for all coordinates, of 1 mm and 1 mrad, leads it back; beside some 30 counts per particle
/// and image it is weak.
struct ImageLikelihood: BeamObjective {
  let requests: [ObservationRequest]
  let image: ScreenImage?
  /// The number of particles that made the image.
  let counts: Double

  init(_ screen: Screen, image: [Double]? = nil, counts: Double = 0, after place: Int? = 1) {
    requests = [ObservationRequest(after: place, screens: [screen])]
    self.image = image.map { ScreenImage($0, on: screen, comparison: .likelihood) }
    self.counts = counts
  }

  func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
    guard let image else { return .zero }
    let prior = variables.reduce(S.zero) { $0 + (1e3 * $1).squared }
    return counts * image.distance(of: beams[0].densities[0]) + 0.5 * prior
  }
}

/// The screen, with a resolution of one pixel. A narrower kernel would not do: its sum over pixels
/// depends on where in a pixel a particle stands, which particles make use of.
let screen = Screen(
  [.init(0, from: -2.4e-3, to: 2.4e-3, cells: 24), .init(2, from: -1.8e-3, to: 1.8e-3, cells: 9)],
  kernel: .gaussian(width: 1))
/// Phase space in front of the quadrupole, looked at through a coarse grid.
let phaseSpace = Screen(
  [.init(0, from: -2e-3, to: 2e-3, cells: 20), .init(1, from: -1e-3, to: 1e-3, cells: 20)],
  kernel: .gaussian(width: 1))
let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)

/// The quadrupole at one strength [m⁻²] and the way to the screen, with a beam in front of it.
func run(_ strength: Double, _ bunch: Bunch<Double>) -> DesignRun {
  DesignRun(
    Beamline([
      BeamlineElement("quadrupole", Quadrupole(length: 0.1, k1: strength)),
      BeamlineElement("to screen", Drift(length: 1.5)),
    ]),
    species: reference.species, kineticEnergy: reference.kineticEnergy, beam: .particles(bunch))
}

/// The share of the beam in each cell.
func density(
  _ bunch: Bunch<Double>, _ screen: Screen, after place: Int? = 1, at strength: Double = 0
) throws -> [Double] {
  let problem = DesignProblem(
    run(strength, bunch), DesignVariables([]), goal: ImageLikelihood(screen, after: place))
  return try problem.observations(at: [])[0].densities[0]
}

/// Half the sum of differences: 0 for the same density, 1 for densities without overlap.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  0.5 * zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
}

/// Particles that `draw` makes.
func bunch(
  _ count: Int, _ noise: inout SeededNoise, _ draw: (inout SeededNoise) -> PhaseSpace<Double>
) -> Bunch<Double> {
  var bunch = Bunch<Double>(count: count, reference: reference)
  for i in 0..<count { bunch[i] = draw(&noise) }
  return bunch
}

/// The particles whose images at `strengths` are most likely to be `images`.
func reconstruct(
  _ images: [[Double]], at strengths: [Double], from start: Bunch<Double>, counts: Double
) throws -> (beam: Bunch<Double>, variables: Int, iterations: Int) {
  let variables = DesignVariables(
    (0..<start.count).flatMap { particle in
      (0..<4).map { i in
        DesignVariable(
          "\(particle).\(i)", .numbers([.coordinate(particle: particle, i)]),
          value: start[particle][i], scale: 1e-4)
      }
    })
  let scan = JointProblem(
    zip(strengths, images).map { strength, image in
      DesignProblem(
        run(strength, start), variables,
        goal: ImageLikelihood(screen, image: image, counts: counts))
    })
  let fit = try LBFGS().minimize(
    OptimizationProblem(
      scan.objective, from: variables.start, scales: variables.variables.map(\.scale)),
    stopping: Stopping(valueChange: 1e-6, iterations: 100))
  return (
    try scan.problems[0].initialParticles(at: fit.point), variables.count, fit.history.count - 1
  )
}

/// An image of `counts` particles that follow the shares of `image`.
func redrawn(_ image: [Double], counts: Int, _ noise: inout SeededNoise) -> [Double] {
  var sum = 0.0
  let cumulative = image.map { share in
    sum += share
    return sum
  }
  var result = [Double](repeating: 0, count: image.count)
  for _ in 0..<counts {
    let u = sum * noise.uniform()
    var (low, high) = (0, image.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] < u { low = middle + 1 } else { high = middle }
    }
    result[low] += 1
  }
  return result
}

/// ε_x [m], β_x [m] and α_x.
func ellipse(_ bunch: Bunch<Double>) throws -> [Double] {
  let statistics = BeamStatistics(try bunch.moments(), reference: reference)
  return ["emittance_x", "beta_x", "alpha_x"].map { statistics[$0] ?? .nan }
}

let strengths: [Double] = [-9, -5, -1, 3, 7, 11, 15]
let unused = -3.0
let counts = 20_000
var noise = SeededNoise(seed: 11)

// The truth: two blobs that differ in place, direction and size. Each image is of another shot.
func shot(_ count: Int, _ noise: inout SeededNoise) -> Bunch<Double> {
  bunch(count, &noise) { noise in
    let isFirst = noise.uniform() < 0.6
    let (x, px, sigma) = isFirst ? (-0.5e-3, 0.1e-3, 0.15e-3) : (0.6e-3, -0.3e-3, 0.22e-3)
    return PhaseSpace(
      x: x + sigma * noise.normal(), px: px + 0.12e-3 * noise.normal(),
      y: 0.3e-3 * noise.normal(), py: 0.1e-3 * noise.normal(), t: 0, pt: 0)
  }
}
let images = try strengths.map { try density(shot(counts, &noise), screen, at: $0) }
let truth = shot(100_000, &noise)

// The start knows neither the blobs nor the ellipse.
func featureless(_ count: Int, _ noise: inout SeededNoise) -> Bunch<Double> {
  bunch(count, &noise) { noise in
    PhaseSpace(
      x: 0.5e-3 * noise.normal(), px: 0.1e-3 * noise.normal(), y: 0.25e-3 * noise.normal(),
      py: 0.08e-3 * noise.normal(), t: 0, pt: 0)
  }
}
let start = featureless(600, &noise)
let found = try reconstruct(images, at: strengths, from: start, counts: Double(counts))
let repeated = try (0..<4).map { _ in
  let again = images.map { redrawn($0, counts: counts, &noise) }
  return try ellipse(
    reconstruct(again, at: strengths, from: featureless(600, &noise), counts: Double(counts)).beam)
}

print(row("variables", Double(found.variables)))
print(row("iterations", Double(found.iterations)) + "\n")
print(head("", "start", "found", "error", "truth"))
let (before, after, wanted) = try (ellipse(start), ellipse(found.beam), ellipse(truth))
for (i, name) in ["emittance_x", "beta_x", "alpha_x"].enumerated() {
  let square = repeated.reduce(0) { $0 + ($1[i] - after[i]) * ($1[i] - after[i]) }
  let error = (square / Double(repeated.count)).squareRoot()
  print(row(name, before[i], after[i], error, wanted[i]))
}

// A Gaussian beam with the true first and second moments.
let moments = try truth.moments()
let gaussian = try Bunch<Double>(
  InitialBeam(
    GaussianDistribution(),
    shape: try BeamShape(
      covariance: moments.covariance ?? .zero,
      mean: PhaseSpace(
        x: moments.mean[0], px: moments.mean[1], y: moments.mean[2], py: moments.mean[3], t: 0,
        pt: 0)), particles: 100_000, charge: 0),
  reference: reference)
print("\n" + head("distance to", "start", "Gaussian", "found"))
let beams = [start, gaussian, found.beam]
let image = try density(truth, screen, at: unused)
let ofImage = try beams.map { distance(try density($0, screen, at: unused), image) }
print(row("unused-image", ofImage[0], ofImage[1], ofImage[2]))
let blobs = try density(truth, phaseSpace, after: nil)
let inPhaseSpace = try beams.map { distance(try density($0, phaseSpace, after: nil), blobs) }
print(row("phase-space", inPhaseSpace[0], inPhaseSpace[1], inPhaseSpace[2]))
