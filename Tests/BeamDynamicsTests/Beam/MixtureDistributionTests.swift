import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import BeamTracking

/// A core and a halo, each with an ellipse, a dispersion and a mean of its own.
private func coreAndHalo() throws -> [MixtureComponent] {
  [
    MixtureComponent(
      weight: 3, WaterbagDistribution(),
      describedBy: try BeamShapeDescription(
        .twiss,
        [
          "beta_x": 2, "alpha_x": -1.5, "emittance_x": 3e-9, "beta_y": 0.5, "alpha_y": 4,
          "emittance_y": 1e-8, "beta_t": 0.02, "emittance_t": 2e-6, "dispersion_x": 0.1,
          "dispersion_y": -0.05, "mean_x": 1e-4,
        ])),
    MixtureComponent(
      weight: 1, HollowDistribution(inner: 0.6),
      describedBy: try BeamShapeDescription(
        .sigma,
        [
          "sigma_x": 1e-3, "sigma_px": 2e-4, "correlation_x": 0.5, "sigma_y": 2e-3,
          "sigma_py": 1e-4, "sigma_t": 1e-2, "sigma_pt": 1e-3, "mean_x": -3e-4, "mean_y": 2e-4,
          "mean_pt": 0.05,
        ])),
  ]
}

@Suite struct MixtureDistributionTests {
  private func bunch(
    _ mixture: MixtureDistribution, _ count: Int, isQuiet: Bool = false,
    workers: Workers = .one
  ) throws -> Bunch<Double> {
    try Bunch<Double>(
      InitialBeam(
        mixture, shape: mixture.shape, particles: count, charge: 1e-9, isQuiet: isQuiet),
      reference: testReference, workers: workers)
  }

  /// Σ = ΣwᵢΣᵢ + w₁w₂(μ₁ − μ₂)(μ₁ − μ₂)ᵀ for two components.
  @Test func theSizesAreThoseOfTheComponentsTogether() throws {
    let components = try coreAndHalo()
    let shape = try MixtureDistribution(components).shape
    let (core, halo) = (try components[0].shape.shape, try components[1].shape.shape)
    for i in 0..<6 {
      let mean = 0.75 * core.mean[i] + 0.25 * halo.mean[i]
      #expect(abs(shape.mean[i] - mean) <= 1e-17)
      for j in 0..<6 {
        let apart = (core.mean[i] - halo.mean[i]) * (core.mean[j] - halo.mean[j])
        let expected =
          0.75 * core.covariance[i, j] + 0.25 * halo.covariance[i, j] + 0.75 * 0.25 * apart
        // Some roundings of sums of a few terms, each below √(ΣᵢᵢΣⱼⱼ).
        let scale = (shape.covariance[i, i] * shape.covariance[j, j]).squareRoot()
        #expect(abs(shape.covariance[i, j] - expected) <= 1e-15 * scale)
      }
    }
  }

  /// The halo's energy is fifty standard deviations above the core's: each particle tells where it
  /// comes from. Counts and moments of each within five standard errors.
  @Test func eachComponentHasItsOwnSizesAndPartOfTheParticles() throws {
    let count = 100_000
    let components = try coreAndHalo()
    let bunch = try bunch(try MixtureDistribution(components), count, workers: .all)
    let all = (0..<count).map { bunch[$0] }
    // The core's energy spread is √(2·10⁻⁶/0.02) = 0.01.
    let parts = [all.filter { $0.pt < 0.04 }, all.filter { $0.pt > 0.04 }]
    #expect(abs(Double(parts[1].count) - 25_000) < 5 * (Double(count) * 0.75 * 0.25).squareRoot())
    for (part, component) in zip(parts, components) {
      let shape = try component.shape.shape
      let n = Double(part.count)
      for i in 0..<6 {
        let mean = part.reduce(0) { $0 + $1[i] } / n
        #expect(abs(mean - shape.mean[i]) < 5 * (shape.covariance[i, i] / n).squareRoot())
        for j in 0..<6 {
          let product =
            part.reduce(0) { $0 + ($1[i] - shape.mean[i]) * ($1[j] - shape.mean[j]) } / n
          let (a, b, c) = (
            shape.covariance[i, i], shape.covariance[j, j], shape.covariance[i, j]
          )
          // The kurtosis is 3 at most: ⟨q²p²⟩ ≤ 3√(…), and for a normal one ab + 2c².
          #expect(abs(product - c) < 5 * ((a * b + c * c) / n).squareRoot(), "\(i) \(j)")
        }
      }
    }
    // The hole of the halo: no particle within 0.6 of the outer radius, of the plain coordinates x and
    // y, whose factor is a diagonal there.
    let hole = 4 * 0.36 / 1.36
    for z in parts[1] {
      let square = ((z.x + 3e-4) / 1e-3).squared + ((z.y - 2e-4) / 2e-3).squared
      // The transformation to unit covariance and back: a few hundred roundings at the most.
      #expect(square > hole * (1 - 1e-12))
    }
  }

