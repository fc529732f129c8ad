import AutoDiff
import BeamDynamics
import Communication
import Dispatch
import LinearAlgebra
import Optimization
import Synchronization
import Testing

@testable import Sensitivity

private let line = Beamline(
  elements: [
    BeamlineElement("d", Drift(length: 0.4, model: .exact)),
    BeamlineElement(
      "q", Quadrupole(length: 0.2, k1: 3, model: .chromatic),
      slices: 2, placement: Placement(dx: 1e-4)),
    BeamlineElement("b", Bend(length: 0.5, angle: 0.2, model: .linear)),
  ], order: [0, 1, 0, 2, 1, 0])

/// A beam of few particles, described by `form`.
private func run(
  _ form: BeamShapeDescription.Form, particles: Int = 300, method: DesignRun.Method = .particles
) throws -> DesignRun {
  var shape = BeamShapeDescription(form)
  switch form {
  case .twiss:
    for plane in Plane.allCases {
      shape["beta_\(plane)"] = 2
      shape["alpha_\(plane)"] = 0.5
      // Apart, so that eigenemittances have derivatives.
      shape["emittance_\(plane)"] = [1e-6, 3e-6, 7e-6][plane.rawValue]
    }
  case .sigma:
    for plane in Plane.allCases {
      shape["sigma_\(plane)"] = 1e-3
      shape["sigma_p\(plane)"] = 2e-3
      shape["correlation_\(plane)"] = 0.3
    }
  case .covariance:
    for (i, name) in PhaseSpace<Double>.names.enumerated() {
      shape["covariance_\(name)_\(name)"] = 1e-6 * Double(i + 1)
    }
    shape["covariance_x_pt"] = 3e-7
    shape["covariance_px_y"] = -2e-7
  }
  shape["dispersion_x"] = 0.1
  shape["mean_y"] = 1e-4
  let beam = try InitialBeam(
    GaussianDistribution(), describedBy: shape, particles: particles, charge: 2e-9)
  return DesignRun(
    line, species: .electron, kineticEnergy: 5, beam: .drawn(beam), method: method)
}

private func variables(_ names: [String], of run: DesignRun) throws -> DesignVariables {
  DesignVariables(
    try names.map { name in
      let number = try run.number(named: name)
      return DesignVariable(name, .numbers([number]), value: run[number])
    })
}

private func terms(_ names: [String]) throws -> TermObjective {
  TermObjective(
    try names.enumerated().map { i, name in
      let quantity = try QuantityCatalog.standard.quantity(named: name)
      let place = i % 2 == 0 ? 5 : 3
      // Each term of order one.
      let weight = name.hasPrefix("sigma") || name.hasPrefix("mean") ? 1e6 : 1
      return ObjectiveTerm(
        .quantity(quantity), after: place, called: line.placeNames[place], weight: weight,
        target: i % 3 == 0 ? nil : 1e-3)
    })
}

/// The product with the Hessian is the difference of gradients, extrapolated.
private func product<Goal>(
  of problem: DesignProblem<Goal>, at x: [Double], _ direction: [Double]
) throws -> [Double] {
  func slope(_ h: Double) throws -> [Double] {
    let above = try problem.valueAndGradient(at: zip(x, direction).map { $0 + h * $1 }).gradient
    let below = try problem.valueAndGradient(at: zip(x, direction).map { $0 - h * $1 }).gradient
    return zip(above, below).map { ($0 - $1) / (2 * h) }
  }
  return try zip(slope(1e-3), slope(5e-4)).map { (4 * $1 - $0) / 3 }
}

