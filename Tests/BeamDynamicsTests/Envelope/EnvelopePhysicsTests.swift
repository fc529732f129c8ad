import AutoDiff
import BeamDynamics
import LinearAlgebra
import Testing

/// Laws that an envelope with space charge obeys.
@Suite struct EnvelopePhysicsTests {
  private func end(
    _ beamline: Beamline, _ start: EnvelopeStart<Double>, _ charge: EnvelopeSpaceCharge?,
    slices: Int
  ) throws -> Matrix6<Double> {
    var options = EnvelopeOptions()
    options.slices = slices
    options.spaceCharge = charge
    options.moments = .none
    var sweep = EnvelopeSweep(beamline, options: options, start: start)
    return try #require(try sweep.run().last).covariance
  }

  /// β_x after the matched cell, against one of 1280 slices: halving the slices divides the error by
  /// four with Strang's slicing, by two with the kick first.
  @Test func strangSlicingIsOfSecondOrderAndKickFirstOfFirst() throws {
    func beta(_ slicing: EffectSlicing, _ slices: Int) throws -> Double {
      let covariance = try end(
        MatchedCell.beamline(), MatchedCell.start, EnvelopeSpaceCharge(.planar, slicing: slicing),
        slices: slices)
      return covariance[0, 0] / SecondMoments(covariance).emittance(.x)
    }
    let exact = try beta(.strang, 1280)
    func error(_ slicing: EffectSlicing, _ slices: Int) throws -> Double {
      abs(try beta(slicing, slices) / exact - 1)
    }
    for slices in [10, 20, 40] {
      let strang = try error(.strang, slices) / error(.strang, 2 * slices)
      let kickFirst = try error(.kickFirst, slices) / error(.kickFirst, 2 * slices)
      #expect(abs(strang - 4) < 0.1)
      #expect(abs(kickFirst - 2) < 0.1)
    }
    // The size of the error itself, at 10 slices.
    #expect(abs(try error(.strang, 10) / 8.8e-5 - 1) < 0.02)
    #expect(abs(try error(.kickFirst, 10) / 1.2e-2 - 1) < 0.05)
  }

  /// R″ = K/R from rest: R₀ doubles over s = R₀√(2/K)·∫₀^{√ln 2} exp(u²) du, here 10.6128237 m.
  /// 200 slices of second order leave 3e-6.
  @Test func aLongRoundBeamExpandsByThePaperLaw() throws {
    let sigma = 5e-4
    var covariance = Matrix6<Double>.zero
    covariance[0, 0] = sigma * sigma
    covariance[2, 2] = sigma * sigma
    let start = EnvelopeStart(
      reference: ReferenceParticle(species: .proton, kineticEnergy: 250), covariance: covariance,
      intensity: 0.15)
    let drift = Beamline([Drift(length: 10.612823669911099, model: .linear)])
    let last = try end(drift, start, EnvelopeSpaceCharge(.planar), slices: 200)
    #expect(abs(last[0, 0].squareRoot() / (2 * sigma) - 1) < 1e-5)
    #expect(abs(last[2, 2] / last[0, 0] - 1) < 1e-13)
  }

  /// A cold ball that is round in its rest frame, R″ = r_N/(b²R²), grows to 1.999915 of its size over
  /// 6 m; the published size of the moving ball is round to 2e-6.
  @Test func aColdBallExpandsByTheCoulombLaw() throws {
    var covariance = Matrix6<Double>.zero
    covariance[0, 0] = 4.472135955e-4 * 4.472135955e-4
    covariance[2, 2] = covariance[0, 0]
    covariance[4, 4] = 9.12241869e-7 * 9.12241869e-7
    let start = EnvelopeStart(
      reference: ReferenceParticle(species: .electron, kineticEnergy: 250), covariance: covariance,
      intensity: 1e-9)
    let drift = Beamline([Drift(length: 6, model: .linear)])
    let last = try end(drift, start, EnvelopeSpaceCharge(.spatial), slices: 400)
    for i in [0, 2, 4] {
      let growth = (last[i, i] / covariance[i, i]).squareRoot()
      #expect(abs(growth / 1.999915 - 1) < 5e-6)
    }
  }

