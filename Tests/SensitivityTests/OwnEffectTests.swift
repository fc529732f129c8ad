import AutoDiff
import BeamDynamics
import BeamSamples
import CollectiveEffects
import Communication
import Optimization
import SampleEffects
import Testing

@testable import Sensitivity

/// Collective effects that another package has written.
@Suite struct OwnEffectTests {
  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.4, model: .exact), slices: 2),
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
      BeamlineElement("b", Bend(length: 0.5, angle: 0.3)),
    ], order: [0, 1, 0, 2, 0])

  private static func wake() -> Wake {
    var wake = Wake()
    wake.bins = 61
    wake.strength = 4e14
    return wake
  }

  /// Electrons of 20 MeV, 1 nC in a millimetre: the wake takes some per cent of their energy.
  private static func run(
    _ effects: [any CollectiveEffect], particles: Int = 1500
  ) throws -> DesignRun {
    var shape = BeamShapeDescription(.sigma)
    for (plane, sizes) in zip(Plane.allCases, [(1e-3, 2e-4), (5e-4, 1e-4), (1e-3, 1e-3)]) {
      shape["sigma_\(plane)"] = sizes.0
      shape["sigma_p\(plane)"] = sizes.1
    }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: particles, charge: 1e-9)
    var run = DesignRun(
      line, species: .electron, kineticEnergy: 20, beam: .drawn(beam), method: .particles)
    run.turns = 2
    run.effects = effects
    return run
  }

  private static func problem(
    _ run: DesignRun, workers: Workers = .one
  ) throws -> DesignProblem<TermObjective> {
    let names = [
      "q.k1", "d.length", "b.angle", "beam.charge", "beam.kinetic_energy", "beam.sigma_t",
      "beam.mean_t", "beam.sigma_x",
    ]
    let variables = DesignVariables(try names.map { try run.variable($0) })
    let terms = try ["sigma_x", "sigma_pt", "mean_pt", "sigma_t"].map { name in
      ObjectiveTerm(
        .quantity(try QuantityCatalog.standard.quantity(named: name)), after: 4, called: "end",
        weight: 1e4, target: 1e-3)
    }
    return DesignProblem(run, variables, goal: TermObjective(terms), workers: workers)
  }

  /// Both ways through the same numbers, with the particles restored or computed again; one effect by
  /// itself, after another, with a state that the way back must restore, and beside space charge in another frame.
  @Test(arguments: [0, 1, 2, 3], [Checkpointing.restoring, .binomial(slots: 2)])
  func itsDerivativesComeByThemselves(_ number: Int, _ checkpointing: Checkpointing) throws {
    var options = SpaceChargeOptions()
    options.cells = [8, 8, 8]
    var other = Self.wake()
    other.range = 1e-4
    var fading = FadingWake()
    fading.strength = 4e14
    let effects: [any CollectiveEffect] =
      switch number {
      case 0: [Self.wake()]
      case 1: [Self.wake(), other]
      case 2: [fading]
      default: [Self.wake(), try MeshSpaceCharge(options)]
      }
    var run = try Self.run(effects)
    run.checkpointing = checkpointing
    let problem = try Self.problem(run)
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    let plain = try Self.problem(try Self.run([])).valueAndGradient(at: x).gradient
    for i in x.indices {
      var direction = [Double](repeating: 0, count: x.count)
      direction[i] = problem.variables.variables[i].scale
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      let backward = gradient[i] * direction[i]
      #expect(
        abs(forward - backward) <= 1e-9 * max(abs(forward), 1e-3),
        "\(problem.variables.names[i]): \(forward) \(backward)")
      #expect(gradient[i] != plain[i], "the wake is felt")
    }
  }

  /// Linear interpolation between bins has kinks, where no difference converges: they are far between
  /// for a few particles.
  @Test func differencesOfAFewParticlesSayTheSame() throws {
    var smooth = Self.wake()
    smooth.bins = 3
    smooth.window = 1
    let problem = try Self.problem(try Self.run([smooth], particles: 50))
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
  }

  @Test func hessianVectorProductsAreThoseOfGradients() throws {
    let problem = try Self.problem(try Self.run([Self.wake()], particles: 100))
    let x = problem.variables.start
    let direction = problem.variables.variables.map { $0.scale * 1e-3 }
    let product = try problem.hessianVectorProduct(at: x, direction: direction)
    // Symmetric: v·Hw = w·Hv.
    let other = problem.variables.variables.enumerated().map { i, v in
      v.scale * (i % 2 == 0 ? 1e-3 : -2e-3)
    }
    let back = try problem.hessianVectorProduct(at: x, direction: other)
    let a = zip(product, other).reduce(0) { $0 + $1.0 * $1.1 }
    let b = zip(back, direction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(a - b) <= 1e-8 * max(abs(a), abs(b)))
  }

  /// Sums are made in one tree, random numbers drawn by particle, turn and place.
  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    var results: [[PhaseSpace<Double>]] = []
    var gradients: [[Double]] = []
    for threads in [1, 2, 3] {
      let run = try Self.run([Self.wake(), Scattering(), EnergyLoss()])
      var options = TrackingOptions()
      options.turns = 2
      options.effects = run.effects
      let beam = try #require(run.beam.drawn)
      let workers = Workers(count: threads)
      var bunch = try Bunch<Double>(
        beam, reference: ReferenceParticle(species: .electron, kineticEnergy: 20), workers: workers)
      try Tracker(Self.line, options: options, workers: workers).track(&bunch)
      results.append((0..<bunch.count).map { bunch[$0] })
      let problem = try Self.problem(try Self.run([Self.wake()]), workers: workers)
      gradients.append(try problem.valueAndGradient(at: problem.variables.start).gradient)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
    #expect(results[0][0] != results[0][1])
  }

  /// A head-on sum: one particle ahead of another by one bin.
  @Test func theWakeIsThatOfItsFormula() throws {
    var wake = Wake()
    wake.window = 1e-3
    wake.bins = 201
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    var bunch = Bunch<Double>(count: 2, reference: reference)
    bunch[1] = PhaseSpace(x: 0, px: 0, y: 0, py: 0, t: 1e-5, pt: 0)
    bunch.setWeights(to: 1e9)
    var options = TrackingOptions()
    options.effects = [wake]
    try Tracker(Beamline([Drift(length: 2)]), options: options, workers: .one).track(&bunch)
    let charge = 1e9 * PhysicalConstants.elementaryCharge
    let unit = 1e15 * charge * 2 * 1e-6 / Species.electron.mass / reference.betaGamma
    #expect(abs(bunch[0].pt / (0.5 * unit) - 1) < 1e-12)
    #expect(abs(bunch[1].pt / ((0.5 + Double.exp(-(0.01).squareRoot())) * unit) - 1) < 1e-12)
    #expect(bunch[0].pt > 0, "energy is lost")
  }

  @Test func anEffectWithoutDerivativesIsRefusedByNameAndPlace() throws {
    let problem = try Self.problem(try Self.run([Scattering()]))
    let x = problem.variables.start
    _ = try problem.value(at: x)
    let refusal = EffectWithoutDerivatives(kind: "Scattering", place: "d#1")
    #expect(throws: refusal) { try problem.valueAndGradient(at: x) }
    #expect(throws: refusal) { try problem.hessianVectorProduct(at: x, direction: x) }
    #expect(throws: refusal) { try problem.directionalDerivative(at: x, along: x) }
  }

  /// The tracker and the sweep of values do the same.
  @Test func trackerAndSweepGiveTheSameBits() throws {
    let effects: [any CollectiveEffect] = [Self.wake(), Scattering()]
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    let beam = try #require(try Self.run(effects).beam.drawn)
    var bunch = try Bunch<Double>(beam, reference: reference, workers: .one)
    let sweep = ParticleSweep<Double>(
      beamline: Self.line, turns: 2, effects: effects, parameters: [], values: [], requests: [],
      workers: .one)
    let evaluation = try sweep.forward(bunch, from: BeamStart(reference, charge: -1e-9))
    var options = TrackingOptions()
    options.turns = 2
    options.effects = effects
    options.moments = .none
    try Tracker(Self.line, options: options, workers: .one).track(&bunch)
    for particle in 0..<bunch.count {
      let (tile, i) = particle.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
      let swept = PhaseSpace<Double>(
        loadedFrom: evaluation.tiles.address(ofTile: tile) + i, stride: Tile<Double>.componentStride
      )
      #expect(swept == bunch[particle])
    }
  }
}
