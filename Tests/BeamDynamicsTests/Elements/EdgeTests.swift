import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Fringe fields at the ends of magnets.
@Suite struct EdgeTests {
  /// Faces given with the bend, and as elements of their own.
  @Test(arguments: TestBeam.allCases, [ElementModel.linear, .exact])
  func aBendWithFacesIsABendBetweenLinearEdges(_ beam: TestBeam, _ model: ElementModel) throws {
    var bend = Bend(length: 0.5, .radius(1.8), model: model)
    (bend.e1, bend.e2, bend.fint, bend.gap) = (0.1, -0.2, 0.5, 0.03)
    var entry = DipoleEdge(angle: 0.1, radius: 1.8, gap: 0.03)
    entry.fint = 0.5
    var exit = DipoleEdge(angle: -0.2, radius: 1.8, gap: 0.03, location: .exit)
    exit.K2 = 0.5
    let body = Bend(length: 0.5, .radius(1.8), model: model)
    for z in beam.points {
      let whole = try #require(bend.image(of: z, beam))
      let first = try #require(entry.image(of: z, beam))
      let second = try #require(body.image(of: first, beam))
      #expect(whole == exit.image(of: second, beam))
    }
  }

  /// On the axis, where the field does not displace the orbit (K0 = 0), the first order of the
  /// nonlinear edge is the linear one.
  @Test(arguments: TestBeam.allCases, [EdgeLocation.entry, .exit])
  func theNonlinearEdgeHasTheMatrixOfTheLinearOne(
    _ beam: TestBeam, _ location: EdgeLocation
  ) throws {
    var edge = DipoleEdge(angle: 0.2, radius: -1.5, gap: 0.02, location: location)
    edge.K0 = 0
    let expected = try #require(edge.jacobian(at: .zero, beam))
    edge.model = .nonlinear
    let matrix = try #require(edge.jacobian(at: .zero, beam))
    for (a, b) in zip(matrix.joined(), expected.joined()) {
      #expect((a - b).magnitude <= 4 * 0x1p-52)
    }
  }

  /// At the entrance x grows by k/12·(x³ + 3xy²), and the momenta change by the transposed
  /// derivatives of the displacement, with the other sign.
  @Test func theEdgeOfAQuadrupoleDisplacesByAThirdOrder() throws {
    let k = 3.5
    for (location, sign) in [(EdgeLocation.entry, 1.0), (.exit, -1.0)] {
      let edge = QuadrupoleEdge(k1: k, location: location)
      let z = PhaseSpace<Double>(x: 1e-3, px: 2e-3, y: -2e-3, py: 1e-3, t: 0, pt: 0)
      let image = try #require(edge.image(of: z, .electrons))
      let (x, y) = (z.x, z.y)
      let displacement = sign * k / 12 * (x * x * x + 3 * x * y * y)
      let kick =
        sign * k / 12 * (-3 * z.px * (x * x + y * y) + 6 * z.py * x * y)
      // Roundings of x; the fifth order of px, (3α(x² + y²))² of the momenta: 5e-14.
      #expect((image.x - x - displacement).magnitude <= 1e-18)
      #expect((image.px - z.px - kick).magnitude <= 5e-14)
    }
  }

  /// A gradient in T/m is divided by the signed rigidity.
  @Test(arguments: TestBeam.allCases)
  func theGradientOfAnEdgeIsThatOfTheMagnet(_ beam: TestBeam) {
    let entrance: ReferenceParticle<Double> = beam.reference()
    let edge = QuadrupoleEdge(gradient: 1.5, location: .exit)
    let same = QuadrupoleEdge(k1: 1.5 / entrance.rigidity, location: .exit)
    for z in beam.points { #expect(edge.image(of: z, beam) == same.image(of: z, beam)) }
  }

  /// Where the displacement folds the plane, 9α²(x² − y²)² = 1 at δ = 1, the particle is lost, and
  /// so is one without momentum.
  @Test func particlesBeyondTheExpansionAreLost() {
    let edge = QuadrupoleEdge(k1: 4)
    func isLost(_ x: Double, pt: Double = 0) -> Bool {
      let z = PhaseSpace<Double>(x: x, px: 0, y: 0, py: 0, t: 0, pt: pt)
      return edge.image(of: z, .electrons) == nil
    }
    // 3α = 1: the plane folds at x = 1 m.
    #expect(!isLost(0.99) && isLost(1.01))
    #expect(isLost(1e-3, pt: 1))
  }

  /// Far from where an expansion is meant for, 3α·x² = 0.3, five steps of Newton's method are still
  /// enough: κ³² = 2e-17.
  @Test func aFringeFieldIsUndoneFarOutToo() throws {
    let edge = QuadrupoleEdge(k1: 4)
    let z = PhaseSpace<Double>(x: 0.54, px: 0.01, y: 0.1, py: -0.02, t: 0, pt: 0.01)
    let image = try #require(edge.image(of: z, .electrons))
    let origin = try #require(edge.preimage(of: image, .electrons))
    for i in 0..<6 { #expect((origin[i] - z[i]).magnitude <= 1e-15) }
  }
}