  /// Linear symplectic motion keeps det Σ, and with it the product of the emittances; in two
  /// dimensions and without coupling, each emittance.
  @Test func emittancesAreKept() throws {
    let planar = try end(
      MatchedCell.beamline(), MatchedCell.start, EnvelopeSpaceCharge(.planar), slices: 50)
    let moments = SecondMoments(planar)
    // ε² is the difference of two numbers that are 7 times larger, of 250 steps of rounding.
    #expect(abs(moments.emittance(.x) / 1e-6 - 1) < 1e-12)
    #expect(abs(moments.emittance(.y) / 1e-6 - 1) < 1e-12)

    let start = tiltedStart
    let before = try #require(SecondMoments(start.covariance).eigenemittances)
    let after = try #require(
      SecondMoments(
        try end(MatchedCell.beamline(), start, EnvelopeSpaceCharge(.spatial), slices: 20)
      ).eigenemittances)
    // The kick is linear and symplectic, tilted or not.
    for k in 0..<3 { #expect(abs(after[k] / before[k] - 1) < 1e-9) }
  }

  /// A beam that is tilted in x, y and t.
  private var tiltedStart: EnvelopeStart<Double> {
    var root = Matrix6<Double>.identity
    let sizes = [1e-3, 2e-3, 8e-4, 3e-3, 5e-3, 1e-3]
    for i in 0..<6 {
      for j in 0..<i { root[i, j] = 0.4 / Double(1 + i + j) }
    }
    let scaled = Matrix6<Double> { i, j in sizes[i] * root[i, j] }
    return EnvelopeStart(
      reference: MatchedCell.reference, covariance: scaled * scaled.transpose, intensity: 2e-10)
  }

  /// A rotation of the whole beam about the direction of flight rotates all that comes of it.
  @Test func aTiltedBeamBehavesAsTheUprightOneTurned() throws {
    let (c, s) = (0.6, 0.8)
    var turn = Matrix6<Double>.identity
    for i in [0, 1] {
      turn[i, i] = c
      turn[i, i + 2] = s
      turn[i + 2, i] = -s
      turn[i + 2, i + 2] = c
    }
    let drift = Beamline([Drift(length: 0.4, model: .linear)])
    for (model, intensity) in [(EnvelopeSpaceCharge.Model.planar, 0.5), (.spatial, 1e-10)] {
      var upright = MatchedCell.start
      upright.intensity = intensity
      upright.covariance[2, 2] *= 3
      upright.covariance[4, 4] = 1e-7
      var turned = upright
      turned.covariance = turn * upright.covariance * turn.transpose
      let charge = EnvelopeSpaceCharge(model)
      let expected = turn * (try end(drift, upright, charge, slices: 20)) * turn.transpose
      let found = try end(drift, turned, charge, slices: 20)
      var worst = Worst()
      for i in 0..<6 {
        for j in 0..<6 {
          worst.record(
            found[i, j] - expected[i, j], of: (expected[i, i] * expected[j, j]).squareRoot(),
            "\(model) (\(i), \(j))")
        }
      }
      // Roundings of 20 steps, and those of det S, which the tilt makes 3 times smaller than its
      // terms.
      expect(worst, atMost: 1e-13)
    }
  }

