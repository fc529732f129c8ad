import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// The ends of magnets: fringe fields, exact and curved faces, rectangular bends, and fields that do not
/// belong to the orbit.
@Suite struct MagnetEndTests {
  private func image<E: Element>(_ element: E, _ z: PhaseSpace<Double>, _ beam: TestBeam) throws
    -> PhaseSpace<Double>
  { try #require(element.image(of: z, beam)) }

  private func expectSame(
    _ a: PhaseSpace<Double>, _ b: PhaseSpace<Double>, atMost limit: Double
  ) {
    for i in 0..<6 { #expect((a[i] - b[i]).magnitude <= limit, "\(PhaseSpace<Double>.names[i])") }
  }

  /// The edge of a multipole whose only coefficient is the gradient is that of a quadrupole.
  @Test(arguments: TestBeam.allCases, EdgeLocation.allCases)
  func theEdgeOfAGradientIsThatOfAQuadrupole(_ beam: TestBeam, _ location: EdgeLocation) throws {
    for z in beam.points {
      expectSame(
        try image(MultipoleEdge(normal: [0, 3.1], location: location), z, beam),
        try image(QuadrupoleEdge(k1: 3.1, location: location), z, beam), atMost: 1e-17)
    }
  }

  /// With `fringe` a magnet is its body between two edges, in one slice or in several.
  @Test(arguments: TestBeam.allCases, [1, 3])
  func fringesStandAtTheEnds(_ beam: TestBeam, slices: Int) throws {
    var magnet = Quadrupole(length: 0.3, k1: 3)
    let body = magnet
    magnet.fringe = true
    for z in beam.points {
      var point = try image(QuadrupoleEdge(k1: 3, location: .entry), z, beam)
      point = try image(body, point, beam)
      point = try image(QuadrupoleEdge(k1: 3, location: .exit), point, beam)
      expectSame(try #require(magnet.image(of: z, beam, slices: slices)), point, atMost: 1e-16)
    }
  }

  /// A bend of parallel faces has the length of its arc, and its faces turn by half the angle.
  @Test func aRectangularBendIsGivenByItsChord() {
    let bend = Bend.rectangular(chord: 1, angle: 0.3)
    #expect((bend.length - 0.3 / (2 * Double.sin(0.15))).magnitude <= 1e-15)
    #expect(bend.e1 == 0.15 && bend.e2 == 0.15)
    #expect((bend.chord - 1).magnitude <= 1e-15)
    var byRadius = Bend(length: 0, .radius(bend.length / 0.3))
    byRadius.chord = 1
    #expect((byRadius.length - bend.length).magnitude <= 1e-14)
    #expect((byRadius.e1 - 0.15).magnitude <= 1e-14)
  }

  /// With parallel faces, in a field without a fringe, px is a straight line's: the field is uniform and
  /// its edges do nothing in the plane, so that px falls by the same amount for all particles.
  @Test func aRectangularFieldKicksAllParticlesAlike() throws {
    var bend = Bend.rectangular(chord: 0.5, angle: 0.2)
    bend.edgeModel = .exact
    // In the frame of the magnet, turned by half the angle, px goes from sin to −sin.
    let beam = TestBeam.electrons
    for (x, px) in [(0.0, 0.0), (2e-3, 0), (-1e-3, 3e-3)] {
      let z = PhaseSpace<Double>(x: x, px: px, y: 0, py: 0, t: 0, pt: 0)
      let after = try image(bend, z, beam)
      func turned(_ p: Double, by angle: Double) -> Double {
        p * Double.cos(angle) + (1 - p * p).squareRoot() * Double.sin(angle)
      }
      let lost = turned(px, by: 0.1) - turned(after.px, by: -0.1)
      let expected = 2 * Double.sin(0.1)
      #expect((lost - expected).magnitude <= 1e-15)
    }
  }

  /// Given as it is anyway, the field changes nothing.
  @Test(arguments: TestBeam.allCases, [ElementModel.linear, .exact])
  func theFieldOfTheOrbitIsTheDefault(_ beam: TestBeam, _ model: ElementModel) throws {
    var bend = Bend(length: 0.5, angle: 0.45, model: model)
    (bend.e1, bend.e2, bend.gap, bend.h1) = (0.21, -0.13, 0.04, 0.3)
    var same = bend
    same.k0 = 0.45 / 0.5
    for z in beam.points {
      expectSame(try image(bend, z, beam), try image(same, z, beam), atMost: 3e-15)
    }
  }

  /// On the axis a weaker field kicks by what it lacks, to first order, in the linear model and in the
  /// exact one.
  @Test func aWeakerFieldLeavesTheOrbit() throws {
    let (h, length, lack) = (0.3, 0.2, 1e-6)
    for model in [ElementModel.linear, .exact] {
      var bend = Bend(length: length, angle: h * length, model: model)
      bend.k0 = h - lack
      let after = try image(bend, .zero, .electrons)
      let angle = h * length
      let sine = Double.sin(angle) / h
      #expect((after.px / (lack * sine) - 1).magnitude <= 1e-4)
      #expect((after.x / (lack * (1 - Double.cos(angle)) / (h * h)) - 1).magnitude <= 1e-4)
    }
  }

  /// A curved face is a sextupole K2L = −h·h1/cos³ψ.
  @Test func aCurvedFaceIsASextupole() throws {
    var edge = DipoleEdge(angle: 0.25, radius: 1.25)
    let flat = edge
    edge.curvature = 0.7
    let cosine = Double.cos(0.25)
    let strength = -0.7 / (1.25 * cosine * cosine * cosine)
    for z in TestBeam.electrons.points {
      let sextupole = ThinMultipole(normal: [0, 0, strength])
      // Both are kicks at the same place: they add up.
      let expected = try image(sextupole, try image(flat, z, .electrons), .electrons)
      expectSame(try image(edge, z, .electrons), expected, atMost: 1e-18)
    }
  }

  /// To first order in the gradients and in its angle e the face of a gradient magnet is the sextupole with the
  /// generating function e·Re[(c·k1 + i·ks)(x + iy)³]/3: c = 1, and 3/4 with fringe fields, which keep the
  /// symmetry of the quadrupole in the frame of the face.
  @Test(arguments: EdgeLocation.allCases, [false, true])
  func theFaceOfAGradientIsASextupole(_ location: EdgeLocation, hasFringe: Bool) throws {
    for (angle, normal, skew) in [(2e-3, 0.0, 3.0), (-2e-3, 2, 0), (1e-3, -1.5, 2.5)] {
      var face = DipoleEdge(angle: angle, radius: 1e12, model: .exact)
      (face.location, face.fringe) = (location, hasFringe)
      (face.normal, face.skew) = ([0, normal], [0, skew])
      let share = hasFringe ? 0.75 : 1
      for (x, y) in [(1e-3, 0.0), (0, 1e-3), (-7e-4, 1e-3), (1e-3, 8e-4)] {
        var straight = face
        straight.angle = 0
        let z = PhaseSpace<Double>(x: x, px: 0, y: y, py: 0, t: 0, pt: 0)
        let (after, upright) = (try image(face, z, .electrons), try image(straight, z, .electrons))
        let px = angle * (share * normal * (x * x - y * y) - 2 * skew * x * y)
        let py = angle * (-2 * share * normal * x * y - skew * (x * x - y * y))
        let limit = 1e-2 * angle.magnitude * 3e-6
        #expect((after.px - upright.px - px).magnitude <= limit, "px at \(x), \(y)")
        #expect((after.py - upright.py - py).magnitude <= limit, "py at \(x), \(y)")
      }
    }
  }

  /// Further multipoles of a quadrupole, split from it in each model, are those of the multipole that has
  /// its gradient, too; and so are those of a sextupole.
  @Test func furtherMultipolesAddUp() throws {
    var quadrupole = Quadrupole(length: 0.3, k1: 1.2, model: .exact)
    (quadrupole.normal, quadrupole.skew) = ([0, 0, -3, 20], [1e-3, 0.2])
    (quadrupole.order, quadrupole.steps) = (6, 40)
    var multipole = Multipole(length: 0.3, normal: [0, 1.2, -3, 20], skew: [1e-3, 0.2])
    (multipole.order, multipole.steps) = (6, 40)
    for z in TestBeam.electrons.points {
      expectSame(
        try image(quadrupole, z, .electrons), try image(multipole, z, .electrons), atMost: 1e-13)
    }
    var sextupole = Sextupole(length: 0.3, k2: 4)
    (sextupole.normal, sextupole.order, sextupole.steps) = ([0, 0.7], 4, 3)
    var same = Multipole(length: 0.3, normal: [0, 0.7, 4])
    (same.order, same.steps) = (4, 3)
    let z = TestBeam.electrons.points[4]
    #expect(try image(sextupole, z, .electrons) == image(same, z, .electrons))
  }

  /// With further multipoles a splitting keeps its order: each half as long, its error falls by 2ⁿ.
  @Test(arguments: [2, 4, 6], [ElementModel.chromatic, .exact])
  func furtherMultipolesKeepTheOrder(_ order: Int, _ model: ElementModel) throws {
    let z = PhaseSpace<Double>(x: 2e-2, px: 3e-2, y: -1e-2, py: 2e-2, t: 0, pt: 0.02)
    func error(_ steps: Int) throws -> Double {
      var coarse = Quadrupole(length: 0.8, k1: 6, model: model)
      (coarse.normal, coarse.order, coarse.steps) = ([0, 0, 60], order, steps)
      var fine = coarse
      fine.steps = 8 * steps
      let (a, b) = (try image(coarse, z, .electrons), try image(fine, z, .electrons))
      return (0..<6).reduce(0) { max($0, (a[$1] - b[$1]).magnitude) }
    }
    let ratio = try error(8) / error(16)
    #expect((0.6...1.6).contains(ratio / Double(1 << order)), "\(ratio)")
  }
}
