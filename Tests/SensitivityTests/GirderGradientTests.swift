import AutoDiff
import BeamDynamics
import BeamSamples
import LinearAlgebra
import Testing

@testable import Sensitivity

/// Derivatives with respect to girders, to what stands on them, and beside errors.
@Suite struct GirderGradientTests {
  /// How the girder is displaced.
  enum Displaced: CaseIterable { case not, atCenter, atEntrance }

  /// Small enough for two turns.
  private static let own = Placement(
    dx: 2e-4, dy: -3e-4, dz: 4e-4, pitch: 1e-3, yaw: -2e-3, tilt: 5e-3)

  /// Magnets on a girder, some passed twice, with errors of their own and random ones.
  private static func line(_ displaced: Displaced, model: ElementModel = .exact) throws -> Beamline
  {
    var bend = Bend(length: 0.5, angle: 0.3, model: model)
    bend.refTilt = 0.2
    (bend.order, bend.steps) = (2, 2)
    if model == .exact { bend.normal = [0, 0, 2] }
    let line = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.3, model: .exact)),
        BeamlineElement(
          "q", Quadrupole(length: 0.3, k1: 2, model: model == .linear ? .linear : .chromatic)),
        BeamlineElement(
          "b", bend, slices: 2, placement: displaced == .not ? Placement() : own),
        BeamlineElement("m", ThinMultipole(normal: [0, 0.2])),
      ], order: [0, 1, 0, 2, 1, 3, 0, 1])
    var girder = Girder("g", under: 1..<7)
    if displaced != .not {
      girder.displacement = own.displacement
      girder.pivot = displaced == .atCenter ? .center : .entrance
    }
    return try line.mounted(on: girder).withErrors(
      [
        ErrorFamily("k", of: ["q"], .parameter("k1"), .gaussian(0.1, cut: 3), isRelative: true),
        ErrorFamily("x", of: ["q", "b"], .parameter("dx"), .uniform(limit: 1e-3), seed: 2),
        ErrorFamily("g", of: ["g"], .parameter("tilt"), .fixed(0.2), isRelative: true),
        ErrorFamily("h", of: ["g"], .parameter("dy"), .gaussian(1e-3, cut: nil)),
        ErrorFamily(
          "m", of: ["m"],
          .multipoles(MultipoleErrors(normal: [0, 0, 0.1], of: .init(radius: 0.1, order: 1))),
          .gaussian(1, cut: nil)),
      ]
        + (model == .exact
          ? [
            ErrorFamily(
              "b", of: ["b"],
              .multipoles(MultipoleErrors(normal: [0, 0, 1e-2], of: .init(radius: 0.1, order: 0))),
              .fixed(1))
          ] : []))
  }

  /// The girder's six numbers, all placements, strengths, and what moves the girder's pivot.
  private static func parameters(of line: Beamline) throws -> [BeamlineParameter] {
    try line.parameters(ofGirder: 0)
      + ["q", "b"].flatMap { name in
        try DegreeOfFreedom.allCases.map { try line.parameter(named: "\(name).\($0.rawValue)") }
      }
      + [
        "q.k1", "b.k1", "m.normal[1]", "q.length", "d.length", "b.length", "b.angle", "b.ref_tilt",
      ].map { try line.parameter(named: $0) }
  }

  private static func bunch() -> Bunch<Double> {
    var bunch = Bunch<Double>(
      count: 5, reference: TestBeam.electrons.reference() as ReferenceParticle<Double>)
    for i in 0..<5 { bunch[i] = PhaseSpace { 1e-3 * Double.sin(Double(7 * i + 3 * $0)) } }
    bunch.setWeights(to: 1)
    return bunch
  }

  private static let weights = (0..<5).map { i in
    Vector6<Double> { Double.cos(Double(5 * i + $0) + 0.4) }
  }

  /// One particle after the other, weighed.
  private static func sum(_ bunch: Bunch<Double>) -> Double {
    (0..<bunch.count).reduce(0) { sum, i in
      (0..<6).reduce(sum) { $0 + weights[i][$1] * bunch[i][$1] }
    }
  }

  /// Reverse against forward for every number, displaced and in place: some hundred roundings.
  @Test(arguments: Displaced.allCases, [ElementModel.exact, .linear])
  func particlesBackwardAgreeWithForward(_ displaced: Displaced, _ model: ElementModel) throws {
    let line = try Self.line(displaced, model: model)
    let bunch = Self.bunch()
    let parameters = try Self.parameters(of: line)
    var map = BeamlineMap(line, parameters: parameters, workers: .one)
    map.turns = 2
    map.slices = 2
    let evaluation = try map.evaluation(of: bunch)
    #expect((0..<bunch.count).allSatisfy { evaluation.particles.isAlive($0) })
    let back = try evaluation.pullBack(Self.weights)
    let still = [Vector6<Double>](repeating: Vector6(repeating: 0), count: bunch.count)
    for k in parameters.indices {
      let slopes = parameters.indices.map { $0 == k ? 1.0 : 0 }
      let moved = try map.tangents(of: bunch, along: still, parameters: slopes)
      var (forward, scale) = (0.0, 1.0)
      for i in 0..<bunch.count {
        for j in 0..<6 {
          forward += Self.weights[i][j] * moved[i][j]
          scale += (Self.weights[i][j] * moved[i][j]).magnitude
        }
      }
      #expect(
        (back.parameters[k] - forward).magnitude <= 1e-12 * scale,
        "\(line.name(of: parameters[k])): \(back.parameters[k]) \(forward)")
    }
    #expect(back.parameters.contains { $0 != 0 })
  }

  /// Against central differences in steps h and 2h, which err by h⁴ of fifth derivatives, and by
  /// roundings of 1e-17/h: h = 2e-4 of numbers of the size of 1.
  @Test(arguments: Displaced.allCases)
  func derivativesAreDifferences(_ displaced: Displaced) throws {
    let line = try Self.line(displaced)
    let bunch = Self.bunch()
    let parameters = try Self.parameters(of: line)
    var map = BeamlineMap(line, parameters: parameters, workers: .one)
    map.slices = 2
    let back = try map.evaluation(of: bunch).pullBack(Self.weights)
    var options = TrackingOptions()
    options.slices = 2
    for (k, parameter) in parameters.enumerated() {
      func value(_ step: Double) throws -> Double {
        var moved = line
        moved[parameter] += step
        var bunch = bunch
        try Tracker(moved, options: options, workers: .one).track(&bunch)
        return Self.sum(bunch)
      }
      let h = 2e-4
      let near = (try value(h) - value(-h)) / (2 * h)
      let far = (try value(2 * h) - value(-2 * h)) / (4 * h)
      let difference = (4 * near - far) / 3
      #expect(
        (difference - back.parameters[k]).magnitude <= 1e-9 * max(1, difference.magnitude),
        "\(line.name(of: parameter)): \(back.parameters[k]) \(difference)")
    }
  }

  /// The same for envelopes.
  @Test(arguments: Displaced.allCases, [ElementModel.exact, .linear])
  func envelopesBackwardAgreeWithForward(_ displaced: Displaced, _ model: ElementModel) throws {
    let line = try Self.line(displaced, model: model)
    let parameters = try Self.parameters(of: line)
    var options = EnvelopeOptions()
    options.slices = 2
    options.moments = .none
    var covariance = Matrix6<Double>.zero
    for i in 0..<6 { covariance[i, i] = 1e-6 * Double(1 + i) }
    let start = EnvelopeStart<Double>(
      reference: TestBeam.electrons.reference(),
      mean: Vector6 { 1e-3 * Double.sin(Double($0) + 1) }, covariance: covariance, intensity: 0)
    var sweep = EnvelopeSweep(
      line, options: options, start: start, parameters: parameters)
    sweep.recordsTrajectory = true
    let end = try #require(try sweep.run().last)
    let meanWeights = Vector6<Double> { Double.cos(Double($0)) }
    var weights = Matrix6<Double>.zero
    for i in 0..<6 { for j in 0..<6 { weights[i, j] = 1e3 * Double.sin(Double(i + j) + 0.5) } }
    let gradient = sweep.pullBack([
      .zero, EnvelopeCotangent(mean: meanWeights, covariance: weights, transferMatrix: nil),
    ])
    #expect(end.mean[0] != 0)
    for k in parameters.indices {
      var forward = EnvelopeSweep(
        line, options: options,
        start: EnvelopeStart(
          reference: start.reference.map { Tangent($0, tangent: 0) },
          mean: Vector6 { Tangent(start.mean[$0], tangent: 0) },
          covariance: covariance.map { Tangent($0, tangent: 0) },
          intensity: Tangent(0, tangent: 0)),
        parameters: parameters,
        values: parameters.enumerated().map { Tangent(line[$1], tangent: $0 == k ? 1 : 0) })
      let last = try #require(try forward.run().last)
      var (sum, scale) = (0.0, 1.0)
      func add(_ term: Double) {
        sum += term
        scale += term.magnitude
      }
      for i in 0..<6 {
        add(meanWeights[i] * last.mean[i].tangent)
        for j in 0..<6 { add(weights[i, j] * last.covariance[i, j].tangent) }
      }
      #expect(
        (gradient.parameters[k] - sum).magnitude <= 1e-12 * scale,
        "\(line.name(of: parameters[k])): \(gradient.parameters[k]) \(sum)")
    }
  }

  /// A Hessian-vector product is the difference of gradients, along all numbers at once.
  @Test func hessianVectorProductsAreDifferencesOfGradients() throws {
    let line = try Self.line(.atCenter)
    let names = ["g.dx", "g.yaw", "g.tilt", "q.k1", "q.dx", "b.angle", "q.length"]
    var shape = BeamShapeDescription(.covariance)
    for name in PhaseSpace<Double>.names { shape["covariance_\(name)_\(name)"] = 1e-6 }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: 50, charge: 1e-12)
    var run = DesignRun(line, species: .electron, kineticEnergy: 99.489, beam: .drawn(beam))
    run.slices = 2
    let variables = try names.map { try run.variable($0, scale: 1) }
    let goal = TermObjective(
      try ["mean_x", "sigma_y"].map { name in
        ObjectiveTerm(
          .quantity(try QuantityCatalog.standard.quantity(named: name)), after: line.count - 1,
          called: "end", weight: 1e6, target: 1e-3)
      })
    let problem = DesignProblem(run, DesignVariables(variables), goal: goal, workers: .one)
    let x = problem.variables.start
    let v = names.indices.map { Double.cos(Double($0)) }
    let product = try problem.hessianVectorProduct(at: x, direction: v)
    func gradient(_ step: Double) throws -> [Double] {
      try problem.valueAndGradient(at: zip(x, v).map { $0 + step * $1 }).gradient
    }
    let h = 1e-4
    let (a, b, c, d) = (
      try gradient(h), try gradient(-h), try gradient(2 * h), try gradient(-2 * h)
    )
    let size = product.reduce(0) { max($0, $1.magnitude) }
    for k in names.indices {
      let difference = (8 * (a[k] - b[k]) - (c[k] - d[k])) / (12 * h)
      #expect((difference - product[k]).magnitude <= 1e-8 * size, "\(names[k])")
    }
  }
}
