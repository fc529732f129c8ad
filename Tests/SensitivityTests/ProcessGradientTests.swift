import AutoDiff
import BeamDynamics
import BeamSamples
import CollectiveEffects
import Communication
import LinearAlgebra
import Optimization
import SampleEffects
import Testing

@testable import Sensitivity

/// Objectives of bunches that several processes share: everything that an optimizer asks for.
@Suite struct ProcessGradientTests {
  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.4, model: .exact)),
      BeamlineElement(
        "q", Quadrupole(length: 0.3, k1: 4, model: .chromatic), slices: 2,
        placement: Placement(dx: 1e-4, aperture: .ellipse(x: 1.5e-3, y: 2e-3))),
      BeamlineElement("b", Bend(length: 0.5, angle: 0.3)),
    ], order: [0, 1, 0, 2, 0])

  private static func effects(_ name: String) -> [any CollectiveEffect] {
    var wake = Wake()
    (wake.bins, wake.strength) = (31, 4e14)
    var fading = FadingWake()
    fading.strength = 4e14
    return switch name {
    case "own": [wake, EnergyLoss(), fading]
    case "gaussian": [GaussianSpaceCharge(SpaceChargeOptions())]
    default: []
    }
  }

  private static func run(
    _ effects: [any CollectiveEffect], particles: Int, isDrawn: Bool
  ) throws -> DesignRun {
    let initial = try InitialBeam.gaussian(particles)
    var run = DesignRun(line, species: .electron, kineticEnergy: 20, beam: .drawn(initial))
    if !isDrawn {
      var bunch = try Bunch<Double>(initial, reference: run.beam.reference)
      for i in stride(from: 0, to: particles, by: 5) {
        bunch.setWeight(of: i, to: 2 * bunch.weight(of: i))
      }
      run.beam.source = .particles(bunch)
    }
    run.turns = 2
    run.effects = effects
    return run
  }

  private static func problem(
    _ run: DesignRun, _ workers: Workers
  ) throws -> DesignProblem<TermObjective> {
    var names = ["q.k1", "d.length", "beam.kinetic_energy"]
    names +=
      run.beam.drawn == nil
      ? ["beam.particles[3].x", "beam.particles[\(run.particleCount - 2)].pt"]
      : ["beam.charge", "beam.sigma_t", "beam.mean_x"]
    let screen = Screen([.init(0, from: -2e-3, to: 2e-3, cells: 8)], kernel: .gaussian(width: 1))
    let image = ScreenImage((0..<8).map { Double(1 + $0 % 3) }, on: screen)
    var terms = try ["sigma_x", "sigma_pt", "mean_pt", "R16"].map { name in
      ObjectiveTerm(
        .quantity(try QuantityCatalog.standard.quantity(named: name)), after: 4, called: "end",
        weight: 1e4, target: 1e-3)
    }
    terms += [
      ObjectiveTerm(.density(image), after: 3, called: "b"),
      ObjectiveTerm(
        .smoothedLoss(SmoothedLoss(x: 2e-3, y: 3e-3, width: 0.2)), after: 1, called: "q"),
    ]
    if !run.effects.isEmpty { terms.remove(at: 3) }
    return DesignProblem(
      run, DesignVariables(try names.map { try run.variable($0) }), goal: TermObjective(terms),
      workers: workers)
  }

  /// All numbers that a problem gives.
  private static func numbers(_ problem: DesignProblem<TermObjective>) throws -> [UInt64] {
    let x = problem.variables.start
    let direction = problem.variables.variables.map { 0.3 * $0.scale }
    let (value, gradient) = try problem.valueAndGradient(at: x)
    var numbers = [value, try problem.value(at: x)] + gradient
    numbers += try problem.observations(at: x).flatMap(\.numbers)
    numbers += try problem.hessianVectorProduct(at: x, direction: direction)
    numbers.append(try problem.directionalDerivative(at: x, along: direction).derivative)
    return numbers.map(\.bitPattern)
  }

  /// Three tiles, drawn; or two for four processes, given with different weights and with variables of single
  /// particles in the first process and in another one.
  @Test(arguments: [1100, 600], ["none", "own", "gaussian"])
  func theNumberOfProcessesChangesNoBit(_ particles: Int, _ effects: String) throws {
    @Sendable func numbers(_ workers: Workers) throws -> [UInt64] {
      var run = try Self.run(Self.effects(effects), particles: particles, isDrawn: particles > 600)
      if particles == 600 { run.checkpointing = .binomial(slots: 2) }
      return try Self.numbers(try Self.problem(run, workers))
    }
    let expected = try numbers(.one)
    for (processes, threads) in [(2, 2), (4, 1)] {
      let parts = try ThreadedProcesses.run(processes) {
        try numbers(Workers(count: threads, communicator: $0))
      }
      #expect(parts == Array(repeating: expected, count: processes))
    }
  }

  /// Residuals by the columns of variables, and by the rows of residuals.
  @Test func jacobiansHaveTheSameBits() throws {
    @Sendable func numbers(_ workers: Workers) throws -> [UInt64] {
      let problem = try Self.problem(Self.run([], particles: 600, isDrawn: false), workers)
      let (residuals, jacobian) = try problem.residualsAndJacobian(at: problem.variables.start)
      return (residuals + residuals.indices.flatMap { i in (0..<5).map { jacobian[i, $0] } })
        .map(\.bitPattern)
    }
    let expected = try numbers(.one)
    let parts = try ThreadedProcesses.run(2) { try numbers(Workers(count: 1, communicator: $0)) }
    #expect(parts == [expected, expected])
  }

  @Test(arguments: ["bfgs", "newton"])
  func optimizersTakeTheSameSteps(_ name: String) throws {
    @Sendable func path(_ workers: Workers) throws -> [[Double]] {
      let design = try Self.problem(
        Self.run(Self.effects("own"), particles: 600, isDrawn: true), workers)
      let problem = OptimizationProblem(
        Objective(hessian: design), from: design.variables.start,
        scales: design.variables.variables.map(\.scale))
      var points: [[Double]] = []
      let method = try OptimizerCatalog.standard.method(named: name)
      let result = try method.minimize(
        problem, continuing: nil, stopping: Stopping(evaluations: 6)
      ) { progress in
        points.append(progress.point)
        return .proceed
      }
      return points + [result.point]
    }
    let expected = try path(.one)
    #expect(expected.count > 2 && expected[0] != expected[1])
    let parts = try ThreadedProcesses.run(2) { try path(Workers(count: 1, communicator: $0)) }
    #expect(parts == [expected, expected])
  }

  /// A particle of the last process overflows behind what the objective looks at: all processes say so.
  @Test func anOverflowInOneProcessIsAnErrorInAll() throws {
    let beamline = Beamline([
      BeamlineElement("d", Drift(length: 1, model: .linear)),
      BeamlineElement("s", ThinMultipole(normal: [0, 0.1, 1])),
    ])
    var made = Bunch<Double>(count: 1600, reference: TestBeam.electrons.reference())
    for i in 0..<1600 { made[i] = TestBeam.electrons.points[i % 6] }
    made[1599].x = 1e170
    let bunch = made
    let mean = try QuantityCatalog.standard.quantity(named: "mean_x")
    @Sendable func reason(_ workers: Workers, _ place: Int) throws -> String {
      var run = DesignRun(
        beamline, species: .electron, kineticEnergy: 20, beam: .particles(bunch))
      run.beam.kineticEnergy = bunch.reference.kineticEnergyOverMass * run.beam.species.mass
      let problem = DesignProblem(
        run, DesignVariables([try run.variable("d.length")]),
        goal: TermObjective([ObjectiveTerm(.quantity(mean), after: place, called: "s")]),
        workers: workers)
      do {
        return "\(try problem.valueAndGradient(at: [1]).value.bitPattern)"
      } catch let error as EvaluationFailure {
        return error.reason
      }
    }
    for place in [0, 1] {
      let expected = try reason(.one, place)
      #expect(expected.contains("particle 1599 overflow at s") == (place == 0))
      let parts = try ThreadedProcesses.run(3) {
        try reason(Workers(count: 1, communicator: $0), place)
      }
      #expect(parts == Array(repeating: expected, count: 3))
    }
  }

  /// Which tile of particles is asked about a parameter that no derivative reaches, all processes know.
  @Test func aFixedParameterIsRefusedByAll() throws {
    @Sendable func isRefused(_ workers: Workers) throws -> Bool {
      var run = try Self.run([DirectLoss()], particles: 600, isDrawn: true)
      run.turns = 1
      let variables = DesignVariables([try run.variable("effects[0].loss")])
      let mean = try QuantityCatalog.standard.quantity(named: "mean_pt")
      let problem = DesignProblem(
        run, variables,
        goal: TermObjective([ObjectiveTerm(.quantity(mean), after: 4, called: "end")]),
        workers: workers)
      do {
        _ = try problem.valueAndGradient(at: variables.start)
        return false
      } catch is FixedEffectParameter {
        return true
      }
    }
    // The last of three processes has no particles.
    let parts = try ThreadedProcesses.run(3) { try isRefused(Workers(count: 1, communicator: $0)) }
    #expect(parts == [true, true, true])
  }
}

/// A loss of energy whose formula reads its parameter where it has no derivative.
private struct DirectLoss: LocalEffect, CatalogEffect {
  var loss = 1e-3
  static let kind = "DirectLoss"
  static let summary = "A loss of energy."
  static let parameters = ParameterTable<Self>([
    .real("loss", \.loss, unit: "1/m", "The part of pt that is lost.")
  ])
  static let variableParameters = ["loss"]

  func constants<T: RealScalar>(_ slice: EffectSlice<T>) -> [T] { [slice.length] }
  func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
    z.pt = z.pt - loss * (q[0] * z.pt)
  }
}