@Suite("Designs")
struct DesignProblemTests {
  private static let beamNames: [BeamShapeDescription.Form: [String]] = [
    .twiss: ["beam.beta_x", "beam.alpha_y", "beam.emittance_x", "beam.dispersion_x"],
    .sigma: ["beam.sigma_x", "beam.sigma_py", "beam.correlation_x", "beam.mean_px"],
    .covariance: ["beam.covariance_x_x", "beam.covariance_pt_x", "beam.mean_x"],
  ]
  private static let names = [
    "q.k1", "q.dx", "q.tilt", "d.length", "b.angle", "beam.charge",
  ]
  private static let quantities = [
    "beta_x", "sigma_x", "sigma_y", "dispersion_x", "mean_x", "alpha_y", "charge", "reference_x",
    "R16", "kinetic_energy", "eigenemittance_2",
  ]

  @Test(arguments: BeamShapeDescription.Form.allCases, ["kinetic_energy", "momentum"])
  func gradientsAndHessiansAreThoseOfDifferences(
    _ form: BeamShapeDescription.Form, energy: String
  ) throws {
    let run = try run(form)
    let variables = try variables(
      Self.names + (Self.beamNames[form] ?? []) + ["beam." + energy], of: run)
    let problem = DesignProblem(
      run, variables, goal: try terms(Self.quantities), workers: .one)
    let x = variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    let check = try problem.check(gradient, at: x)
    for row in check.rows { #expect(row.verdict == .agrees, "\(row)") }
    let direction = variables.variables.enumerated().map { i, variable in
      variable.scale * (i % 2 == 0 ? 0.3 : -0.2)
    }
    let forward = try problem.directionalDerivative(at: x, along: direction)
    let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    // Sums of some hundred particles' derivatives, rounded in different orders.
    #expect((forward.derivative - slope).magnitude <= 1e-9 * slope.magnitude)
    let products = try problem.hessianVectorProduct(at: x, direction: direction)
    let differences = try product(of: problem, at: x, direction)
    for i in products.indices {
      // Fourth order of a relative step of 10⁻³, and rounding of gradients over it.
      let scale = variables.variables[i].scale
      let size = zip(products, variables.variables).map { ($0 * $1.scale).magnitude }.max() ?? 0
      #expect(
        ((products[i] - differences[i]) * scale).magnitude <= 1e-6 * size,
        "\(variables.names[i]): \(products[i]), \(differences[i])")
    }
  }

