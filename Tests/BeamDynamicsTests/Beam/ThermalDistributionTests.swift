import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Thermal beams against the two problems of R. Ryne et al., EPAC (2004), WEPLT047: protons of 0.1
/// MeV, 0.143 nC, k = 2π/m.
@Suite struct ThermalDistributionTests {
  private static let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 0.1)
  private static let charge = 1.4285714285714286e-10
  private static let thermal = ThermalDistribution(k: 2 * .pi, kT: 36e-6)
  private static let bithermal = BithermalDistribution(
    k: 2 * .pi, kT: 36e-6, kTHalo: 900e-6, halo: 0.05)

  /// C = |q|Q/(ε₀(βγ)²mc²) of these beams [m].
  private static var coupling: Double {
    let momentum = reference.betaGamma
    return charge
      / (PhysicalConstants.vacuumPermittivity * momentum * momentum * Species.proton.mass * 1e6)
  }

  private static func equation(
    _ temperatureRatio: Double = 1, _ halo: Double = 0
  ) -> ThermalEquation<Double>.Beam {
    .init(
      spaceCharge: coupling * 2 * .pi / (36e-6 * 36e-6.squareRoot()),
      temperatureRatio: temperatureRatio, haloFraction: halo)
  }

  /// σ_x, σ_t and ε by another integrator, scipy's DOP853 with a relative tolerance of 1e-11, out to
  /// 15 r_s.
  @Test func sizesAndEmittancesAreThoseOfTheKnownSolutions() throws {
    let thermal = try Self.thermal.sized(for: Self.reference, charge: Self.charge).shape.covariance
    let bithermal = try Self.bithermal.sized(for: Self.reference, charge: Self.charge)
      .shape.covariance
    func expect(_ value: Double, _ known: Double) {
      // Half a unit of the seventh digit.
      #expect(abs(value / known - 1) < 4e-7, "\(value), \(known)")
    }
    for (covariance, size, time, emittance) in [
      (thermal, 2.568219e-3, 1.759017e-1, 1.540932e-5),
      (bithermal, 2.746084e-3, 1.880839e-1, 2.443861e-5),
    ] {
      let moments = SecondMoments(covariance)
      expect(moments.sigma(0), size)
      expect(moments.sigma(2), size)
      expect(moments.sigma(4), time)
      for plane in Plane.allCases { expect(moments.emittance(plane), emittance) }
    }
  }

  @Test func normalisationsAreThoseOfTheKnownSolutions() throws {
    let thermal = try ThermalProfile(Self.equation())
    // Ten digits are known; the constants of nature differ by some 1e-10 in 2018 and 2022, of which
    // the exponent makes little.
    #expect(abs(thermal.normalizations.core / 0.4160368844 - 1) < 1e-9)
    let bithermal = try ThermalProfile(Self.equation(25, 0.05))
    // By the integrator of the test above.
    #expect(abs(bithermal.normalizations.core / 0.542224070 - 1) < 2e-9)
    #expect(abs(bithermal.normalizations.halo / 0.082145790 - 1) < 2e-8)
    let unit = 36e-6.squareRoot() / (2 * .pi)
    func size(_ square: Double) -> Double { unit * (square / 3).squareRoot() }
    // Seven digits are given: half a unit of the last is 2e-7 of the smaller one.
    #expect(abs(size(bithermal.meanSquares.core) / 2.536026e-3 - 1) < 4e-7)
    #expect(abs(size(bithermal.meanSquares.halo) / 5.349996e-3 - 1) < 4e-7)
    // With the halo cut at 8 r_s, which takes 1e-4 of it, it would be these.
    #expect(abs(bithermal.normalizations.core / 0.5422236 - 1) < 1e-6)
    #expect(abs(bithermal.normalizations.halo / 0.0821545 - 1) < 1.2e-4)
    #expect(abs(size(bithermal.meanSquares.halo) / 5.348424e-3 - 1) < 3e-4)
  }

  /// Where the search starts does not matter, be it near, far off or impossible.
  @Test func theSearchEndsAtTheSameDensityFromEverywhere() throws {
    let best = try ThermalProfile(Self.equation(25, 0.05))
    for start in [(0.54, 0.08), (0.1, 0.5), (1e-3, 1e-9), (50, 50)] {
      let other = try ThermalProfile(Self.equation(25, 0.05), startingAt: start)
      #expect(abs(other.normalizations.core / best.normalizations.core - 1) < 1e-11)
      #expect(abs(other.normalizations.halo / best.normalizations.halo - 1) < 1e-11)
    }
  }

  /// Without charge both temperatures are normal distributions of their own: ⟨ρ²⟩ = 3τ and A =
  /// (2πτ)^(−3/2).
  @Test func withoutChargeTheDensityIsNormal() throws {
    let profile = try ThermalProfile(
      .init(spaceCharge: 0, temperatureRatio: 4, haloFraction: 0.3))
    // The steps' own error, 2e-11 per unit of radius.
    #expect(abs(profile.meanSquares.core - 3) < 1e-9)
    #expect(abs(profile.meanSquares.halo - 12) < 4e-9)
    // The share within ρ = 1 of a normal distribution: erf(1/√2) − √(2/π)·e^(−1/2).
    let share = 0.19874804309879915
    #expect(abs(profile.radius(within: share, ofHalo: false) - 1) < 1e-9)
    #expect(abs(profile.radius(within: share, ofHalo: true) - 2) < 2e-9)
  }

  /// Charge and temperature balance the focusing: 3 + K·⟨F/(4πρ)⟩ = ⟨ρ²⟩, with F the share within ρ,
  /// from the equation of motion of ⟨r·p⟩. The mean over u = F by the midpoint rule in 40,000
  /// points errs by less than 1e-5.
  @Test(arguments: [0.01, 1, 100, 2347, 1e5, 1e7])
  func theBeamIsStationary(spaceCharge: Double) throws {
    let profile = try ThermalProfile(
      .init(spaceCharge: spaceCharge, temperatureRatio: 1, haloFraction: 0))
    let count = 40_000
    var push = 0.0
    var square = 0.0
    for n in 0..<count {
      let u = (Double(n) + 0.5) / Double(count)
      let radius = profile.radius(within: u, ofHalo: false)
      push += u / (4 * .pi * radius) / Double(count)
      square += radius * radius / Double(count)
    }
    #expect(abs((3 + spaceCharge * push) / profile.meanSquares.core - 1) < 1e-5)
    // The midpoint rule misses most where the density ends.
    #expect(abs(square / profile.meanSquares.core - 1) < 1e-3)
  }

  /// With much charge: a uniform ball with K·ν = 3, that is ⟨ρ²⟩ = 3/5·(K/4π)^(2/3), and an edge
  /// whose width in units of the radius is 1/√3·(K/4π)^(−1/3) = 0.006.
  @Test func withMuchChargeTheDensityIsUniform() throws {
    let profile = try ThermalProfile(
      .init(spaceCharge: 1e7, temperatureRatio: 1, haloFraction: 0))
    let radius = Double.cbrt(1e7 / (4 * .pi))
    #expect(abs(profile.meanSquares.core / (0.6 * radius * radius) - 1) < 0.01)
    for u in [0.1, 0.5, 0.9] {
      #expect(abs(profile.radius(within: u, ofHalo: false) / (radius * Double.cbrt(u)) - 1) < 2e-3)
    }
  }

  /// Radii grow with the share within them, and lie on the solution's own knots.
  @Test func radiiAreInverseToShares() throws {
    let profile = try ThermalProfile(Self.equation(25, 0.05))
    for isHalo in [false, true] {
      var before = 0.0
      for n in 1..<2000 {
        let radius = profile.radius(within: Double(n) / 2000, ofHalo: isHalo)
        #expect(radius > before)
        before = radius
      }
      // ρ³ in the middle.
      let ratio =
        profile.radius(within: 8e-9, ofHalo: isHalo) / profile.radius(within: 1e-9, ofHalo: isHalo)
      #expect(abs(ratio - 2) < 1e-4)
      #expect(profile.radius(within: 1 - 0x1p-53, ofHalo: isHalo).isFinite)
    }
  }

  /// Core and halo have another momentum spread, and together the unit covariance: five standard
  /// errors, with the kurtosis of the mixture.
  @Test func samplesHaveTheCovarianceOfTheirShape() throws {
    let count = 100_000
    for description in [Self.thermal, Self.bithermal] as [any SizedDistribution] {
      let sized = try description.sized(for: Self.reference, charge: Self.charge)
      let points = try unitPoints(sized.distribution, count)
      for i in 0..<6 {
        let fourth = points.reduce(0) { $0 + $1[i].squared.squared } / Double(count)
        for j in 0..<6 {
          let product = points.reduce(0) { $0 + $1[i] * $1[j] } / Double(count)
          let tolerance = 5 * (max(fourth, 2) / Double(count)).squareRoot()
          #expect(abs(product - (i == j ? 1 : 0)) < tolerance, "\(i), \(j)")
        }
      }
    }
    // A mixture of two normal momenta: κ = 3·Σwⱼτⱼ²/(Σwⱼτⱼ)².
    let sized = try Self.bithermal.sized(for: Self.reference, charge: Self.charge)
    let points = try unitPoints(sized.distribution, count)
    let kurtosis = 3 * (0.95 + 0.05 * 625) / (0.95 + 0.05 * 25).squared
    for i in [1, 3, 5] {
      let fourth = points.reduce(0) { $0 + $1[i].squared.squared } / Double(count)
      let eighth = points.reduce(0) { $0 + $1[i].squared.squared.squared } / Double(count)
      let error = ((eighth - fourth * fourth) / Double(count)).squareRoot()
      #expect(abs(fourth - kurtosis) < 5 * error)
    }
  }

  @Test(arguments: [false, true])
  func aParticleDependsOnTheSeedAndItsNumberAlone(isQuiet: Bool) throws {
    let sized = try Self.bithermal.sized(for: Self.reference, charge: Self.charge)
    func beam(_ count: Int) -> InitialBeam {
      InitialBeam(
        sized.distribution, shape: sized.shape, particles: count, charge: Self.charge,
        isQuiet: isQuiet)
    }
    let long = try Bunch<Double>(beam(2000), reference: Self.reference)
    let short = try Bunch<Double>(beam(700), reference: Self.reference, workers: Workers(count: 3))
    let single = try Bunch<Float>(beam(700), reference: Self.reference)
    for i in 0..<700 {
      #expect(short[i] == long[i])
      for k in 0..<6 { #expect(single[i][k] == Double(Float(long[i][k]))) }
    }
  }

  /// The sign of the charge does not matter: particles of a bunch repel each other.
  @Test func antiprotonsAreThermalLikeProtons() throws {
    let antiprotons = ReferenceParticle<Double>(species: .antiproton, kineticEnergy: 0.1)
    let a = try Self.thermal.sized(for: Self.reference, charge: Self.charge).shape.transform
    let b = try Self.thermal.sized(for: antiprotons, charge: Self.charge).shape.transform
    for k in 0..<36 { #expect(a.entries[k] == b.entries[k]) }
  }

  @Test func aTemperatureOutOfReachIsNamed() {
    let cold = ThermalDistribution(k: 2 * .pi, kT: 1e-12)
    do {
      _ = try cold.sized(for: Self.reference, charge: Self.charge)
      Issue.record("a beam without temperature has a sharp edge")
    } catch {
      #expect(error.parameter == "kT")
    }
  }
}