  /// One kick at rest against Carlson's R_D, by duplication, for ratios of the axes up to 1000: the
  /// same numbers by another way.
  @Test func theKickOfAnUprightEllipsoidIsCarlsons() throws {
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 2)
    let b = reference.betaGamma
    for axes in [
      (1.0, 1.0, 1.0), (1.0, 2.0, 3.0), (1.0, 30.0, 7.0), (1.0, 1000.0, 2.0), (50, 1, 900),
    ] {
      var covariance = Matrix6<Double>.zero
      let sizes = (axes.0 * 1e-4, axes.1 * 1e-4, axes.2 * 1e-4)
      covariance[0, 0] = sizes.0 * sizes.0
      covariance[2, 2] = sizes.1 * sizes.1
      covariance[4, 4] = sizes.2 * sizes.2 / (b * b)
      let start = EnvelopeStart(reference: reference, covariance: covariance, intensity: 1e-9)
      let length = 1e-9
      let drift = Beamline([Drift(length: length, model: .linear)])
      let last = try end(
        drift, start, EnvelopeSpaceCharge(.spatial, slicing: .kickFirst), slices: 1)
      let radius =
        1e-9
        / (4 * .pi * PhysicalConstants.vacuumPermittivity * reference.species.mass * 1e6)
      let strength = length * radius / (5 * 5.0.squareRoot() * b * b)
      let (x, y, t) = (covariance[0, 0], covariance[2, 2], covariance[4, 4] * b * b)
      // ⟨x·px⟩ = A·⟨x²⟩, up to the drift of 1 nm, which changes it by 1e-9·A.
      let kicks = [
        strength * carlson(y, t, x), strength * carlson(t, x, y),
        strength * b * b * carlson(x, y, t),
      ]
      for (k, kick) in kicks.enumerated() {
        let found = last[2 * k, 2 * k + 1] / last[2 * k, 2 * k]
        #expect(abs(found / kick - 1) < 1e-12)
      }
    }
  }

  /// R_D by 12 duplications, B. C. Carlson, Numer. Math. 33, 1 (1979): what is left out shrinks by 4⁶
  /// each time.
  private func carlson(_ x: Double, _ y: Double, _ z: Double) -> Double {
    var (x, y, z) = (x, y, z)
    var sum = 0.0
    var factor = 1.0
    for _ in 0..<40 {
      let lambda = (x * y).squareRoot() + (y * z).squareRoot() + (z * x).squareRoot()
      sum += factor / (z.squareRoot() * (z + lambda))
      factor /= 4
      x = (x + lambda) / 4
      y = (y + lambda) / 4
      z = (z + lambda) / 4
    }
    // All three are equal by now.
    return 3 * sum + factor / (z * z.squareRoot())
  }

  @Test func withoutChargeTheMotionIsLinearTransport() throws {
    var start = MatchedCell.start
    start.intensity = 0
    for model in EnvelopeSpaceCharge.Model.allCases {
      let with = try end(MatchedCell.beamline(), start, EnvelopeSpaceCharge(model), slices: 5)
      let without = try end(MatchedCell.beamline(), start, nil, slices: 5)
      var worst = Worst()
      for i in 0..<6 {
        for j in 0..<6 {
          worst.record(
            with[i, j] - without[i, j], of: (without[i, i] * without[j, j]).squareRoot(), "\(model)"
          )
        }
      }
      // Halves of slices against whole ones: roundings.
      expect(worst, atMost: 1e-13)
    }
  }

  @Test func aChargedBeamWithoutSizeIsRefusedByThePlace() throws {
    var start = MatchedCell.start
    // Nor any divergence that would give it a size before the first kick.
    for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] { start.covariance[i, j] = 0 }
    let error = #expect(throws: EnvelopeError.self) {
      _ = try end(MatchedCell.beamline(), start, EnvelopeSpaceCharge(.planar), slices: 5)
    }
    #expect(error?.place == "drift1")
    #expect(error?.reason.contains("no size") == true)
    // Without a charge there is nothing to refuse.
    start.intensity = 0
    _ = try end(MatchedCell.beamline(), start, EnvelopeSpaceCharge(.planar), slices: 5)
    // In three dimensions, the length counts too.
    var flat = MatchedCell.start
    for (i, j) in [(4, 4), (4, 5), (5, 4), (5, 5)] { flat.covariance[i, j] = 0 }
    #expect(throws: EnvelopeError.self) {
      _ = try end(MatchedCell.beamline(), flat, EnvelopeSpaceCharge(.spatial), slices: 5)
    }
  }

  /// The mean follows the elements, and space charge does not see it.
  @Test func theMeanOfABeamFeelsNoForceOfItsOwn() throws {
    var start = MatchedCell.start
    start.mean = [1e-3, 0, -2e-3, 1e-3, 0, 0]
    var options = EnvelopeOptions()
    options.slices = 4
    options.tracksTransferMatrix = true
    var free = EnvelopeSweep(MatchedCell.beamline(), options: options, start: start)
    options.spaceCharge = EnvelopeSpaceCharge(.planar, slicing: .kickFirst)
    var charged = EnvelopeSweep(MatchedCell.beamline(), options: options, start: start)
    let (a, b) = (try free.run(), try charged.run())
    for (p, q) in zip(a, b) {
      let moved = try #require(p.transferMatrix) * start.mean
      for i in 0..<6 {
        #expect(p.mean[i] == q.mean[i])
        // Millimetres, by a matrix or element by element: some roundings of 2e-19.
        #expect(abs(p.mean[i] - moved[i]) <= 1e-15)
      }
    }
  }
}
