import AutoDiff
import Foundation
import Testing

@testable import BeamTracking

/// The densities of distributions, by the test of Kolmogorov and Smirnov.
@Suite struct DistributionDensityTests {
  private let count = 100_000

  /// √N times the largest difference between the fraction of the sample below a value and
  /// `integral`, that of the density.
  ///
  /// It exceeds d with the probability 2e^(−2d²) (N. Smirnov, Ann. Math. Stat. 19, 279 (1948)): 2.2
  /// with 1.3·10⁻⁴.
  private func distance(_ sample: [Double], _ integral: (Double) -> Double) -> Double {
    var largest = 0.0
    let n = Double(sample.count)
    for (i, value) in sample.sorted().enumerated() {
      let expected = integral(value)
      largest = max(largest, Double(i + 1) / n - expected, expected - Double(i) / n)
    }
    return largest * n.squareRoot()
  }

  /// Φ, the integral of the normal density.
  private func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.squareRoot()) }

  private func points(_ distribution: any Distribution) throws -> [PhaseSpace<Double>] {
    try unitPoints(distribution, count)
  }

  /// The density (Φ((t + L)/s) − Φ((t − L)/s))/(2L), integrated: with g(z) = zΦ(z) + φ(z), whose
  /// derivative is Φ.
  private func plateau(rise: Double) -> (Double) -> Double {
    let ratio = rise / 1.2815515655446004
    let half = 1 / (1.0 / 3 + ratio * ratio).squareRoot()
    let edge = ratio * half
    func g(_ z: Double) -> Double {
      z * self.normal(z) + exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }
    return { t in edge * (g((t + half) / edge) - g((t - half) / edge)) / (2 * half) }
  }

  @Test(arguments: [0.02, 0.1, 0.4, 1])
  func aFlatTopHasAPlateauWithSoftEdges(rise: Double) throws {
    let sample = try points(FlatTopDistribution(rise: rise)).map(\.t)
    #expect(distance(sample, plateau(rise: rise)) < 2.2)
    // The test sees an edge that is too soft, or a plateau that is three percent too long. Where the
    // edges are as wide as the plateau, their width hardly matters.
    if rise < 1 { #expect(distance(sample, plateau(rise: rise + 0.2)) > 2.2) }
    #expect(distance(sample.map { 1.03 * $0 }, plateau(rise: rise)) > 2.2)
  }

  @Test func theRiseOfAFlatTopIsFromTenToNinetyPercent() {
    let flat = FlatTopDistribution(rise: 0.25)
    let (half, edge) = flat.lengths
    // Where the current has 10 % and 90 % of the plateau's: of a plateau so long that the other edge
    // is eight deviations away and more.
    func current(_ t: Double) -> Double { normal((t + half) / edge) - normal((t - half) / edge) }
    #expect(abs(current(-half - 0.125 * 2 * half) - 0.1) < 1e-10)
    #expect(abs(current(-half + 0.125 * 2 * half) - 0.9) < 1e-10)
    let rectangle = FlatTopDistribution(rise: 0).lengths
    // One rounding of a root and of a quotient each.
    #expect(abs(rectangle.plateau / 3.squareRoot() - 1) < 4e-16 && rectangle.edge == 0)
  }

  @Test func theTransversePlanesOfAFlatTopAreAsTheWordSays() throws {
    // The fraction within a radius: r²/4 of a uniform disc, 1 − e^(−r²/2) of a normal one; of a ball
    // of four dimensions (r²/6)².
    let uniform = try points(FlatTopDistribution(rise: 0.1, transverse: .uniform))
    let disc = uniform.map { $0.x.squared + $0.y.squared }
    #expect(distance(disc) { min($0 / 4, 1) } < 2.2)
    #expect(distance(uniform.map(\.px), normal) < 2.2)
    let gaussian = try points(FlatTopDistribution(rise: 0.1, transverse: .gaussian))
    let normalDisc = gaussian.map { $0.x.squared + $0.y.squared }
    #expect(distance(normalDisc) { 1 - exp(-$0 / 2) } < 2.2)
    #expect(distance(disc) { 1 - exp(-$0 / 2) } > 2.2)
    let waterbag = try points(FlatTopDistribution(rise: 0.1, transverse: .waterbag))
    let ball = waterbag.map { $0.x.squared + $0.px.squared + $0.y.squared + $0.py.squared }
    #expect(distance(ball) { min($0 * $0 / 36, 1) } < 2.2)
    for transverse in [uniform, gaussian, waterbag] {
      #expect(distance(transverse.map(\.pt), normal) < 2.2)
      #expect(distance(transverse.map(\.t), plateau(rise: 0.1)) < 2.2)
    }
  }

  @Test func anEllipsoidIsUniformInThreeDimensions() throws {
    let sample = try points(EllipsoidDistribution())
    let cube = 5 * 5.squareRoot()
    let radius = sample.map { ($0.x.squared + $0.y.squared + $0.t.squared).squareRoot() }
    #expect(distance(radius) { min($0 * $0 * $0 / cube, 1) } < 2.2)
    // Any projection of a uniform ball has the density 3(1 − u²)/4 with u = x/√5; the last is of an
    // oblique direction.
    func projection(_ x: Double) -> Double {
      let u = max(-1, min(1, x / 5.squareRoot()))
      return 0.5 + 0.75 * (u - u * u * u / 3)
    }
    #expect(distance(sample.map(\.x), projection) < 2.2)
    #expect(distance(sample.map(\.y), projection) < 2.2)
    #expect(distance(sample.map(\.t), projection) < 2.2)
    #expect(distance(sample.map { (2 * $0.x - $0.y + 2 * $0.t) / 3 }, projection) < 2.2)
    for momenta in [sample.map(\.px), sample.map(\.py), sample.map(\.pt)] {
      #expect(distance(momenta, normal) < 2.2)
    }
    #expect(distance(sample.map(\.px), projection) > 2.2)
  }

  @Test(arguments: [0, 0.3, 0.8, 1])
  func aHollowBeamIsUniformInItsRing(inner: Double) throws {
    let sample = try points(HollowDistribution(inner: inner))
    let outer = 4 / (1 + inner * inner)
    let hole = inner * inner * outer
    let squares = sample.map { $0.x.squared + $0.y.squared }
    // A ring of no width: to the roundings of a sum of two squares.
    #expect(squares.allSatisfy { $0 > hole * (1 - 1e-15) && $0 < outer * (1 + 1e-15) })
    if inner < 1 {
      #expect(distance(squares) { max(0, min(1, ($0 - hole) / (outer - hole))) } < 2.2)
    }
    let angles = sample.map { atan2($0.y, $0.x) }
    #expect(distance(angles) { 0.5 + $0 / (2 * Double.pi) } < 2.2)
    let edge = 3.squareRoot()
    #expect(distance(sample.map(\.t)) { 0.5 + 0.5 * max(-1, min(1, $0 / edge)) } < 2.2)
    #expect(distance(sample.map(\.py), normal) < 2.2)
  }

  @Test func aHaloIsAddedToItsCoreByWeight() throws {
    let mixture = try MixtureDistribution([
      MixtureComponent(weight: 9, GaussianDistribution()),
      MixtureComponent(weight: 1, GaussianDistribution(), scale: 3),
    ])
    // ⟨x²⟩ = 0.9·1 + 0.1·9 in the core's units.
    let core = 1 / 1.8.squareRoot()
    let sample = try points(mixture).map(\.x)
    func integral(halo: Double) -> (Double) -> Double {
      { x in (1 - halo) * self.normal(x / core) + halo * self.normal(x / (3 * core)) }
    }
    #expect(distance(sample, integral(halo: 0.1)) < 2.2)
    #expect(distance(sample, integral(halo: 0.13)) > 2.2)
  }
}