  /// Eight threads evaluate one problem, each at points of its own: the bits are those of one thread.
  @Test(arguments: [false, true])
  func threadsMayShareAProblem(isEnvelope: Bool) throws {
    let run = isEnvelope ? try run(.twiss, method: .envelope(nil)) : try run(.twiss)
    let variables = try variables(
      ["q.k1", "b.angle", "beam.beta_x", "beam.kinetic_energy"], of: run)
    let problem = DesignProblem(
      run, variables, goal: try terms(["beta_x", "sigma_y", "mean_x"]), workers: .one)
    let joint = JointProblem([problem, problem])
    let points = (0..<8).map { (k: Int) -> [Double] in
      variables.start.indices.map { (i: Int) -> Double in
        let step = 1e-3 * Double((k + i) % 4)
        return variables.start[i] + step * variables.variables[i].scale
      }
    }
    @Sendable func results(_ x: [Double]) throws -> [Double] {
      let (value, gradient) = try problem.valueAndGradient(at: x)
      var results = [value]
      results += gradient
      results += try problem.hessianVectorProduct(at: x, direction: x)
      results += try joint.valueAndGradient(at: x).gradient
      return results
    }
    let expected = try points.map(results)
    let found = Mutex<[Int: [Double]]>([:])
    DispatchQueue.concurrentPerform(iterations: points.count) { k in
      let result = try? results(points[k])
      found.withLock { $0[k] = result }
    }
    for k in points.indices { #expect(found.withLock { $0[k] } == expected[k]) }
  }

  /// An envelope's covariance is linear in an emittance, also where it is 0.
  @Test func aColdBeamsEnvelopeHasItsGradient() throws {
    let run = try run(.twiss, method: .envelope(nil))
    var cold = run
    cold.beam = try run.beam.setting(
      ["x", "t"].map { plane in
        guard case .beam(let number) = try run.number(named: "beam.emittance_\(plane)") else {
          preconditionFailure("an emittance is the beam's")
        }
        return (number, 0)
      })
    let names = ["beam.emittance_x", "beam.emittance_t"]
    let problem = DesignProblem(
      cold, try variables(names, of: cold), goal: Variances(), workers: .one)
    let (zero, gradient) = try problem.valueAndGradient(at: [0, 0])
    for i in 0..<2 {
      var x = [0.0, 0.0]
      x[i] = 1e-6
      // Linear: no step is too long.
      let difference = (try problem.value(at: x) - zero) / 1e-6
      #expect(difference > 0.01)
      #expect((gradient[i] - difference).magnitude <= 1e-8 * difference)
    }
  }

  @Test(arguments: [
    nil, EnvelopeSpaceCharge(.planar), EnvelopeSpaceCharge(.planar, slicing: .kickFirst),
    EnvelopeSpaceCharge(.spatial), EnvelopeSpaceCharge(.spatial, slicing: .kickFirst),
  ])
  func envelopesHaveGradientsAndHessians(_ spaceCharge: EnvelopeSpaceCharge?) throws {
    var run = try run(.twiss, method: .envelope(spaceCharge))
    // Of an effect as strong as the quadrupole's.
    if spaceCharge?.model == .planar { run.beam.current = 10 }
    let variables = try variables(
      ["q.k1", "d.length", "b.angle", "beam.beta_x", "beam.emittance_y", "beam.kinetic_energy"]
        + [run.beam.current == nil ? "beam.charge" : "beam.current"], of: run)
    let problem = DesignProblem(
      run, variables, goal: try terms(Self.quantities), workers: .one)
    let x = variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
    let direction = variables.variables.map { 0.3 * $0.scale }
    let products = try problem.hessianVectorProduct(at: x, direction: direction)
    let differences = try product(of: problem, at: x, direction)
    let size = zip(products, variables.variables).map { ($0 * $1.scale).magnitude }.max() ?? 0
    for i in products.indices {
      let scale = variables.variables[i].scale
      #expect(((products[i] - differences[i]) * scale).magnitude <= 1e-6 * size)
    }
  }

  /// The current kicks over the length of the orbit, which depends on more than the element's declared length: also
  /// in the second evaluation, and in the gradient.
  @Test func kicksOfEnvelopesFollowTheOrbitsOwnLength() throws {
    var run = try run(.twiss, method: .envelope(EnvelopeSpaceCharge(.planar)))
    run.beam.current = 10
    run.beamline = Beamline([
      BeamlineElement("d", Drift(length: 0.2)),
      BeamlineElement("u", Detour(length: 0.4, stretch: 0.5), slices: 2),
      BeamlineElement("e", Drift(length: 0.2)),
    ])
    let variables = try variables(["u.stretch", "d.length"], of: run)
    let size = try QuantityCatalog.standard.quantity(named: "sigma_x")
    let goal = TermObjective([ObjectiveTerm(.quantity(size), after: 2, called: "e", weight: 1e6)])
    let problem = DesignProblem(run, variables, goal: goal, workers: .one)
    _ = try problem.value(at: variables.start)
    let x = [0.8, 0.25]
    let value = try problem.value(at: x)
    let fresh = DesignProblem(run, variables, goal: goal, workers: .one)
    #expect(value == (try fresh.value(at: x)))
    let (same, gradient) = try problem.valueAndGradient(at: x)
    #expect(same == value)
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
    // Without the current the beam is another one: its kicks count here.
    var weak = run
    weak.beam.current = 0.01
    let other = DesignProblem(weak, variables, goal: goal, workers: .one)
    #expect(abs(try other.valueAndGradient(at: x).gradient[0] / gradient[0] - 1) > 0.01)
  }

  @Test func aJacobianIsTheSameForwardAndBack() throws {
    let run = try run(.twiss)
    let goal = TermObjective(
      try ["beta_x", "beta_y", "alpha_x"].map { name in
        ObjectiveTerm(
          .quantity(try QuantityCatalog.standard.quantity(named: name)), after: 5, called: "end",
          weight: 2, target: 1)
      })
    // Two variables: forward; six: back.
    let names = ["q.k1", "b.angle", "d.length", "q.dx", "beam.beta_x", "beam.kinetic_energy"]
    let few = DesignProblem(
      run, try variables(Array(names.prefix(2)), of: run), goal: goal, workers: .one)
    let many = DesignProblem(run, try variables(names, of: run), goal: goal, workers: .one)
    let (residuals, forward) = try few.residualsAndJacobian(at: few.variables.start)
    let (same, back) = try many.residualsAndJacobian(at: many.variables.start)
    for i in 0..<3 {
      #expect((residuals[i] - same[i]).magnitude <= 1e-12 * same[i].magnitude)
      for j in 0..<2 {
        #expect((forward[i, j] - back[i, j]).magnitude <= 1e-9 * back[i, j].magnitude)
      }
    }
    let (value, gradient) = try many.valueAndGradient(at: many.variables.start)
    #expect((0.5 * same.reduce(0) { $0 + $1 * $1 } - value).magnitude <= 1e-12 * value)
    for j in names.indices {
      let product = (0..<3).reduce(0.0) { $0 + back[$1, j] * same[$1] }
      #expect((product - gradient[j]).magnitude <= 1e-9 * gradient[j].magnitude)
    }
  }

  /// Written once, by a user; it depends on a variable directly, too.
  /// The sum of the variances of x and t at the end.
  private struct Variances: BeamObjective {
    var requests: [ObservationRequest] { [ObservationRequest(after: 5)] }

    func callAsFunction<S: RealScalar>(
      _ beams: [BeamObservation<S>], variables: [S]
    ) throws -> S { beams[0].covariance[0, 0] + beams[0].covariance[4, 4] }
  }

  private struct Spot: BeamObjective {
    let requests = [ObservationRequest(after: 5)]

    func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
      1e6 * (beams[0].covariance[0, 0] + beams[0].covariance[2, 2]) + 0.1 * variables[0].squared
    }
  }

