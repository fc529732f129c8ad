import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import BeamElements
@testable import BeamTracking

let testReference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 99.489)

func testShape() throws -> BeamShape<Double> {
  try BeamShape(
    x: Twiss(beta: 2, alpha: -1.5, emittance: 3e-9), y: Twiss(beta: 0.5, alpha: 4, emittance: 1e-8),
    t: Twiss(beta: 0.02, alpha: 0.3, emittance: 2e-6),
    mean: PhaseSpace(x: 1e-3, px: -2e-4, y: 3e-5, py: 0, t: 1e-2, pt: -1e-3)
  ).dispersed(by: Dispersion(x: 0.1, px: -0.2, y: 0.03, py: 0.04))
}

struct GaussianDistributionTests {
  /// Moments of order two and four of the unit distribution, and the largest plane radius.
  func statistics(_ distribution: GaussianDistribution, _ count: Int, isQuiet: Bool = false) throws
    -> (covariance: Matrix6<Double>, kurtosis: [Double], largest: Double)
  {
    let source = UniformSource(seed: 5, count: 6, isQuiet: isQuiet)
    var uniforms = [Double](repeating: 0, count: 6)
    var covariance = Matrix6<Double>.zero
    var fourth = [Double](repeating: 0, count: 6)
    var largest = 0.0
    for i in 0..<count {
      var span = uniforms.mutableSpan
      source.fill(&span, particle: i)
      let z = distribution.point(uniforms.span)
      for a in 0..<6 {
        for b in 0..<6 { covariance[a, b] += z[a] * z[b] / Double(count) }
        fourth[a] += z[a] * z[a] * z[a] * z[a] / Double(count)
      }
      for a in [0, 2, 4] { largest = max(largest, .hypot(z[a], z[a + 1])) }
    }
    return (covariance, fourth, largest)
  }

