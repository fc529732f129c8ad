import AutoDiff
import BeamDynamics
import BeamSamples
import CollectiveEffects
import Communication
import LinearAlgebra
import Optimization
import Testing

@testable import Sensitivity

/// Derivatives through lines in which particles kick each other.
@Suite struct CollectiveSweepTests {
  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.4, model: .exact)),
      BeamlineElement(
        "q", Quadrupole(length: 0.2, k1: 3, model: .chromatic),
        slices: 2, placement: Placement(dx: 1e-4)),
      BeamlineElement("m", Marker()),
    ], order: [0, 1, 0, 2])

  private static func options(
    _ shape: ParticleShape = .cubic, slicing: EffectSlicing = .strang,
    box: MeshBox = .following(padding: 1.1)
  ) -> SpaceChargeOptions {
    var options = SpaceChargeOptions()
    options.cells = [8, 9, 7]
    options.shape = shape
    options.slicing = slicing
    options.box = box
    return options
  }

  /// Protons of 3 MeV with so much charge that it is felt in 1 m.
  private static func run(
    _ options: SpaceChargeOptions, line: Beamline = line, slices: Int = 2, particles: Int = 400,
    charge: Double = 2e-9, energy: Double = 3
  ) throws -> DesignRun {
    var shape = BeamShapeDescription(.sigma)
    for (plane, sizes) in zip(Plane.allCases, [(1e-3, 2e-3), (2e-3, 1e-3), (3e-2, 1e-3)]) {
      shape["sigma_\(plane)"] = sizes.0
      shape["sigma_p\(plane)"] = sizes.1
      shape["correlation_\(plane)"] = 0.2
    }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: particles, charge: charge)
    var run = DesignRun(
      line, species: .proton, kineticEnergy: energy, beam: .drawn(beam), method: .particles)
    run.slices = slices
    run.effects = [try MeshSpaceCharge(options)]
    return run
  }

  private static func problem(
    _ run: DesignRun, _ names: [String], workers: Workers = .one
  ) throws -> DesignProblem<TermObjective> {
    try problem(run, names.map { (name: $0, number: try run.number(named: $0)) }, workers: workers)
  }

  private static func problem(
    _ run: DesignRun, _ numbers: [(name: String, number: RunNumber)], workers: Workers = .one
  ) throws -> DesignProblem<TermObjective> {
    let variables = DesignVariables(
      numbers.map { DesignVariable($0.name, .numbers([$0.number]), value: run[$0.number]) })
    let last = run.beamline.count - 1
    let terms = try ["sigma_x", "sigma_y", "sigma_t", "mean_x", "emittance_x"].enumerated().map {
      i, name in
      let place = i == 1 ? max(last - 2, 0) : last
      return ObjectiveTerm(
        .quantity(try QuantityCatalog.standard.quantity(named: name)), after: place,
        called: run.beamline.placeNames[place], weight: 1e6, target: i == 2 ? nil : 1e-3)
    }
    return DesignProblem(run, variables, goal: TermObjective(terms), workers: workers)
  }

  private static let names = [
    "q.k1", "q.dx", "q.length", "d.length", "beam.charge", "beam.kinetic_energy", "beam.sigma_x",
    "beam.sigma_t", "beam.mean_px",
  ]

  private static func direction(_ problem: DesignProblem<TermObjective>) -> [Double] {
    problem.variables.variables.enumerated().map { i, variable in
      variable.scale * (i % 2 == 0 ? 0.3 : -0.2)
    }
  }

  static let cases: [(ParticleShape, EffectSlicing, MeshBox)] = [
    (.linear, .kickFirst, .following(padding: 1.1)),
    (.quadratic, .strang, .following(padding: 1.2)),
    (.cubic, .strang, .following(padding: 1.1)),
    (.cubic, .strang, .growing(padding: 1.1, factor: 1.1)),
  ]

  /// Both ways through the same numbers: roundings of some hundred sums over particles.
  @Test(arguments: cases) func theWayBackAgreesWithTangents(
    shape: ParticleShape, slicing: EffectSlicing, box: MeshBox
  ) throws {
    let run = try Self.run(Self.options(shape, slicing: slicing, box: box))
    let problem = try Self.problem(run, Self.names)
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for i in x.indices {
      var direction = [Double](repeating: 0, count: x.count)
      direction[i] = problem.variables.variables[i].scale
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      let backward = gradient[i] * direction[i]
      #expect(
        abs(forward - backward) <= 1e-10 * max(abs(forward), 1e-3),
        "\(Self.names[i]): \(forward) \(backward)")
    }
  }

  /// Extrapolated differences, to their own error.
  @Test func theGradientIsThatOfDifferences() throws {
    let problem = try Self.problem(try Self.run(Self.options()), Self.names)
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
  }

  /// H·v is the difference of gradients, and uᵀHv = vᵀHu.
  @Test func hessianProductsAreDifferencesOfGradients() throws {
    let problem = try Self.problem(try Self.run(Self.options()), Self.names)
    let x = problem.variables.start
    let v = Self.direction(problem)
    let product = try problem.hessianVectorProduct(at: x, direction: v)
    func gradient(_ h: Double) throws -> [Double] {
      try problem.valueAndGradient(at: zip(x, v).map { $0 + h * $1 }).gradient
    }
    func slope(_ h: Double) throws -> [Double] {
      try zip(gradient(h), gradient(-h)).map { ($0 - $1) / (2 * h) }
    }
    let difference = try zip(slope(2e-4), slope(1e-4)).map { (4 * $1 - $0) / 3 }
    let u = v.enumerated().map { i, entry in i % 3 == 0 ? entry : -0.5 * entry }
    let other = try problem.hessianVectorProduct(at: x, direction: u)
    // In units of each variable's scale.
    let scales = problem.variables.variables.map(\.scale)
    let largest = zip(product, scales).map { abs($0 * $1) }.max() ?? 0
    for i in x.indices {
      #expect(abs(product[i] - difference[i]) * scales[i] <= 1e-6 * largest, "\(Self.names[i])")
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(abs(dot(u, product) - dot(v, other)) <= 1e-10 * abs(dot(u, product)))
  }

  @Test func secondDerivativesNeedTheCubicShape() throws {
    let problem = try Self.problem(try Self.run(Self.options(.quadratic)), ["q.k1"])
    #expect(throws: EvaluationFailure.self) {
      try problem.hessianVectorProduct(at: problem.variables.start, direction: [1])
    }
  }

  @Test func theBitsDoNotDependOnTheThreads() throws {
    let run = try Self.run(Self.options(), particles: 2000)
    let results = try [1, 2, 3].map { threads in
      let problem = try Self.problem(run, Self.names, workers: Workers(count: threads))
      let x = problem.variables.start
      let gradient = try problem.valueAndGradient(at: x)
      return ([gradient.value] + gradient.gradient)
        + (try problem.hessianVectorProduct(at: x, direction: Self.direction(problem)))
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  /// Where kicks have places of their own, their length is a variable like others.
  @Test func kicksAtPlacesHaveDerivatives() throws {
    let line = Beamline([
      BeamlineElement("d", Drift(length: 0.4, model: .exact)),
      BeamlineElement("k", SpaceChargeKick(length: 0.5)),
      BeamlineElement("e", Drift(length: 0.4, model: .exact)),
    ])
    let problem = try Self.problem(
      try Self.run(Self.options(), line: line), ["k.length", "d.length", "beam.charge"])
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    #expect(gradient[0] != 0)
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }
  }

  private static func line(withKickOf length: Double) -> Beamline {
    Beamline([
      BeamlineElement("d", Drift(length: 0.4, model: .exact)),
      BeamlineElement("k", SpaceChargeKick(length: length)),
      BeamlineElement("e", Drift(length: 0.4, model: .exact)),
    ])
  }

  /// A kick is linear in its length; of no length, tracking leaves it out, and so do sweeps unless its
  /// derivative is wanted.
  @Test func aKickOfNoLengthIsThereForItsDerivativeOnly() throws {
    let line = Self.line(withKickOf: 0)
    let run = try Self.run(Self.options(), line: line)
    let problem = try Self.problem(run, ["k.length", "d.length"])
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    #expect(gradient[0] != 0)
    for i in x.indices {
      let direction = x.indices.map { $0 == i ? 1.0 : 0 }
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      #expect(abs(forward - gradient[i]) <= 1e-10 * abs(forward))
    }
    for row in try problem.check(gradient, at: x).rows { #expect(row.verdict == .agrees, "\(row)") }

    func kicks(_ names: [String]) throws -> Int {
      let parameters = try names.map { try line.parameter(named: $0) }
      let sweep = ParticleSweep<Double>(
        beamline: line, effects: run.effects, parameters: parameters,
        values: parameters.map { line[$0] }, requests: [], workers: .one)
      return sweep.itinerary.effectCount
    }
    #expect(try kicks(["d.length"]) == 0)
    #expect(try kicks(["k.length"]) == 1)
  }

  /// Nor has tracking kicks in an element without length; they count in the derivative to it.
  @Test func anElementOfNoLengthHasTheDerivativeOfItsKicks() throws {
    let line = Beamline([
      BeamlineElement("d", Drift(length: 0.4, model: .exact)),
      BeamlineElement("e", Drift(length: 0, model: .exact)),
    ])
    let problem = try Self.problem(try Self.run(Self.options(), line: line), ["e.length"])
    let gradient = try problem.valueAndGradient(at: [0]).gradient
    for row in try problem.check(gradient, at: [0]).rows {
      #expect(row.verdict == .agrees, "\(row)")
    }
  }

  /// The charge of particles that have none yet: they have their shares in it.
  @Test func aChargeOfZeroHasItsDerivative() throws {
    let problem = try Self.problem(try Self.run(Self.options(), charge: 0), ["beam.charge"])
    let gradient = try problem.valueAndGradient(at: [0]).gradient[0]
    let forward = try problem.directionalDerivative(at: [0], along: [1]).derivative
    #expect(abs(forward - gradient) <= 1e-10 * abs(forward))
    // A step of 1e-3 of a charge that matters: its cube is left out. Charges are not negative.
    let step = 2e-12
    let values = try (0...2).map { try problem.value(at: [Double($0) * step]) }
    let difference = (4 * values[1] - values[2] - 3 * values[0]) / (2 * step)
    #expect(abs(difference - gradient) <= 1e-5 * abs(gradient))
  }

  /// Every kind of element with space charge in it, or as a kick: the way back against tangents, for
  /// all numbers of each of some samples at once.
  ///
  /// Roundings of some hundred sums over particles, which elements that magnify offsets magnify.
  @Test(arguments: catalogKinds) func everyKindHasItsDerivativesUnderSpaceCharge(
    name: String
  ) throws {
    func check<E: Element>(_: E.Type) throws {
      var worst = (error: 0.0, name: "")
      for element in ElementSamples<E>().some(24) {
        let line = Beamline([
          BeamlineElement("d", Drift(length: 0.1, model: .exact)), BeamlineElement("q", element),
          BeamlineElement("e", Drift(length: 0.1, model: .exact)),
        ])
        let run = try Self.run(
          Self.options(), line: line, slices: 1, particles: 60, energy: 6.7)
        let inputs = line.parameters(ofElement: 1).map {
          (name: line.name(of: $0), number: RunNumber.element($0))
        }
        let problem = try Self.problem(run, inputs)
        let x = problem.variables.start
        let (value, gradient) = try problem.valueAndGradient(at: x)
        // Every derivative counts alike, but those of a thousandth of the largest for less. Where all are
        // small, as of an edge without field, the roundings of the value count.
        let largest = gradient.reduce(0) { max($0, abs($1)) }
        let least = max(1e-3 * largest, 1e-4 * abs(value))
        let direction = gradient.enumerated().map { i, slope in
          (i % 2 == 0 ? 1 : -1) / (least > 0 ? max(abs(slope), least) : 1)
        }
        let forward = try problem.directionalDerivative(at: x, along: direction).derivative
        let backward = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let error = abs(forward - backward)
        if !(error <= worst.error) { worst = (error, "\(element)") }
      }
      #expect(worst.error <= 1e-9, "\(worst)")
    }
    try check(kind(name))
  }

  /// The bunch is restored kick by kick: its roundings grow with the number of kicks.
  @Test(arguments: [10, 100]) func restoringIsExactEnough(slices: Int) throws {
    let line = Beamline([BeamlineElement("d", Drift(length: 1, model: .exact))])
    let run = try Self.run(Self.options(), line: line, slices: slices)
    let problem = try Self.problem(run, ["beam.charge", "beam.sigma_x"])
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    for i in x.indices {
      var direction = [0.0, 0.0]
      direction[i] = x[i]
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      #expect(abs(forward - gradient[i] * x[i]) <= 1e-10 * abs(forward))
    }
  }

  /// With copies of the bunch, what comes back is what was there: any number of them gives the same
  /// bits; and restoring gives the same numbers.
  @Test func checkpointsGiveTheSameGradient() throws {
    var run = try Self.run(Self.options(), particles: 1500)
    func derivatives(_ checkpointing: Checkpointing, threads: Int = 1) throws -> [Double] {
      run.checkpointing = checkpointing
      let problem = try Self.problem(run, Self.names, workers: Workers(count: threads))
      let x = problem.variables.start
      return try problem.valueAndGradient(at: x).gradient
        + (try problem.hessianVectorProduct(at: x, direction: Self.direction(problem)))
    }
    let all = try derivatives(.automatic)
    for slots in [0, 1, 3] { #expect(try derivatives(.binomial(slots: slots)) == all) }
    #expect(try derivatives(.binomial(slots: 2), threads: 3) == all)
    for (a, b) in zip(all, try derivatives(.restoring)) { #expect(abs(a - b) <= 1e-9 * abs(a)) }
  }

  /// Before anything is tracked, and by its name.
  @Test func anElementWithoutInverseIsNamedWhereParticlesKickEachOther() throws {
    let small = SmallBeam(LossyLens(strength: 1, damping: 0.1), .protons)
    let sweep = ParticleSweep<Double>(
      beamline: small.beamline, effects: try Self.run(Self.options()).effects, parameters: [],
      values: [], requests: [], workers: .one)
    #expect(throws: KicksNotReversible(element: "element")) {
      try sweep.forward(small.bunch, from: BeamStart(small.bunch.reference.map { $0 }))
    }
  }
}