  @Test func anyFormulaOverTheBeamIsAnObjective() throws {
    let run = try run(.sigma)
    let problem = DesignProblem(
      run, try variables(["q.k1", "d.length"], of: run), goal: Spot(), workers: .one)
    let gradient = try problem.valueAndGradient(at: problem.variables.start).gradient
    #expect(try problem.check(gradient, at: problem.variables.start).agrees)
  }

  @Test func aParticlesOwnCoordinatesAreVariables() throws {
    let run = try run(.sigma, particles: 20)
    let problem = DesignProblem(
      run,
      try variables(["beam.particles[3].x", "beam.particles[19].pt", "q.k1"], of: run),
      goal: Spot(), workers: .one)
    let gradient = try problem.valueAndGradient(at: problem.variables.start).gradient
    #expect(gradient.allSatisfy { $0 != 0 })
    #expect(try problem.check(gradient, at: problem.variables.start).agrees)
  }

  /// A coordinate with a number of its own does not follow the beam's size, whether forward or back.
  @Test func whatIsReplacedDoesNotFollowTheShape() throws {
    let run = try run(.sigma, particles: 40)
    let problem = DesignProblem(
      run,
      try variables(
        ["beam.sigma_x", "beam.particles[3].x", "beam.particles[3].pt", "beam.sigma_pt"], of: run),
      goal: try terms(["sigma_x", "mean_x"]), workers: .one)
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
    for i in x.indices {
      let direction = x.indices.map { $0 == i ? 1.0 : 0 }
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      #expect(abs(forward - gradient[i]) <= 1e-10 * abs(gradient[i]))
    }
  }

