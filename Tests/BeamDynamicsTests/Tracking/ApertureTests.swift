import AutoDiff
import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Holes and obstacles of all outlines.
@Suite struct ApertureTests {
  private static let corners = [
    [0.018, -0.01], [0.018, 0.004], [0.005, 0.011], [-0.004, 0.002], [-0.017, 0.009],
    [-0.012, -0.011],
  ]

  /// One of each outline.
  static let shapes: [ApertureShape] = [
    .ellipse(x: 0.018, y: 0.01), .rectangle(x: 0.018, y: 0.01),
    .rectellipse(x: 0.016, y: 0.008, rx: 0.018, ry: 0.01),
    .racetrack(x: 0.018, y: 0.01, rx: 0.006, ry: 0.003),
    .octagon(x: 0.018, y: 0.01, angle1: 0.3, angle2: 0.9), .polygon(corners),
  ]

  /// Points all over the outlines and beside them, that single precision represents.
  private static func points(_ count: Int) -> [(x: Double, y: Double)] {
    (1...count).map { n in
      // Kronecker's sequence of the plastic number.
      let (u, v) = (Double(n) * 0.7548776662466927, Double(n) * 0.5698402909980532)
      return (
        Double(Float(0.05 * (u - u.rounded()))), Double(Float(0.03 * (v - v.rounded())))
      )
    }
  }

  struct Table: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable {
    let placement: [String: Double]
    let points: [[Double]]
    let isAlive: [Bool]
    let element: DescribedElement

