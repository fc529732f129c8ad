import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Elements that are displaced together.
@Suite struct GirderTests {
  private func track(
    _ line: Beamline, _ beam: TestBeam = .electrons, slices: Int = 1
  ) throws -> [PhaseSpace<Double>] {
    var bunch = Bunch<Double>(count: beam.points.count, reference: beam.reference())
    for (i, z) in beam.points.enumerated() { bunch[i] = z }
    var options = TrackingOptions()
    options.slices = slices
    let losses = try Tracker(line, options: options).track(&bunch)
    #expect(losses.isEmpty)
    return beam.points.indices.map { bunch[$0] }
  }

  private func expectEqual(
    _ a: [PhaseSpace<Double>], _ b: [PhaseSpace<Double>], within tolerance: Double,
    _ comment: String = ""
  ) {
    for (p, q) in zip(a, b) {
      for i in 0..<6 {
        #expect(
          (p[i] - q[i]).magnitude <= tolerance,
          "\(PhaseSpace<Double>.names[i]): \(p[i] - q[i]) \(comment)")
      }
    }
  }

  /// A girder with the six numbers of a placement.
  private func girder(_ placement: Placement, under places: Range<Int>) -> Girder {
    Girder(
      "g", under: places, dx: placement.dx, dy: placement.dy, dz: placement.dz,
      pitch: placement.pitch, yaw: placement.yaw, tilt: placement.tilt, pivot: placement.pivot)
  }

  /// The pivots are the same points: not a bit differs but where the element's own error takes the
  /// shorter formula of displacements across the flight.
  @Test(arguments: [Placement.shifted, .displaced, .displacedAtEntrance])
  func aGirderUnderOneElementIsTheElementsOwnError(_ placement: Placement) throws {
    var rolled = Bend(length: 0.6, angle: 0.4)
    rolled.refTilt = 0.3
    let elements: [any Element] = [
      Quadrupole(length: 0.3, k1: 4), Quadrupole(length: 0.3, k1: 4, model: .linear),
      Bend(length: 0.6, angle: 0.4), rolled, ThinMultipole(normal: [0, 1, 20]),
    ]
    for element in elements {
      for slices in [1, 3] {
        let own = Beamline([BeamlineElement("e", element, placement: placement)])
        var item = BeamlineElement("e", element)
        item.placement.pivot = placement.pivot
        let carried = try Beamline([item]).mounted(on: girder(placement, under: 0..<1))
        expectEqual(
          try track(own, slices: slices), try track(carried, slices: slices), within: 1e-16,
          "\(element)")
      }
    }
  }

  /// Magnets of all shapes, some with errors of their own, and a change of the frame of reference.
  private func line(ownErrors: Bool) -> Beamline {
    var rolled = Bend(length: 0.5, angle: -0.3, k1: 0.4)
    rolled.refTilt = 0.7
    let errors = ownErrors ? Placement.samples : [Placement()]
    func placement(_ i: Int) -> Placement { errors[i % errors.count] }
    return Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.4, model: .exact)),
        BeamlineElement(
          "q", Quadrupole(length: 0.3, k1: 4, model: .exact), placement: placement(2)),
        BeamlineElement("b", Bend(length: 0.6, angle: 0.5), slices: 2, placement: placement(3)),
        BeamlineElement("r", rolled, placement: placement(2)),
        BeamlineElement("s", Sextupole(length: 0.2, k2: 30), placement: placement(1)),
        BeamlineElement("t", ThinDipole(angle: 0.1, radius: 2), placement: placement(0)),
        BeamlineElement("p", Patch(dx: 2e-3, dz: 0.1, pitch: 1e-3, yaw: -2e-3, tilt: 0.3)),
      ], order: [0, 1, 0, 2, 1, 6, 3, 0, 4, 5, 0])
  }

  /// A frame by plain matrices: an independent formula, with all subtractions.
  private struct Frame {
    var origin: [Double]
    /// axes[i][j]: component i of axis j.
    var axes: [[Double]]

    static func * (a: Self, v: [Double]) -> [Double] {
      (0..<3).map { i -> Double in
        (0..<3).reduce(a.origin[i]) { (sum: Double, j: Int) in sum + a.axes[i][j] * v[j] }
      }
    }
    /// b, which is seen from a, seen from where a is.
    static func * (a: Self, b: Self) -> Self {
      Self(
        origin: a * b.origin,
        axes: (0..<3).map { i -> [Double] in
          (0..<3).map { j -> Double in
            (0..<3).reduce(0) { (sum: Double, k: Int) in sum + a.axes[i][k] * b.axes[k][j] }
          }
        })
    }
    var inverse: Self {
      let turned = (0..<3).map { i in (0..<3).map { axes[$0][i] } }
      let back = (0..<3).map { i in (0..<3).reduce(0) { $0 - turned[i][$1] * origin[$1] } }
      return Self(origin: back, axes: turned)
    }

    /// R_y(yaw)·R_x(−pitch)·R_z(tilt) and (dx, dy, dz).
    init(_ p: Placement) {
      func rotation(_ i: Int, _ j: Int, _ angle: Double) -> Self {
        var m: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        (m[i][i], m[j][j]) = (Double.cos(angle), Double.cos(angle))
        (m[i][j], m[j][i]) = (-Double.sin(angle), Double.sin(angle))
        return Self(origin: [0, 0, 0], axes: m)
      }
      self = rotation(2, 0, p.yaw) * rotation(1, 2, -p.pitch) * rotation(0, 1, p.tilt)
      origin = [p.dx, p.dy, p.dz]
    }
    init(origin: [Double], axes: [[Double]]) {
      self.origin = origin
      self.axes = axes
    }
    init(_ particle: ReferenceParticle<Double>) {
      let (r, u, f) = (
        particle.orientation.right, particle.orientation.up, particle.orientation.forward
      )
      origin = [particle.position.x, particle.position.y, particle.position.z]
      axes = [[r.x, u.x, f.x], [r.y, u.y, f.y], [r.z, u.z, f.z]]
    }
    var body: BodyFrame<Double> {
      func column(_ j: Int) -> Vector3<Double> { Vector3(axes[0][j], axes[1][j], axes[2][j]) }
      return BodyFrame(
        origin: Vector3(origin[0], origin[1], origin[2]),
        axes: Orientation(right: column(0), up: column(1), forward: column(2)))
    }
  }

  /// One change of frame at the start and one at the end of the line, with errors of its elements and
  /// without: all that stands on the girder is moved as one body.
  ///
  /// Some 20 frames are left and entered in the line on the girder, at distances of up to 3 m, where
  /// the judge has two: 4e-16 each.
  @Test(arguments: [Placement.displaced, .displacedAtEntrance], [false, true])
  func aGirderUnderTheWholeLineIsOneChangeOfFrame(
    _ placement: Placement, _ ownErrors: Bool
  ) throws {
    let line = line(ownErrors: ownErrors)
    for beam in TestBeam.allCases {
      let start: ReferenceParticle<Double> = beam.reference()
      var end = start
      for place in 0..<line.count { line[place: place].element.advance(&end, over: Slice()) }
      // The pivot in the frame of the entrance.
      var pivot = Frame(start)
      if placement.pivot == .center {
        let chord = Frame(end).origin
        let length = chord.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let z = chord.map { $0 / length }
        // The rotation about z × (0, 0, 1) that takes (0, 0, 1) to the chord: yaw and pitch about
        // axes that are turned into its plane.
        let direction = Double.atan2(y: z[1], x: z[0])
        let angle = Double.atan2(y: (z[0] * z[0] + z[1] * z[1]).squareRoot(), x: z[2])
        pivot =
          Frame(Placement(tilt: direction)) * Frame(Placement(yaw: angle))
          * Frame(Placement(tilt: -direction))
        pivot.origin = chord.map { 0.5 * $0 }
      }
      let motion = pivot * Frame(placement) * pivot.inverse
      let exit = Frame(end).inverse * motion * Frame(end)
      let (into, out) = (
        FrameChange(into: motion.body, start), FrameChange(into: exit.body, end).inverse
      )
      var bunch = Bunch<Double>(count: beam.points.count, reference: start)
      for (i, point) in beam.points.enumerated() {
        var z = point
        #expect(into.move(&z))
        bunch[i] = z
      }
      try Tracker(line).track(&bunch)
      let expected = beam.points.indices.map { i in
        var z = bunch[i]
        #expect(out.move(&z))
        return z
      }
      let carried = try line.mounted(on: girder(placement, under: 0..<line.count))
      expectEqual(try track(carried, beam), expected, within: 2e-14, "\(beam)")
    }
  }

  /// The frame at a cut is the same from both sides.
  @Test func slicesDoNotChangeThePathOnAGirder() throws {
    let line = Beamline([
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
      BeamlineElement("b", Bend(length: 0.6, angle: 0.5), placement: .displaced),
    ])
    let carried = try line.mounted(on: girder(.displaced, under: 0..<2))
    expectEqual(try track(carried, slices: 4), try track(carried), within: 2e-16)
  }

  /// Where the angle of a bend follows from its field, the girder's ends follow from the energy.
  @Test func theEnergyPlacesAGirderUnderABendWithAField() throws {
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let field = 0.4 / 0.6 * reference.rigidity
    func carried(_ bending: Bend.Bending) throws -> Beamline {
      try Beamline([
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4)),
        BeamlineElement("b", Bend(length: 0.6, bending)),
      ]).mounted(on: girder(.displaced, under: 0..<2))
    }
    expectEqual(
      try track(carried(.field(field)), slices: 3), try track(carried(.angle(0.4)), slices: 3),
      within: 1e-16)
  }

  /// Linear elements stay affine, by changes of frame to first order: what two of them in the middle of a
  /// girder leave is of second order, and a quarter for half the displacement.
  @Test func linearElementsOnAGirderAreMovedToFirstOrder() throws {
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let items = [
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .linear)),
      BeamlineElement("p", Quadrupole(length: 0.2, k1: -3, model: .linear)),
    ]
    let point = TestBeam.electrons.points[5]
    func deviation(_ size: Double) throws -> Double {
      var placement = Placement()
      for degree in DegreeOfFreedom.allCases {
        placement.displacement[degree] = size * Placement.displaced.displacement[degree]
      }
      func frame(_ fraction: Double) -> BodyFrame<Double> {
        BodyFrame(
          of: BodyShape(length: 0.5), displaced: placement.displacement, about: .center,
          at: fraction)
      }
      var z = point
      AffineFrameChange(into: frame(0), reference).move(&z)
      var bunch = Bunch<Double>(count: 1, reference: reference)
      bunch[0] = z
      try Tracker(Beamline(items)).track(&bunch)
      z = bunch[0]
      AffineFrameChange(into: frame(1).inverse, reference).move(&z)
      let image = try track(Beamline(items).mounted(on: girder(placement, under: 0..<2)))[5]
      return (0..<6).map { (image[$0] - z[$0]).magnitude }.max() ?? .nan
    }
    let ratio = try deviation(0.1) / deviation(0.05)
    #expect(ratio > 3.5 && ratio < 4.5, "\(ratio)")
    #expect(try deviation(1) < 1e-5)
  }

  /// Without a displacement it changes no bit.
  @Test func aGirderInItsPlaceChangesNothing() throws {
    let line = line(ownErrors: true)
    let carried = try line.mounted(on: Girder("g", under: 1..<8))
    for (p, q) in zip(try track(line), try track(carried)) { #expect(p == q) }
  }

  /// Places keep their names and elements their numbers.
  @Test func namesStayThoseOfTheDesign() throws {
    var line = try line(ownErrors: false).mounted(on: Girder("g", under: 1..<5, dx: 1e-3))
    #expect(line.elements.count == 7)
    #expect(line.placeNames[1] == "q#1" && line.placeNames[4] == "q#2")
    let parameter = try line.parameter(named: "g.dx")
    #expect(line[parameter] == 1e-3)
    line[parameter] = 2e-3
    #expect(line[girder: "g"]?.dx == 2e-3)
    #expect(line.name(of: parameter) == "g.dx")
    #expect(throws: UnknownParameter.self) { try line.parameter(named: "g.k1") }
  }

  /// Girders go with their elements, and errors with their places.
  @Test func girdersGoWithTheirElements() throws {
    let cell = try Beamline([
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4)),
      BeamlineElement("d", Drift(length: 0.5)),
    ]).mounted(on: Girder("g", under: 0..<1, dx: 1e-3, dy: -2e-3))
      .adding([PlaceError(atPlace: 0, .placed(.dx), 1e-4)])
    var own = Beamline([
      BeamlineElement(
        "q", Quadrupole(length: 0.3, k1: 4), placement: Placement(dx: 1.1e-3, dy: -2e-3)),
      BeamlineElement("d", Drift(length: 0.5)),
    ])
    expectEqual(try track(2 * cell), try track(2 * own), within: 2e-16)
    expectEqual(try track(cell + cell), try track(2 * own), within: 2e-16)
    expectEqual(try track(cell.reversed()), try track(own.reversed()), within: 2e-16)
    own["d"]?.slices = 2
    #expect((2 * cell).girders == (cell + cell).girders)
    var other = cell
    other[girder: "g"]?.dx = 0
    #expect(throws: ConflictingElements(name: "g")) { try cell.followed(by: other) }
  }

  @Test func aGirderThatCannotStandIsRefused() {
    let line = line(ownErrors: false)
    func reason(_ girder: Girder, on line: Beamline) -> String {
      do {
        _ = try line.mounted(on: girder)
        return ""
      } catch { return "\(error)" }
    }
    #expect(reason(Girder("g", under: 0..<0), on: line).contains("nothing stands on it"))
    #expect(reason(Girder("g", under: 8..<12), on: line).contains("the places are 0 to 10"))
    #expect(reason(Girder("q", under: 0..<1), on: line).contains("an element has this name"))
    if let once = try? line.mounted(on: Girder("g", under: 0..<2)) {
      #expect(reason(Girder("g", under: 3..<4), on: once).contains("another girder has this name"))
      #expect(
        reason(Girder("h", under: 1..<3), on: once)
          .contains("\"q#1\" stands on girder \"g\" already"))
    }
  }

  /// A family may name girders: each passage of a girder has an error of its own, on top of its
  /// displacement.
  @Test func girdersHaveErrors() throws {
    let cell = try Beamline([
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4)),
      BeamlineElement("d", Drift(length: 0.5)),
    ]).mounted(on: Girder("g1", under: 0..<1, dx: 1e-3))
    let line = try (2 * cell).withErrors([
      ErrorFamily("g", of: ["g*"], .parameter("dx"), .gaussian(1e-4, cut: 3)),
      ErrorFamily("r", of: ["g1"], .parameter("dx"), .fixed(0.1), isRelative: true),
    ])
    let rows = ErrorTable(line).rows
    #expect(rows.map(\.place) == ["g1#1", "g1#1", "g1#2", "g1#2"])
    #expect(rows[0].error != rows[2].error && rows[1].error == 1e-4)
    #expect(rows.map(\.s) == [0.3, 0.3, 1.1, 1.1])
    let q = Quadrupole(length: 0.3, k1: 4)
    let own = Beamline([
      BeamlineElement("a", q, placement: Placement(dx: rows[0].value)),
      BeamlineElement("b", Drift(length: 0.5)),
      BeamlineElement("c", q, placement: Placement(dx: rows[2].value)),
      BeamlineElement("e", Drift(length: 0.5)),
    ])
    expectEqual(try track(line), try track(own), within: 1e-16)
    #expect(throws: MistakenErrors.self) {
      try line.withErrors([ErrorFamily("k", of: ["g1"], .parameter("k1"), .fixed(1))])
    }
  }
}