  @Test(arguments: [Screen.Kernel.gaussian(width: 1.5), .linear], ScreenImage.Comparison.allCases)
  func densitiesAndSmoothedLossesAreDifferentiated(
    _ kernel: Screen.Kernel, _ comparison: ScreenImage.Comparison
  ) throws {
    let run = try run(.sigma)
    let screen = Screen(
      [
        .init(0, from: -4e-3, to: 4e-3, cells: 12), .init(2, from: -4e-3, to: 4e-3, cells: 10),
      ], kernel: kernel)
    let image = ScreenImage(
      (0..<120).map { Double(1 + $0 % 7) }, on: screen, comparison: comparison)
    let loss = SmoothedLoss(x: 2e-3, y: 3e-3, width: 0.2)
    let goal = TermObjective([
      ObjectiveTerm(.density(image), after: 5, called: "end", weight: 10),
      ObjectiveTerm(.smoothedLoss(loss), after: 3, called: "b"),
    ])
    let problem = DesignProblem(
      run, try variables(["q.k1", "q.dx", "beam.sigma_x"], of: run), goal: goal, workers: .one)
    let gradient = try problem.valueAndGradient(at: problem.variables.start).gradient
    // The linear kernel has kinks where a particle passes the middle of a cell: differences over
    // some 300 of them agree to a few percent only. The Gaussian one ends at five widths with a step
    // of 4·10⁻⁶ of its height, which the logarithm enlarges where few particles are.
    let tolerance = kernel == .linear ? 0.1 : 1e-3
    for row in try problem.check(gradient, at: problem.variables.start).rows {
      #expect(row.verdict == .agrees || row.deviation < tolerance, "\(row)")
    }
  }

  @Test func placesShareAVariableAndConstantsReachAllThatFollowsThem() throws {
    let run = try run(.twiss)
    let q = try run.number(named: "q.k1")
    let angle = try run.number(named: "b.angle")
    let shared = DesignVariables([
      DesignVariable("both", .numbers([q, angle]), value: 0.4)
    ])
    #expect(shared.numbers(of: [0.7]) == [0.7, 0.7])
    let single = try variables(["q.k1", "b.angle"], of: run)
    let goal = Spot()
    let together = DesignProblem(run, shared, goal: goal, workers: .one)
    let apart = DesignProblem(run, single, goal: goal, workers: .one)
    let gradient = try apart.valueAndGradient(at: [0.4, 0.4]).gradient
    let sum = try together.valueAndGradient(at: [0.4]).gradient
    // Sums of some hundred particles' derivatives, rounded in different orders.
    #expect((sum[0] - gradient[0] - gradient[1]).magnitude <= 1e-9 * sum[0].magnitude)
  }

  @Test func whatNoRunCanHaveIsAFailedEvaluation() throws {
    let run = try run(.twiss)
    let problem = DesignProblem(
      run, try variables(["q.length", "beam.beta_x", "beam.kinetic_energy"], of: run), goal: Spot(),
      workers: .one)
    for x in [[-0.1, 2, 5], [0.2, -1, 5], [0.2, 2, 0], [.nan, 2, 5]] {
      #expect(throws: EvaluationFailure.self) { try problem.value(at: x) }
    }
    _ = try problem.value(at: [0.2, 2, 5])
  }

  @Test func resultsDoNotDependOnTheThreads() throws {
    let run = try run(.twiss, particles: 5000)
    let variables = try variables(["q.k1", "b.angle", "beam.beta_x"], of: run)
    let goal = try terms(Self.quantities)
    let one = DesignProblem(run, variables, goal: goal, workers: .one)
    let three = DesignProblem(run, variables, goal: goal, workers: Workers(count: 3))
    let (a, b) = (
      try one.valueAndGradient(at: variables.start), try three.valueAndGradient(at: variables.start)
    )
    #expect(a.value == b.value && a.gradient == b.gradient)
  }
}
