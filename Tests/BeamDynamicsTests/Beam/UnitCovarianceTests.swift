import AutoDiff
import ParameterTables
import Testing

@testable import BeamTracking

/// Normal in all coordinates, but not as a distribution has to be: stretched, displaced, or with y
/// following x.
private struct WrongDistribution: Distribution {
  static let kind = "wrong"
  static let summary = "Not of unit covariance."
  static let parameters = ParameterTable<Self>([])
  static let uniformCount = 6
  var stretch = 1.0
  var offset = 0.0
  var following = 0.0
  var hole = 0.0

  func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    var z = GaussianDistribution().point(uniforms)
    z.px = stretch * z.px + offset
    z.y = following * z.x + (1 - following * following).squareRoot() * z.y
    if hole > 0 { z.t = 0 / (hole - hole) }
    return z
  }
}

@Suite struct UnitCovarianceTests {
  @Test(arguments: shapedKinds)
  func everyKindHasIt(_ kind: String) throws {
    let type = try #require(DistributionCatalog.standard[kind])
    #expect(type.init().mistakeOfUnitCovariance() == nil)
  }

  @Test func kindsWithSizesOfTheirOwnHaveIt() throws {
    for sized in [
      ThermalDistribution(k: 6, kT: 36e-6), EmptyDistribution(),
      BithermalDistribution(k: 6, kT: 36e-6, kTHalo: 900e-6, halo: 0.05),
    ] as [any SizedDistribution] {
      let own = try sized.sized(for: testReference, charge: 1e-12).distribution
      #expect(own.mistakeOfUnitCovariance() == nil)
    }
  }

  /// The standard error of a variance is √(2/16384) = 0.011: six of them and 0.02 are 0.09.
  @Test func oneThatHasItNotIsTold() throws {
    #expect(WrongDistribution().mistakeOfUnitCovariance() == nil)
    // A variance of 1.21 and of 0.81.
    for stretch in [1.1, 0.9] {
      let wide = WrongDistribution(stretch: stretch).mistakeOfUnitCovariance()
      #expect(wide?.hasPrefix("the variance of px is ") == true, "\(wide ?? "nothing")")
    }
    // A width between −1 and 1 instead of ±√3, as is easily forgotten, is a variance of 1/3.
    let narrow = WrongDistribution(stretch: 3.squareRoot() / 3).mistakeOfUnitCovariance()
    #expect(narrow?.contains("the variance of px is 0.3") == true)
    let displaced = WrongDistribution(offset: 0.1).mistakeOfUnitCovariance()
    #expect(displaced?.hasPrefix("the mean of px is 0.") == true, "\(displaced ?? "nothing")")
    let tied = WrongDistribution(following: 0.2).mistakeOfUnitCovariance()
    #expect(tied?.hasPrefix("the covariance of x and y is 0.") == true, "\(tied ?? "nothing")")
    #expect(
      WrongDistribution(hole: 1).mistakeOfUnitCovariance()
        == "t of a point is not a finite number")
    // More points see less: a variance of 1.04 with 400,000 of them, whose error is 0.002.
    let slight = WrongDistribution(stretch: 1.02)
    #expect(slight.mistakeOfUnitCovariance() == nil)
    #expect(slight.mistakeOfUnitCovariance(points: 400_000) != nil)
  }
}
