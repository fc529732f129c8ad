import AutoDiff
import BeamDynamics
import BeamSamples
import LinearAlgebra
import Testing

/// What an envelope saves itself must not show.
@Suite struct EnvelopeShortcutTests {
  private static let charges: [EnvelopeSpaceCharge?] =
    [nil]
    + EnvelopeSpaceCharge.Model.allCases.flatMap { model in
      EffectSlicing.allCases.map { EnvelopeSpaceCharge(model, slicing: $0) }
    }

  /// The matched cell, with two strengths and two lengths that vary.
  private func sweep(
    _ charge: EnvelopeSpaceCharge?, coupling: Double = 0
  ) -> EnvelopeSweep<Double> {
    var options = EnvelopeOptions()
    options.slices = 10
    options.spaceCharge = charge
    options.moments = .none
    var start = MatchedCell.start
    start.covariance[4, 4] = 1e-6
    start.covariance[4, 5] = 2e-7
    start.covariance[5, 4] = 2e-7
    start.covariance[5, 5] = 1e-6
    if charge?.model == .spatial { start.intensity = 1e-10 }
    for (i, j) in [(0, 2), (1, 4), (3, 5)] {
      let product = start.covariance[i, i] * start.covariance[j, j]
      start.covariance[i, j] = coupling * product.squareRoot()
      start.covariance[j, i] = start.covariance[i, j]
    }
    var sweep = EnvelopeSweep(
      MatchedCell.beamline(), options: options, start: start,
      parameters: MatchedCell.strengths + [
        BeamlineParameter(element: 2, .own(parameter: 0, entry: nil)),
        BeamlineParameter(element: 3, .own(parameter: 0, entry: nil)),
      ])
    sweep.recordsTrajectory = true
    sweep.differentiatesReference = true
    return sweep
  }

  /// Weights of the moments in each plane.
  private static let cotangents: [EnvelopeCotangent<Double>] = {
    var bar = Matrix6<Double>.zero
    for (i, weight) in [1e5, 3e3, -2e5, 5e3, 4e5, -1e5].enumerated() {
      bar[i, i] = weight
      bar[i, i ^ 1] += 1e4
      bar[i ^ 1, i] += 1e4
    }
    return [.zero, EnvelopeCotangent(covariance: bar)]
  }()

  private func numbers(_ gradient: EnvelopeGradient<Double>) -> [Double] {
    gradient.parameters
      + [gradient.intensity, gradient.start.reference.kineticEnergyOverMass]
      + [(0, 0), (0, 1), (1, 1), (2, 2), (2, 3), (3, 3), (4, 4), (4, 5), (5, 5)]
      .map { gradient.start.covariance[$0.0, $0.1] }
  }

  /// A coupling of 1e-30 sends the beam through the full matrices, and changes nothing else: squares
  /// of it are below all roundings. Those differ: 50 slices of some ten operations leave 1e-13.
  @Test(arguments: charges)
  func anUncoupledEnvelopeIsThatOfTheFullMatrix(_ charge: EnvelopeSpaceCharge?) throws {
    var plain = sweep(charge)
    var full = sweep(charge, coupling: 1e-30)
    let plainEnd = try #require(try plain.run().last).covariance
    let fullEnd = try #require(try full.run().last).covariance
    #expect(plainEnd[0, 2] == 0)
    #expect(fullEnd[0, 2] != 0)
    var worst = Worst()
    for i in 0..<6 {
      for j in 0..<6 {
        let scale = (fullEnd[i, i] * fullEnd[j, j]).squareRoot()
        worst.record(plainEnd[i, j] - fullEnd[i, j], of: scale, "entry (\(i), \(j))")
      }
    }
    let gradients = zip(
      numbers(plain.pullBack(Self.cotangents)), numbers(full.pullBack(Self.cotangents)))
    for (number, (a, b)) in gradients.enumerated() {
      worst.record(a - b, of: abs(b), "derivative \(number)")
    }
    expect(worst, atMost: 1e-11)
  }

  /// A cotangent that couples takes an uncoupled beam back through the full matrices: what does not
  /// couple is as before, to 1e-13 as above.
  @Test(arguments: charges)
  func whatCouplesOnTheWayBackIsSeen(_ charge: EnvelopeSpaceCharge?) throws {
    var sweep = sweep(charge)
    _ = try sweep.run()
    let plain = sweep.pullBack(Self.cotangents)
    var cotangents = Self.cotangents
    cotangents[1].covariance[0, 3] = 1e4
    cotangents[1].covariance[3, 0] = 1e4
    let coupled = sweep.pullBack(cotangents)
    #expect(plain.start.covariance[0, 3] == 0)
    #expect(coupled.start.covariance[0, 3] != 0)
    var worst = Worst()
    for (number, (a, b)) in zip(numbers(plain), numbers(coupled)).enumerated() {
      worst.record(a - b, of: abs(b), "derivative \(number)")
    }
    expect(worst, atMost: 1e-11)
  }

  /// Bit by bit: maps that are kept are those that would be found.
  @Test(arguments: charges)
  func anEvaluationDoesNotDependOnThoseBeforeIt(_ charge: EnvelopeSpaceCharge?) throws {
    var used = sweep(charge)
    var values = used.values
    func compare(_ change: (inout EnvelopeSweep<Double>) -> Void) throws {
      change(&used)
      var fresh = sweep(charge)
      fresh.values = used.values
      fresh.start = used.start
      let end = try #require(try used.run().last)
      let expected = try #require(try fresh.run().last)
      #expect(end.covariance == expected.covariance)
      #expect(end.reference.s == expected.reference.s)
      let gradient = numbers(used.pullBack(Self.cotangents))
      #expect(gradient == numbers(fresh.pullBack(Self.cotangents)))
    }
    try compare { _ in }
    values[0] *= 1.01
    try compare { $0.values = values }
    values[2] *= 0.99
    values[3] *= 1.02
    try compare { $0.values = values }
    try compare { $0.start.reference.kineticEnergyOverMass *= 1.1 }
    try compare { $0.start.covariance[0, 0] *= 1.1 }
    try compare { $0.values = values.map { 1.001 * $0 } }
  }
}
