import PartialWaveStudies
import PartialWaves
import Testing

struct ProfileScanTests {
  /// A mass is known so well that the likelihood is nearly a parabola: both errors are within 8 % of
  /// that from the Hessian (the cubic term is of the order of 1/√N of the events in the peak).
  @Test func crossingsOfAMassAgreeWithTheHessian() throws {
    let fitted = try FittedModel(try SmallModel.load())
    let place = try #require(
      fitted.model.file.parameters.freeNames.firstIndex(of: "f0_1710.mass"))
    let scan = try ProfileScan(of: fitted, free: place)
    let error = try #require(scan.error)
    #expect(scan.lower.isFound && scan.upper.isFound)
    #expect((scan.upper.distance / error - 1).magnitude < 0.08)
    #expect((-scan.lower.distance / error - 1).magnitude < 0.08)
    #expect(scan.improvement < 1e-6)
    // A secant in √rise needs few points.
    #expect(scan.points.count <= 9)
  }

  /// The profile lies below the cut through the likelihood with the others kept, and never below the
  /// minimum.
  @Test func aProfileLiesBetweenTheMinimumAndTheCut() throws {
    let fitted = try FittedModel(try SmallModel.load())
    let place = try #require(
      fitted.model.file.parameters.freeNames.firstIndex(of: "f2_2340.width"))
    let scan = try ProfileScan(of: fitted, free: place, gridPoints: 5)
    for point in scan.points {
      var cut = fitted.point
      cut[place] = point.parameter
      let height = try fitted.model.likelihood.value(at: cut) - fitted.value
      #expect(point.rise <= height + 1e-8)
      #expect(point.rise >= -1e-8)
    }
  }

  @Test func twoStandardDeviationsAreFartherThanOne() throws {
    let fitted = try FittedModel(try SmallModel.load())
    let one = try ProfileScan(of: fitted, free: 0)
    let two = try ProfileScan(of: fitted, free: 0, rise: 2)
    // Twice as far on a parabola; 15 % for the cubic term at twice the distance.
    #expect((two.upper.distance / one.upper.distance / 2 - 1).magnitude < 0.15)
  }
}
