import BeamDynamics
import CollectiveEffects
import Communication
import Sensitivity

/// Ten kicks on 64³ cells along drifts and quadrupoles, one core: derivatives to strengths, charge and
/// the beam's size.
struct SpaceChargeGradients {
  let settings: Settings
  let report: Report

  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.2, model: .exact), slices: 2),
      BeamlineElement("f", Quadrupole(length: 0.2, k1: 3), slices: 2),
      BeamlineElement("b", Quadrupole(length: 0.2, k1: -3), slices: 2),
    ], order: [0, 1, 0, 2, 0])

  private func run(_ particles: Int, _ shape: ParticleShape, kicks: Int = 10) throws -> DesignRun {
    var options = SpaceChargeOptions()
    options.cells = [64, 64, 64]
    options.shape = shape
    let sigmas = SpaceChargeBenchmark.sigmas
    var description = BeamShapeDescription(.sigma)
    for plane in Plane.allCases {
      description["sigma_\(plane)"] = sigmas[2 * plane.rawValue]
      description["sigma_p\(plane)"] = sigmas[2 * plane.rawValue + 1]
    }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: description, particles: particles, charge: 1e-9)
    var run = DesignRun(
      Self.line, species: .electron, kineticEnergy: 250, beam: .drawn(beam))
    run.turns = kicks / 10
    run.effects = [try MeshSpaceCharge(options)]
    return run
  }

  private func problem(_ run: DesignRun) throws -> DesignProblem<TermObjective> {
    let variables = try ["f.k1", "b.k1", "beam.charge", "beam.sigma_x"].map { name in
      let number = try run.number(named: name)
      return DesignVariable(name, .numbers([number]), value: run[number])
    }
    let catalog = QuantityCatalog.standard
    let terms = try ["x_x", "y_y"].map {
      ObjectiveTerm(
        .quantity(try catalog.quantity(named: $0)), after: run.beamline.count - 1, called: "end")
    }
    return DesignProblem(
      run, DesignVariables(variables), goal: TermObjective(terms), workers: .one)
  }

  func measure() throws {
    report.heading("derivatives of ten kicks on 64³ cells, one core")
    for count in settings.isQuick ? [100_000] : [100_000, 1_000_000] {
      let subject = Subject(name: "kicks-10", particles: count)
      let run = try run(count, .linear)
      let restoring = try problem(run)
      let x = restoring.variables.start
      func value() throws -> Double { try duration { _ = try restoring.value(at: x) } }
      func gradient(_ checkpointing: Checkpointing) throws -> () throws -> Double {
        var run = run
        run.checkpointing = checkpointing
        let problem = try problem(run)
        return { try duration { _ = try problem.valueAndGradient(at: x) } }
      }
      _ = try value()
      for (name, checkpointing) in [
        ("restored", Checkpointing.restoring), ("all copies", .binomial(slots: 9)),
        ("three copies", .binomial(slots: 3)),
      ] {
        let gradient = try gradient(checkpointing)
        _ = try gradient()
        let pairs = try InterleavedPairs(count: settings.runs, gradient, over: value)
        report.ratio("value and gradient over value, \(name)", pairs, of: subject)
      }
      let cubic = try problem(self.run(count, .cubic))
      let direction = x.map { 0.1 * $0 }
      func cubicValue() throws -> Double { try duration { _ = try cubic.value(at: x) } }
      func product() throws -> Double {
        try duration { _ = try cubic.hessianVectorProduct(at: x, direction: direction) }
      }
      _ = try product()
      report.ratio(
        "Hessian-vector product over value, cubic",
        try InterleavedPairs(count: settings.runs, product, over: cubicValue), of: subject)
      report.figure(
        "resident at most", Double(PeakMemory.bytes) / 1e9, "GB", of: subject)
    }
  }
}
