import AutoDiff
import BeamDynamics
import Communication
import Testing

@testable import Sensitivity

/// Apertures of all outlines with a soft edge.
@Suite struct SmoothedLossTests {
  /// One of each outline, some of them beside the axis; a polygon with a corner inwards, one beside
  /// its centre, and an obstacle.
  static let shapes: [ApertureShape] = {
    var shapes: [ApertureShape] = [
      .ellipse(x: 0.018, y: 0.01), .rectangle(x: 0.018, y: 0.01),
      .rectellipse(x: 0.016, y: 0.008, rx: 0.018, ry: 0.01),
      .racetrack(x: 0.018, y: 0.01, rx: 0.006, ry: 0.003),
      .racetrack(x: 0.018, y: 0.01, rx: 0.006, ry: 0),
      .racetrack(x: 0.018, y: 0.01, rx: 0.018, ry: 0.01),
      .octagon(x: 0.018, y: 0.01, angle1: 0.3, angle2: 0.9),
      .polygon([
        [0.018, -0.01], [0.018, 0.004], [0.005, 0.011], [-0.004, 0.002], [-0.017, 0.009],
        [-0.012, -0.011],
      ]),
      .polygon([[0.006, -0.02], [0.02, -0.02], [0.02, 0.02], [0.006, 0.02], [0.006, -0.02]]),
    ]
    shapes += shapes.map { shape in
      var other = shape
      other.offset = [2e-3, -1e-3]
      other.absorbed = .inside
      return other
    }
    var mask = ApertureShape.racetrack(x: 4e-3, y: 2e-3, rx: 1e-3, ry: 1e-3)
    mask.period = [0.01, 0.006]
    mask.offset = [1e-3, 0]
    return shapes + [mask]
  }()

  /// Points all over the outlines and beside them: Kronecker's sequence of the plastic number.
  private static func points(_ count: Int) -> [(x: Double, y: Double)] {
    (1...count).map { n in
      let (u, v) = (Double(n) * 0.7548776662466927, Double(n) * 0.5698402909980532)
      return (0.05 * (u - u.rounded()), 0.03 * (v - v.rounded()))
    }
  }

  private static func point(_ x: Double, _ y: Double) -> PhaseSpace<Double> {
    PhaseSpace(x: x, px: 0, y: y, py: 0, t: 0, pt: 0)
  }

  /// An edge of a relative width of 10⁻⁹ decides as the hard one, but for points closer to it than
  /// 10 nm·10⁻²: none of these.
  @Test(arguments: shapes)
  func aNarrowEdgeIsTheHardEdge(_ shape: ApertureShape) throws {
    let loss = try SmoothedLoss(at: shape, width: 1e-9)
    let region = ApertureRegion<Double>(shape)
    for (x, y) in Self.points(2000) {
      let found = loss(Self.point(x, y))
      #expect(found == (region.passes(x, y) ? 0 : 1), "\(shape) at \(x), \(y): \(found)")
    }
  }

  /// What an objective had with an ellipse alone, to the last bit.
  @Test func anEllipseKeepsItsValues() throws {
    let (a, b, w) = (2e-3, 3e-3, 0.2)
    let loss = SmoothedLoss(x: a, y: b, width: w)
    let same = try SmoothedLoss(at: .ellipse(x: a, y: b), width: w)
    for (x, y) in Self.points(100) {
      let r = Double.hypot(x * (1 / a), y * (1 / b))
      let expected = 0.5 + 0.5 * Double.tanh((r - 1.0) * (0.5 / w))
      #expect(loss(Self.point(x, y)) == expected && same(Self.point(x, y)) == expected)
    }
  }