  @Test(arguments: [0, 0.001, 0.5, 3, 30])
  func theCovarianceIsTheUnitMatrixForAnyCut(cut: Double) throws {
    let count = 100_000
    let found = try statistics(GaussianDistribution(cut: cut), count)
    // A variance of q² of 2 at most, of qp of 1: five standard errors.
    let tolerance = 5 * (2 / Double(count)).squareRoot()
    for i in 0..<6 {
      for j in 0..<6 { #expect(abs(found.covariance[i, j] - (i == j ? 1 : 0)) < tolerance) }
    }
  }

  @Test func theKurtosisIsThree() throws {
    let found = try statistics(GaussianDistribution(), 100_000)
    // ⟨q⁸⟩ − ⟨q⁴⟩² = 96: five standard errors.
    let limit: Double = 5 * (96.0 / 100_000).squareRoot()
    for value in found.kurtosis { #expect(abs(value - 3) < limit) }
  }

  @Test func noParticleLiesOutsideTheCut() throws {
    let distribution = GaussianDistribution(cut: 2)
    // s = 1 − f/(eᶠ − 1) at f = 2.
    let s = 1 - 2 / (Double.exp(2) - 1)
    #expect(abs(distribution.varianceWithinCut - s) < 1e-15)
    let edge = 2 / s.squareRoot()
    let found = try statistics(distribution, 100_000)
    #expect(found.largest <= edge)
    // 300,000 radii: the last 10⁻⁴ of the edge holds 10⁻⁴ × density, some dozens.
    #expect(found.largest > edge * (1 - 1e-3))
  }

  @Test func aVeryNarrowCutFillsADisc() {
    // s → f/2, so that the edge goes to 2: the uniform disc of unit variance.
    let distribution = GaussianDistribution(cut: 1e-6)
    #expect(abs(1e-6 / distribution.varianceWithinCut.squareRoot() - 2) < 1e-12)
    // The series meets the closed form where they change over, f = 0.1.
    let below = GaussianDistribution(cut: (0.2 * (1 - 1e-12)).squareRoot()).varianceWithinCut
    let above = GaussianDistribution(cut: (0.2 * (1 + 1e-12)).squareRoot()).varianceWithinCut
    #expect(abs(below - above) < 1e-12)
    #expect(GaussianDistribution(cut: 1e200).varianceWithinCut == 1)
  }

  @Test func theQuietStartIsQuieter() throws {
    let count = 4096
    let quiet = try statistics(GaussianDistribution(), count, isQuiet: true)
    // Random numbers err by √(2/4096) = 0.02.
    for i in 0..<6 {
      #expect(abs(quiet.covariance[i, i] - 1) < 0.004)
      for j in 0..<i { #expect(abs(quiet.covariance[i, j]) < 0.01) }
    }
  }

  @Test func theCatalogFindsItByName() {
    #expect(DistributionCatalog.standard["gaussian"] == GaussianDistribution.self)
    #expect(DistributionCatalog.standard["gauss"] == nil)
    for kind in DistributionCatalog.standard.kinds {
      #expect(!kind.summary.isEmpty)
      #expect(kind.uniformCount <= SobolSequence.maximumDimensions)
    }
  }
}

struct BeamShapeTests {
  @Test func anEllipseHasTheCovarianceOfItsTwissParameters() throws {
    let (beta, alpha, emittance) = (2.0, -1.5, 3e-9)
    let twiss = Twiss(beta: beta, alpha: alpha, emittance: emittance)
    let shape = try BeamShape(x: twiss, y: twiss, t: twiss)
    let sigma = shape.covariance
    for q in [0, 2, 4] {
      // A few roundings each.
      #expect(abs(sigma[q, q] / (beta * emittance) - 1) < 1e-15)
      #expect(abs(sigma[q, q + 1] / (-alpha * emittance) - 1) < 1e-15)
      #expect(abs(sigma[q + 1, q + 1] / ((1 + alpha * alpha) / beta * emittance) - 1) < 1e-15)
    }
    #expect(sigma[0, 2] == 0 && sigma[1, 5] == 0)
  }

  @Test func theEllipseOfAShapeIsTheOneItWasMadeFrom() throws {
    let moments = SecondMoments(try testShape().covariance)
    let x = try #require(moments.twiss(.x))
    let y = try #require(moments.twiss(.y))
    let t = try #require(moments.twiss(.t))
    // ⟨x²⟩ holds 70,000 times the dispersion-free share, squared in ε²: 10⁻¹⁶ × 10⁵ × a few.
    let dispersive = 1e-9
    #expect(abs(x.beta / 2 - 1) < dispersive && abs(x.alpha / -1.5 - 1) < dispersive)
    #expect(abs(x.emittance / 3e-9 - 1) < dispersive)
    #expect(abs(y.beta / 0.5 - 1) < dispersive && abs(y.alpha / 4 - 1) < dispersive)
    #expect(abs(y.emittance / 1e-8 - 1) < dispersive)
    #expect(abs(t.beta / 0.02 - 1) < 1e-14 && abs(t.alpha / 0.3 - 1) < 1e-14)
    let d = moments.dispersion
    #expect(abs(d.x - 0.1) < 1e-14 && abs(d.px + 0.2) < 1e-14)
    #expect(abs(d.y - 0.03) < 1e-14 && abs(d.py - 0.04) < 1e-14)
  }

  @Test func sizesAndCorrelationsGiveTheirCovariance() throws {
    let plane = PlaneSigma(coordinate: 1e-3, momentum: 2e-4, correlation: -0.8)
    let flat = PlaneSigma(coordinate: 1e-3, momentum: 0.0, correlation: 0)
    let line = PlaneSigma(coordinate: 1e-3, momentum: 1e-3, correlation: 1)
    let sigma = try BeamShape(x: plane, y: flat, t: line).covariance
    // Three roundings of products, and a sum of squares: a few times 1.1e-16.
    #expect(abs(sigma[0, 1] / (-0.8 * 2e-7) - 1) < 1e-15)
    #expect(abs(sigma[1, 1] / 4e-8 - 1) < 1e-15)
    #expect(sigma[3, 3] == 0 && sigma[2, 3] == 0)
    #expect(SecondMoments(sigma).emittance(.t) == 0)
  }

  /// What envelopes begin with and what particles are made by are one beam, whichever way it is given.
  @Test func theCovarianceIsThatOfTheParticlesTransform() throws {
    let dispersion = Dispersion(x: 0.1, px: -0.2, y: 0.03, py: 0.04)
    let plane = PlaneSigma(coordinate: 1e-3, momentum: 2e-4, correlation: -0.6)
    let line = PlaneSigma(coordinate: 2e-3, momentum: 1e-4, correlation: 1)
    let flat = PlaneSigma(coordinate: 0, momentum: 3e-4)
    for shape in [
      try testShape(), try BeamShape(x: plane, y: flat, t: line).dispersed(by: dispersion),
      try BeamShape(covariance: try testShape().covariance).dispersed(by: dispersion),
    ] {
      let product = shape.transform * shape.transform.transpose
      for i in 0..<6 {
        for j in 0..<6 {
          // Some roundings of sums of a few terms, each below √(ΣᵢᵢΣⱼⱼ).
          let scale = (product[i, i] * product[j, j]).squareRoot()
          #expect((shape.covariance[i, j] - product[i, j]).magnitude <= 1e-14 * scale)
        }
      }
    }
  }

  @Test func aNearlySymmetricCovarianceBecomesSymmetric() throws {
    var given = try testShape().covariance
    given[0, 3] *= 1 + 1e-13
    let shape = try BeamShape(covariance: given)
    #expect(given[0, 3] != given[3, 0])
    #expect(shape.covariance[0, 3] == given[3, 0] && shape.covariance[3, 0] == given[3, 0])
  }

  @Test func aBlockCovarianceIsTheSameShapeAsItsEllipses() throws {
    let twiss = Twiss(beta: 2, alpha: -1.5, emittance: 3e-9)
    let ellipses = try BeamShape(x: twiss, y: twiss, t: twiss)
    let shape = try BeamShape(covariance: ellipses.covariance)
    for k in 0..<36 {
      let (a, b) = (shape.transform.entries[k], ellipses.transform.entries[k])
      // Products and roots round a few times; 1 − r² for α = −1.5 enlarges that by 1 + α² = 3.3.
      #expect(abs(a - b) <= 1e-14 * abs(b))
    }
  }

  @Test func impossibleBeamsAreRejectedByName() {
    let good = Twiss(beta: 1, emittance: 1)
    func mistake(_ make: () throws -> BeamShape<Double>) -> String? {
      do { _ = try make() } catch { return (error as? InvalidBeamShape)?.parameter }
      return nil
    }
    #expect(
      mistake { try BeamShape(x: good, y: Twiss(beta: 0, emittance: 1), t: good) } == "beta_y")
    #expect(
      mistake { try BeamShape(x: Twiss(beta: 1, emittance: -1), y: good, t: good) } == "emittance_x"
    )
    #expect(
      mistake { try BeamShape(x: good, y: good, t: Twiss(beta: 1, alpha: .nan, emittance: 1)) }
        == "alpha_t")
    let plane = PlaneSigma(coordinate: 1.0, momentum: 1)
    #expect(
      mistake {
        try BeamShape(
          x: plane, y: plane, t: PlaneSigma(coordinate: 1, momentum: 1, correlation: 1.1))
      } == "correlation_t")
    #expect(
      mistake { try BeamShape(x: PlaneSigma(coordinate: 1, momentum: -1), y: plane, t: plane) }
        == "sigma_px")
    var matrix = Matrix6<Double>.identity
    matrix[0, 1] = 0.5
    #expect(mistake { try BeamShape(covariance: matrix) } == "covariance")
    matrix[1, 0] = 0.5
    #expect(mistake { try BeamShape(covariance: matrix) } == nil)
    matrix[5, 5] = -1
    #expect(mistake { try BeamShape(covariance: matrix) } == "covariance")
  }

  @Test func aShapeIsDifferentiatedWithRespectToItsInputs() throws {
    typealias D = Dual<1, Double>
    let beta = D(2) { _ in 1 }
    let cold = Twiss<D>(beta: .one, emittance: .zero)
    let shape = try BeamShape(
      x: Twiss(beta: beta, alpha: D(-1.5), emittance: D(3e-9)), y: cold, t: cold)
    let sigma = shape.covariance
    // ∂⟨x²⟩/∂β = ε, ∂⟨px²⟩/∂β = −(1 + α²)ε/β²; cold planes give neither NaN nor infinity.
    #expect(abs(sigma[0, 0].tangent[0] / 3e-9 - 1) < 1e-14)
    #expect(abs(sigma[1, 1].tangent[0] / (-3.25 * 3e-9 / 4) - 1) < 1e-14)
    #expect((0..<36).allSatisfy { sigma.entries[$0].tangent[0].isFinite })
    let back = try #require(SecondMoments(sigma).twiss(.x))
    #expect(abs(back.beta.tangent[0] - 1) < 1e-13)
    #expect(abs(back.emittance.tangent[0]) < 1e-22)
  }
}

