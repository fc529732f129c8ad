import Foundation
import PartialWaveStudies
import Testing

struct TailProbabilityTests {
  /// scipy 1.x, `scipy.stats.chi2.sf(x, k)`, good to some 1e-14.
  @Test(
    arguments: [
      (3.84, 1, 0.05004352124870519), (25, 10, 0.005345505487134069),
      (0.5, 7, 0.9994464813904249), (1000, 900, 0.010994608942135844),
    ] as [(Double, Int, Double)])
  func theChiSquareTailHasKnownValues(_ x: Double, _ degrees: Int, _ expected: Double) {
    let p = TailProbability(chiSquare: x, degrees: degrees).value
    // k = 900: the exponent is a difference of numbers near 3000, each good to one ulp.
    #expect((p / expected - 1).magnitude < 1e-12)
  }

  /// `scipy.stats.chi2.logsf(300, 59)`; and ln P(χ²₂ ≥ x) = −x/2 exactly, where P itself is no number.
  @Test func theFarTailIsKnownByItsLogarithm() {
    #expect(
      (TailProbability(chiSquare: 300, degrees: 59).logarithm + 76.55714487100316).magnitude < 1e-10
    )
    let far = TailProbability(chiSquare: 5000, degrees: 2)
    #expect((far.logarithm + 2500).magnitude < 1e-9)
    #expect(far.value == 0)
    #expect((far.decimalLogarithm + 2500 / log(10.0)).magnitude < 1e-9)
  }

  /// For an even number of degrees the tail is a finite sum: e^(−x/2) Σ (x/2)ⁱ/i!, i < k/2.
  @Test(arguments: [2, 4, 10, 60], [0.1, 3, 20, 100] as [Double])
  func evenDegreesGiveAPoissonSum(_ degrees: Int, _ x: Double) {
    var (term, sum) = (1.0, 1.0)
    for i in 1..<max(degrees / 2, 1) {
      term *= x / 2 / Double(i)
      sum += term
    }
    let expected = log(sum) - x / 2
    let p = TailProbability(chiSquare: x, degrees: degrees)
    // Near p = 1 the sum above is rounded to 1e-16 itself.
    let tolerance: Double = 1e-12 * max(1, expected.magnitude)
    #expect((p.logarithm - expected).magnitude < tolerance)
  }

  /// `scipy.stats.norm.isf`.
  @Test func significancesAreNormalQuantiles() {
    #expect(
      (TailProbability(logarithm: log(1e-300)).significance - 37.0470962993612).magnitude < 1e-10)
    #expect(
      (TailProbability(logarithm: log(0.3)).significance - 0.5244005127080409).magnitude < 1e-13)
    #expect(
      (TailProbability(logarithm: log(0.7)).significance + 0.5244005127080409).magnitude < 1e-13)
    #expect(TailProbability(logarithm: 0).significance == -.infinity)
  }

  @Test(arguments: [-6, -1, 0, 0.3, 2, 5, 30, 100] as [Double])
  func aSignificanceComesBack(_ z: Double) {
    // Far below 0 the tail is 1 up to rounding: z = −6 is known to 1e-16/φ(6) = 2e-8.
    let tolerance: Double = z < -3 ? 1e-7 : 1e-12 * max(1, z)
    #expect((TailProbability(normal: z).significance - z).magnitude < tolerance)
  }

  @Test(arguments: [0.5, 3, 8] as [Double])
  func oneDegreeOfFreedomHasItsRootAsTwoSidedSignificance(_ z: Double) {
    let p = TailProbability(chiSquare: z * z, degrees: 1)
    #expect((p.twoSidedSignificance - z).magnitude < 1e-12 * max(1, z))
  }

  @Test func withoutDegreesOfFreedomNothingIsSurprising() {
    #expect(TailProbability(chiSquare: 0, degrees: 0).value == 1)
    #expect(TailProbability(chiSquare: -1e-9, degrees: 3).value == 1)
  }
}