  @Test func radiiAreThoseOfTheClosedForms() throws {
    func expect(_ shape: ApertureShape, _ x: Double, _ y: Double, _ radius: Double) throws {
      let found = try RelativeRadius(shape)(x, y)
      #expect((found - radius).magnitude <= 4e-16 * max(radius, 1), "\(shape): \(found)")
    }
    try expect(.rectangle(x: 2, y: 1), -3, 0.5, 1.5)
    try expect(.rectellipse(x: 2, y: 1, rx: 2.5, ry: 2.5), 1.5, 2, 2)
    try expect(.rectellipse(x: 2, y: 2, rx: 2.5, ry: 2.5), -1.5, 2, 1)
    // The corner's circle about (1, 1) is passed at (1 + 1/√2, 1 + 1/√2), and half way in.
    let diagonal = 1 + 0.5.squareRoot()
    try expect(.racetrack(x: 2, y: 2, rx: 1, ry: 1), diagonal, -diagonal, 1)
    try expect(.racetrack(x: 2, y: 2, rx: 1, ry: 1), 0.5 * diagonal, 0.5 * diagonal, 0.5)
    try expect(.racetrack(x: 2, y: 2, rx: 1, ry: 1), 2, 0.5, 1)
    try expect(.racetrack(x: 2, y: 2, rx: 1, ry: 1), 0, 0, 0)
    // A cut from (1, 1/2) to (1/2, 1): x + y = 3/2.
    let angle = Double.atan(0.5)
    try expect(.octagon(x: 1, y: 1, angle1: angle, angle2: 0.5 * .pi - angle), 0.6, -0.6, 0.8)
    try expect(.octagon(x: 1, y: 1, angle1: angle, angle2: 0.5 * .pi - angle), 0.2, 1.5, 1.5)
    // A square as a polygon: the distance from its sides and from its corners over 1.
    let square: [[Double]] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    try expect(.polygon(square), 0, 0, 0)
    try expect(.polygon(square), 0.25, 0.5, 0.5)
    try expect(.polygon(square), 4, 5, 6)
    // A jaw at x = 2 is measured by its distance from the axis.
    let jaw: [[Double]] = [[2, -10], [9, -10], [9, 10], [2, 10]]
    try expect(.polygon(jaw), 3, 1, 0.5)
    try expect(.polygon(jaw), 1, 1, 1.5)
  }

  /// Twice as far from the centre is twice the radius; one gauge for all that is not a polygon.
  @Test func theRadiusIsHomogeneous() throws {
    for shape in Self.shapes where shape.outline != .polygon && shape.period == [0, 0] {
      let radius = try RelativeRadius(shape)
      let center = (x: shape.offset[0], y: shape.offset[1])
      for (x, y) in Self.points(50) {
        let twice = radius(center.x + 2 * x, center.y + 2 * y)
        // Roundings of the coordinates about the centre, in units of the aperture.
        #expect((twice - 2 * radius(center.x + x, center.y + y)).magnitude < 1e-13)
      }
    }
  }

  /// Derivatives against central differences. Where a kink lies between the two points, they differ:
  /// at few points.
  @Test(arguments: shapes)
  func lossesAreDifferentiated(_ shape: ApertureShape) throws {
    let loss = try SmoothedLoss(at: shape, width: 0.3, dx: 1e-3, dy: -5e-4, tilt: 0.2)
    let step = 1e-7
    var kinks = 0
    for (x, y) in Self.points(200) + [(1e-3, -5e-4), (3e-3, -1.5e-3)] {
      let gradient = loss.gradient(at: Self.point(x, y))
      let alongX = (loss(Self.point(x + step, y)) - loss(Self.point(x - step, y))) / (2 * step)
      let alongY = (loss(Self.point(x, y + step)) - loss(Self.point(x, y - step))) / (2 * step)
      #expect(gradient[0].isFinite && gradient[2].isFinite)
      // Slopes are some 100/m; third derivatives of 10⁷ a metre cubed times h², and 10⁻¹⁶ over h.
      if (gradient[0] - alongX).magnitude > 1e-4 || (gradient[2] - alongY).magnitude > 1e-4 {
        kinks += 1
      }
      #expect(gradient[1] == 0 && gradient[3] == 0 && gradient[4] == 0 && gradient[5] == 0)
    }
    #expect(kinks <= 2, "\(shape)")
  }

  @Test func anOutlineWithoutASoftEdgeIsRefused() {
    for shape in [
      ApertureShape.ellipse(x: 0, y: 1), .rectangle(x: 1, y: 0),
      .rectellipse(x: 1, y: 1, rx: 0, ry: 1), .polygon([[0, 0], [1, 0], [0, 1]]),
      .polygon([[1, 0], [2, 0]]),
    ] {
      #expect(throws: UnsuitedOutline.self) { try SmoothedLoss(at: shape, width: 0.1) }
    }
  }
}
