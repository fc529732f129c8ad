import AutoDiff
import Foundation
import Testing

@testable import PartialWaves

/// Channels of particles with different masses, above, between and below both of their thresholds.
struct UnequalMassTests {
  typealias Complex = ComplexNumber<Double>

  private struct Reference: Decodable {
    let mass: Double
    let g: [Double]
    let masses: [[Double]]
    let s: [Double]
    let re: [Double]
    let im: [Double]
  }

  /// Numbers of another program, see the fixture's own words. Some twenty roundings, and ten times that
  /// where m² − s has lost a digit.
  @Test func flatteIsThatOfAnotherProgram() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "flatte-unequal-masses", withExtension: "json", subdirectory: "Fixtures"))
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    let pairs = reference.masses.map { ($0[0], $0[1]) }
    let lineshape = DynamicLineshape(
      Flatte(
        mass: reference.mass, g: reference.g[0], rg: reference.g[1] / reference.g[0],
        first: pairs[0],
        second: pairs[1]), LineshapeSample.pions)
    // One of the points lies below both pseudo-thresholds, (m₁ − m₂)².
    #expect(reference.s[0] < 0.19)
    for (i, s) in reference.s.enumerated() {
      let exact = Complex(reference.re[i], reference.im[i])
      #expect((lineshape.amplitude(at: s) - exact).magnitude <= 1e-13 * exact.magnitude, "s = \(s)")
    }
  }

  /// F₁ = ((1 − iKρ)⁻¹P)₁ by Cramer's rule, with ρ from complex roots. Near a pole K is large and cancels:
  /// the points stay 1e-3 GeV² away from them, where 1e-16·(g²/1e-3)² and a hundred roundings remain.
  @Test func theKMatrixIsThePlainFormula() {
    var matrix = KMatrix(of: LineshapeSample.kaonAndPion)
    (matrix.mass2a, matrix.mass2b) = (0.493677, 0.95778)
    matrix.masses = [1.21, 1.74]
    matrix.g1 = [0.5, 0.3]
    matrix.g2 = [0.2, -0.6]
    matrix.background = [0.1, -0.3, 0.2]
    matrix.betaReal = [1, 0.4]
    matrix.betaImaginary = [0.3, -0.2]
    matrix.productionReal = [0.2, -0.1]
    matrix.productionImaginary = [0, 0.3]
    let decay = LineshapeSample.kaonAndPion
    let lineshape = DynamicLineshape(matrix, decay)
    let pairs = [decay.masses, (matrix.mass2a, matrix.mass2b)]
    for s in [0.05, 0.1, 0.2, 0.3, 0.39, 0.45, 1.0, 1.4, 1.9, 2.2, 2.9, 3.2, 5.0] {
      func root(_ x: Double) -> Complex {
        x < 0 ? Complex(0, (-x).squareRoot()) : Complex(x.squareRoot())
      }
      let rho = pairs.map { a, b in
        root(s - (a + b) * (a + b)) * root(s - (a - b) * (a - b)) * (1 / s)
      }
      let g = [matrix.g1, matrix.g2]
      let poles = matrix.masses.map { 1 / ($0 * $0 - s) }
      func k(_ i: Int, _ j: Int) -> Double {
        (0..<2).reduce(matrix.background[i + j]) { (sum: Double, n: Int) in
          sum + g[i][n] * g[j][n] * poles[n]
        }
      }
      let p = (0..<2).map { j in
        (0..<2).reduce(Complex(matrix.productionReal[j], matrix.productionImaginary[j])) {
          $0 + Complex(matrix.betaReal[$1], matrix.betaImaginary[$1]) * (g[j][$1] * poles[$1])
        }
      }
      let i = Complex(0, 1)
      func m(_ row: Int, _ column: Int) -> Complex {
        Complex(row == column ? 1 : 0) - i * rho[column] * k(row, column)
      }
      let determinant = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0)
      let exact = (p[0] * m(1, 1) - p[1] * m(0, 1)) / determinant
      #expect((lineshape.amplitude(at: s) - exact).magnitude <= 1e-11 * exact.magnitude, "s = \(s)")
    }
  }

  /// ρ is continuous in s across the pseudo-threshold but for its root, and the sign is that of two roots.
  @Test func phaseSpaceIsContinuedBelowThePseudothreshold() {
    let threshold = TwoBodyThreshold<Double>((0.938272, 0.493677))
    func rho(_ s: Double) -> Complex { threshold.phaseSpace(s, inverse: 1 / s) }
    #expect(rho(0.5).real == 0 && rho(0.5).imaginary > 0)
    #expect(rho(3).real > 0 && rho(3).imaginary == 0)
    // Of another program.
    #expect((rho(0.09883235701250001).real + 4.443763116360523).magnitude < 1e-13)
    #expect(rho(0.09883235701250001).imaginary == 0)
  }
}