struct InitialBeamTests {
  func beam(_ count: Int, charge: Double = 25e-12, seed: UInt64 = 1) throws -> InitialBeam {
    InitialBeam(
      GaussianDistribution(), shape: try testShape(), particles: count, charge: charge, seed: seed)
  }

  @Test func aParticleDependsOnTheSeedAndItsNumberAlone() throws {
    let long = try Bunch<Double>(beam(5000), reference: testReference)
    for threads in [2, 3, 7] {
      let other = try Bunch<Double>(
        beam(5000), reference: testReference, workers: Workers(count: threads))
      #expect((0..<5000).allSatisfy { other[$0] == long[$0] })
    }
    let short = try Bunch<Double>(beam(700), reference: testReference)
    for i in 0..<700 { #expect(short[i] == long[i]) }
    let another = try Bunch<Double>(beam(700, seed: 2), reference: testReference)
    for i in 0..<700 { #expect(another[i] != long[i]) }
  }

  @Test func singlePrecisionIsDoubleRounded() throws {
    let double = try Bunch<Double>(beam(1000), reference: testReference)
    let single = try Bunch<Float>(beam(1000), reference: testReference)
    for i in 0..<1000 {
      for k in 0..<6 { #expect(single[i][k] == Double(Float(double[i][k]))) }
    }
  }

  @Test func weightsMakeUpTheCharge() throws {
    let bunch = try Bunch<Double>(beam(1000), reference: testReference)
    let electrons = 25e-12 / 1.602176634e-19
    // Two divisions and a product, half a unit of 2.2e-16 each.
    #expect(abs(bunch.weight(of: 17) / (electrons / 1000) - 1) < 1e-15)
    #expect(bunch.hasUniformWeights)
    let statistics = BeamStatistics(try bunch.moments(), reference: testReference)
    // Negative for electrons; two tiles, a few roundings.
    let charge: Double = statistics.charge ?? .nan
    #expect(abs(charge / -25e-12 - 1) < 1e-14)
    #expect(statistics.particles == 1000)
  }

  @Test func aBunchWithoutChargeHasMomentsAllTheSame() throws {
    let bunch = try Bunch<Double>(beam(1000, charge: 0), reference: testReference)
    let charged = try Bunch<Double>(beam(1000), reference: testReference)
    let moments = try bunch.moments()
    #expect(moments.realParticles == 0)
    #expect(moments.products[0] == (try charged.moments()).products[0])
    #expect(BeamStatistics(moments, reference: testReference)["sigma_x"] != nil)
  }

  @Test func noParticlesAreAllowed() throws {
    let bunch = try Bunch<Double>(beam(0), reference: testReference)
    #expect(bunch.count == 0 && bunch.tileCount == 0)
    #expect(try bunch.moments() == Moments())
  }

  @Test(arguments: [false, true])
  func aLargeBunchHasTheMomentsOfItsShape(isQuiet: Bool) throws {
    let count = 100_000
    var description = try beam(count)
    description.isQuiet = isQuiet
    let bunch = try Bunch<Double>(description, reference: testReference, workers: .all)
    let moments = try bunch.moments(workers: .all)
    let expected = description.shape.covariance
    let found = try #require(moments.covariance)
    for i in 0..<6 {
      // Five standard errors: of the mean σ/√N, of a covariance √((ΣᵢᵢΣⱼⱼ + Σᵢⱼ²)/N).
      let error = (expected[i, i] / Double(count)).squareRoot()
      #expect(abs(moments.mean[i] - description.shape.mean[i]) < 5 * error)
      for j in 0..<6 {
        let variance = expected[i, i] * expected[j, j] + expected[i, j] * expected[i, j]
        #expect(
          abs(found[i, j] - expected[i, j]) < 5 * (variance / Double(count)).squareRoot())
      }
    }
    let x = try #require(SecondMoments(found).twiss(.x))
    // Relative errors of β and ε are about 1/√N each, of α √(1 + α²) of it: five of them.
    let bound = 5 / Double(count).squareRoot()
    #expect(abs(x.beta / 2 - 1) < bound)
    #expect(abs(x.alpha + 1.5) < bound * 3.25.squareRoot())
    #expect(abs(x.emittance / 3e-9 - 1) < bound)
  }

  @Test func anInterruptionEndsTheSampling() throws {
    let stopped = Workers(count: 2) { true }
    #expect(throws: Interruption()) {
      try Bunch<Double>(beam(5000), reference: testReference, workers: stopped)
    }
  }
}