    enum CodingKeys: CodingKey { case placement, points, isAlive }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      placement = try container.decode([String: Double].self, forKey: .placement)
      points = try container.decode([[Double]].self, forKey: .points)
      isAlive = try container.decode([Bool].self, forKey: .isAlive)
      element = try DescribedElement(from: decoder)
    }
  }

  @Test func everyPointHasTheFateOfTheTable() throws {
    let table: Table = try fixture("apertures.json")
    #expect(table.cases.count == 8)
    for entry in table.cases {
      let placement = Placement(
        dx: entry.placement["dx"] ?? 0, dy: entry.placement["dy"] ?? 0,
        tilt: entry.placement["tilt"] ?? 0)
      let line = Beamline([
        BeamlineElement("a", try entry.element.element(), placement: placement)
      ])
      let before = Bunch<Double>(
        entry.points.map { [$0[0], 1e-4, $0[1], -2e-4, 0, 0] },
        reference: TestBeam.protons.reference())
      var bunch = before
      try Tracker(line, workers: .one).track(&bunch)
      for (i, isAlive) in entry.isAlive.enumerated() {
        #expect(bunch.isAlive(i) == isAlive, "\(entry.element) at \(entry.points[i])")
        // In and out of a misplaced frame.
        for c in 0..<6 { #expect((bunch[i][c] - before[i][c]).magnitude <= 1e-17) }
      }
    }
  }

  @Test func theBoundaryIsInside() {
    func expect(
      _ shape: ApertureShape, inside points: [(Double, Double)], outside others: [(Double, Double)]
    ) {
      for (x, y) in points { #expect(shape.contains(x: x, y: y), "\(shape) at \(x), \(y)") }
      for (x, y) in others { #expect(!shape.contains(x: x, y: y), "\(shape) at \(x), \(y)") }
    }
    expect(
      .ellipse(x: 0.018, y: 0.01), inside: [(0.018, 0), (-0.018, 0), (0, 0.01), (0, -0.01)],
      outside: [((0.018).nextUp, 0), (0, -(0.01).nextUp)])
    expect(
      .rectangle(x: 0.018, y: 0.01), inside: [(0.018, 0.01), (-0.018, 0.003), (0.018, -0.01)],
      outside: [((0.018).nextUp, 0.01), (0, -(0.01).nextUp)])
    expect(
      .rectellipse(x: 0.25, y: 1, rx: 0.5, ry: 0.5), inside: [(0.25, 0.4), (0, -0.5)],
      outside: [((0.25).nextUp, 0), (0, (0.5).nextUp)])
    expect(
      .racetrack(x: 1, y: 0.75, rx: 0.5, ry: 0.25), inside: [(1, 0.5), (-0.5, 0.75), (0.8, 0.7)],
      outside: [((1.0).nextUp, 0), (0.9, 0.7), (-1, -0.75)])
    // The cut goes from (1, tan(π/4)/2) to …: exactly from (1, 0.5) to (0.5, 1).
    expect(
      .octagon(
        x: 1, y: 1, angle1: Double.atan(0.5), angle2: 0.5 * .pi - Double.atan(0.5)),
      inside: [(1, 0.4), (-0.4, 1), (0.74, 0.75)], outside: [(0.76, 0.75), (1, 0.51), (-0.51, -1)])
    let square: [[Double]] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    for corners in [square, square.reversed(), square + [square[0]]] {
      expect(
        .polygon(corners),
        inside: [
          (-1, -1), (1, -1), (1, 1), (-1, 1), (1, 0.3), (-1, 0.3), (0.2, 1), (0.2, -1), (0, 0),
        ],
        outside: [
          ((1.0).nextUp, 0), (-(1.0).nextUp, 1), (0, (1.0).nextUp), (0.5, -(1.0).nextUp), (3, 1),
        ])
    }
    // A slanted side, and its end.
    expect(
      .polygon([[0, 0], [2, 1], [0, 1]]), inside: [(0.5, 0.25), (1, 0.5), (2, 1), (1.5, 1)],
      outside: [(0.5, 0.25.nextDown), (2.1, 1), (1, 0.49)])
  }

  /// A corner that a horizontal line through the point passes counts once or not at all.
  @Test func theWindingNumberDecidesAboutPolygons() {
    let star = ApertureShape.polygon(
      (0..<5).map { i in
        let (s, c) = Double.sincos(0.8 * .pi * Double(i))
        return [c, s]
      })
    // It winds twice about the centre.
    #expect(star.contains(x: 0, y: 0) && star.contains(x: 0.9, y: 0))
    #expect(!star.contains(x: -0.6, y: 0))
    let two = ApertureShape.polygon([[0, 0], [1, 1], [2, 0], [2, 2], [0, 2]])
    #expect(two.contains(x: 0.5, y: 1) && two.contains(x: 1, y: 1))
    #expect(!two.contains(x: -0.5, y: 1) && !two.contains(x: 1, y: 0.5))
    #expect(!two.contains(x: -1, y: 0) && !two.contains(x: -1, y: 2))
  }

  /// A second implementation, by the sum of the angles under which the sides are seen.
  @Test func polygonsAgreeWithTheSumOfAngles() {
    let shape = ApertureShape.polygon(Self.corners)
    for (x, y) in Self.points(1000) {
      var sum = 0.0
      for (i, a) in Self.corners.enumerated() {
        let b = Self.corners[(i + 1) % Self.corners.count]
        let (ax, ay, bx, by) = (a[0] - x, a[1] - y, b[0] - x, b[1] - y)
        sum += Double.atan2(y: ax * by - ay * bx, x: ax * bx + ay * by)
      }
      #expect(shape.contains(x: x, y: y) == (sum.magnitude > 1), "\(x), \(y)")
    }
  }

  /// Lanes decide as single numbers do, each for itself.
  @Test(arguments: shapes)
  func lanesDecideLikeSingleNumbers(_ shape: ApertureShape) {
    func check<S: ParticleScalar, T: ParticleScalar>(
      _: S.Type, _: T.Type, _ lane: (S, Int) -> Double, _ set: (Double, inout S, Int) -> Void
    ) where T.Mask == Bool {
      for side in ApertureShape.Side.allCases {
        var shape = shape
        shape.absorbed = side
        let points = Self.points(160)
        let (lanes, single) = (ApertureRegion<S>(shape), ApertureRegion<T>(shape))
        for first in stride(from: 0, to: 160, by: S.laneCount) {
          var (x, y) = (S.zero, S.zero)
          for i in 0..<S.laneCount {
            set(points[first + i].x, &x, i)
            set(points[first + i].y, &y, i)
          }
          let mask = lanes.passes(x, y)
          for i in 0..<S.laneCount {
            let (x, y) = points[first + i]
            #expect(S.isTrue(mask, lane: i) == single.passes(T(x), T(y)), "\(x), \(y)")
          }
        }
      }
    }
    check(Lanes<DoubleX8>.self, Double.self, { $0[$1] }, { $1[$2] = $0 })
    check(Lanes<FloatX16>.self, Float.self, { Double($0[$1]) }, { $1[$2] = Float($0) })
  }

  @Test(arguments: shapes)
  func anObstacleStopsWhatAHoleLetsPass(_ shape: ApertureShape) {
    var obstacle = shape
    obstacle.absorbed = .inside
    let (hole, other) = (ApertureRegion<Double>(shape), ApertureRegion<Double>(obstacle))
    for (x, y) in Self.points(200) {
      #expect(hole.passes(x, y) != other.passes(x, y))
      #expect(hole.passes(x, y) == shape.contains(x: x, y: y))
    }
    for (x, y) in [(.nan, 0), (0, .nan), (.nan, .nan)] as [(Double, Double)] {
      #expect(!hole.passes(x, y) && !other.passes(x, y))
    }
  }

  /// A mask of holes 3 mm and 2 mm apart, and one of which is displaced.
  @Test func masksAreRepeated() {
    var mask = ApertureShape.ellipse(x: 1e-3, y: 0.5e-3)
    mask.period = [3e-3, 2e-3]
    for (i, j) in [(0, 0), (1, 0), (-2, 3), (5, -1)] {
      let (x, y) = (3e-3 * Double(i), 2e-3 * Double(j))
      #expect(mask.contains(x: x, y: y) && mask.contains(x: x + 0.9e-3, y: y))
      #expect(!mask.contains(x: x + 1.1e-3, y: y) && !mask.contains(x: x, y: y - 0.6e-3))
      #expect(!mask.contains(x: x + 1.5e-3, y: y) && !mask.contains(x: x - 0.9e-3, y: y + 0.4e-3))
    }
    // Only in x; and from another centre.
    mask.period = [3e-3, 0]
    mask.offset = [1e-3, -1e-3]
    #expect(mask.contains(x: -2e-3, y: -1e-3) && mask.contains(x: 4e-3, y: -0.6e-3))
    #expect(!mask.contains(x: 1e-3, y: 1e-3) && !mask.contains(x: 2.5e-3, y: -1e-3))
    // What is not symmetric is repeated, and not mirrored.
    var triangles = ApertureShape.polygon([[0, 0], [1, 0], [1, 1]])
    triangles.period = [4, 4]
    for x in [-8.0, -4, 0, 4] {
      #expect(triangles.contains(x: x + 0.75, y: -3.5) && !triangles.contains(x: x + 0.25, y: 0.5))
      #expect(!triangles.contains(x: x - 0.75, y: 0.5))
    }
  }

  @Test func halfAxesMayBeSmallOrZero() {
    let tiny = ApertureShape.ellipse(x: 1e-170, y: 2e-170)
    #expect(tiny.contains(x: 0.9e-170, y: 0) && !tiny.contains(x: 1.1e-170, y: 0))
    #expect(!tiny.contains(x: 0.8e-170, y: 1.8e-170))
    let line = ApertureShape.ellipse(x: 0, y: 1)
    #expect(line.contains(x: 0, y: 0.5) && !line.contains(x: 1e-300, y: 0.5))
    #expect(!line.contains(x: 0, y: 1.5))
    let point = ApertureShape.rectangle(x: 0, y: 0)
    #expect(point.contains(x: 0, y: -0.0) && !point.contains(x: 0, y: 1e-300))
    #expect(!ApertureShape.ellipse(x: 0, y: 0).contains(x: 1, y: 1))
  }

  /// A loss has place, path length and cause as at the aperture of any element; neighbours that are
  /// linear are not merged across it.
  @Test func anApertureIsAPlaceOfLoss() throws {
    func line(_ plate: BeamlineElement) -> Beamline {
      Beamline([
        BeamlineElement("d", Drift(length: 1, model: .linear)), plate,
        BeamlineElement("e", Drift(length: 1, model: .linear)),
      ])
    }
    let hole = ApertureShape.racetrack(x: 2e-3, y: 2e-3, rx: 1e-3, ry: 1e-3)
    let placement = Placement(dx: 1e-4, tilt: 0.2)
    var marked = placement
    marked.aperture = PlacedAperture(hole)
    var options = TrackingOptions()
    options.moments = .none
    var results: [(Bunch<Double>, [ParticleLoss])] = []
    for plate in [
      BeamlineElement("plate", Aperture(hole), placement: placement),
      BeamlineElement("plate", Marker(), placement: marked),
    ] {
      var bunch = Bunch<Double>.spread(700)
      results.append((bunch, try Tracker(line(plate), options: options).track(&bunch)))
      results[results.count - 1].0 = bunch
    }
    #expect(!results[0].1.isEmpty && results[0].1.count < 700)
    #expect(results[0].1 == results[1].1)
    #expect(results[0].1.allSatisfy { $0.cause == .aperture && $0.place == 1 && $0.s == 1 })
    for i in 0..<700 { #expect(results[0].0[i] == results[1].0[i]) }
  }

  @Test func mistakesAreNamed() {
    #expect(Self.shapes.allSatisfy { $0.mistakes.isEmpty })
    func expect(_ shape: ApertureShape, _ words: String) {
      #expect(shape.mistakes.contains { $0.contains(words) }, "\(shape.mistakes)")
    }
    expect(.polygon([[0, 0], [1, 1]]), "three vertices")
    expect(.polygon([[0, 0], [1, 1], [1]]), "two numbers")
    expect(.racetrack(x: 1, y: 1, rx: 2, ry: 0.5), "larger than the racetrack")
    expect(.octagon(x: 1, y: 1, angle1: 1, angle2: 1.2), "tan(angle1)")
    expect(.octagon(x: 1, y: 1, angle1: 0.1, angle2: 0.2), "tan(angle1)")
    var shape = ApertureShape.ellipse(x: 1, y: 1)
    shape.offset = [1]
    expect(shape, "offset needs two numbers")
    shape.period = [1, -1]
    expect(shape, "repeat must not be negative")
  }
}