  @Test func aMixtureOfOneIsThatOne() throws {
    let component = try coreAndHalo()[0]
    let mixture = try MixtureDistribution([component])
    let own = try component.shape.shape
    for k in 0..<36 {
      let scale = own.covariance[k / 6, k / 6] * own.covariance[k % 6, k % 6]
      #expect(
        abs(mixture.shape.covariance.entries[k] - own.covariance.entries[k])
          <= 1e-15 * scale.squareRoot())
    }
    // The radius of a waterbag, in its own units, is √8 at most: A⁻¹(z − μ) as the beam has it.
    for z in try unitPoints(mixture, 1000) {
      let square: Double = (0..<6).reduce(0) { (sum: Double, i: Int) in sum + z[i].squared }
      let limit: Double = 8 * (1 + 1e-9)
      #expect(square < limit)
    }
  }

  /// With another shape the whole has that one's sizes, and the halo stays three times as wide.
  @Test func theWholeMayHaveAShape() throws {
    let mixture = try MixtureDistribution([
      MixtureComponent(weight: 0.9, KVDistribution()),
      MixtureComponent(weight: 0.1, KVDistribution(), scale: 3),
    ])
    let count = 100_000
    let beam = InitialBeam(mixture, shape: try testShape(), particles: count, charge: 1e-9)
    let bunch = try Bunch<Double>(beam, reference: testReference, workers: .all)
    let found = try #require(try bunch.moments(workers: .all).covariance)
    let expected = beam.shape.covariance
    for i in 0..<6 {
      // ⟨x⁴⟩ of the whole is at most 3(0.9 + 0.1·81)/1.8² = 8.3 times the square of the variance.
      let error = 5 * (8 / Double(count)).squareRoot() * expected[i, i]
      #expect(abs(found[i, i] - expected[i, i]) < error)
    }
    // Each shell is thin: radius² 4/1.8 or 36/1.8 in units of the whole, to a few roundings.
    var outside = 0
    for z in try unitPoints(mixture, 10_000) {
      let square = z.x.squared + z.px.squared + z.y.squared + z.py.squared
      let isOutside = square > 10
      if isOutside { outside += 1 }
      #expect(abs(square / ((isOutside ? 36 : 4) / 1.8) - 1) < 1e-14)
    }
    #expect(abs(Double(outside) - 1000) < 5 * 900.0.squareRoot())
  }

  /// As of single kinds; particles that choose between two sizes are less even, by a seventh.
  @Test func aMixtureHasAQuietStart() throws {
    let mixture = try MixtureDistribution([
      MixtureComponent(weight: 0.9, GaussianDistribution()),
      MixtureComponent(weight: 0.1, GaussianDistribution(), scale: 3),
    ])
    func error(isQuiet: Bool) throws -> Double {
      var sum = 0.0
      for seed in UInt64(1)...8 {
        let points = try unitPoints(mixture, 4096, seed: seed, isQuiet: isQuiet)
        for i in 0..<6 {
          sum += (points.reduce(0) { $0 + $1[i].squared } / 4096 - 1).squared
        }
      }
      return (sum / 48).squareRoot()
    }
    let ratio = try error(isQuiet: false) / error(isQuiet: true)
    #expect(ratio > 5, "\(ratio)")
  }

  @Test func theBitsDoNotDependOnTheNumberOfThreads() throws {
    let mixture = try MixtureDistribution(try coreAndHalo())
    for isQuiet in [false, true] {
      let one = try bunch(mixture, 3000, isQuiet: isQuiet)
      for threads in [2, 5] {
        let other = try bunch(mixture, 3000, isQuiet: isQuiet, workers: Workers(count: threads))
        #expect((0..<3000).allSatisfy { other[$0] == one[$0] })
      }
      let short = try bunch(mixture, 700, isQuiet: isQuiet)
      #expect((0..<700).allSatisfy { short[$0] == one[$0] })
    }
  }

  /// Nothing moves in a plane without extent, and coordinates that follow others do so in the mixture.
  @Test func coldPlanesAndFullCorrelationsStay() throws {
    let shape = try BeamShapeDescription(
      .sigma, ["sigma_x": 1e-3, "sigma_px": 1e-3, "correlation_x": 1, "sigma_y": 1e-3])
    let wide = try BeamShapeDescription(
      .sigma, ["sigma_x": 3e-3, "sigma_px": 3e-3, "correlation_x": 1, "sigma_y": 2e-3])
    let mixture = try MixtureDistribution([
      MixtureComponent(weight: 1, GaussianDistribution(), describedBy: shape),
      MixtureComponent(weight: 1, WaterbagDistribution(), describedBy: wide),
    ])
    let bunch = try bunch(mixture, 2000)
    for i in 0..<2000 {
      let z = bunch[i]
      #expect(z.py == 0 && z.t == 0 && z.pt == 0)
      // A few roundings of a sum of products.
      #expect(abs(z.px - z.x) <= 1e-14 * abs(z.x))
    }
    #expect((0..<2000).contains { bunch[$0].x != 0 && bunch[$0].y != 0 })
  }

  @Test func impossibleMixturesAreRefused() throws {
    func mistake(_ components: [MixtureComponent]) -> String {
      do {
        _ = try MixtureDistribution(components)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let good = MixtureComponent(weight: 1, GaussianDistribution())
    #expect(mistake([good]) == "")
    #expect(mistake([]).contains("need a weight above 0"))
    #expect(mistake([MixtureComponent(weight: 0, GaussianDistribution())]).contains("above 0"))
    #expect(
      mistake([good, MixtureComponent(weight: -1, GaussianDistribution())])
        .contains("components [1]: the weight must not be negative"))
    #expect(
      mistake([MixtureComponent(weight: .infinity, GaussianDistribution())]).contains("finite"))
    #expect(
      mistake([MixtureComponent(weight: 1, MixtureDistribution())]).contains("give its components"))
    #expect(
      mistake([MixtureComponent(weight: 1, ThermalDistribution(k: 6, kT: 36e-6))])
        .contains("thermal brings its own sizes"))
    #expect(
      mistake([
        MixtureComponent(
          weight: 1, GaussianDistribution(),
          describedBy: try BeamShapeDescription(.sigma, ["sigma_x": -1]))
      ]).contains("sigma_x must not be negative"))
  }
}
