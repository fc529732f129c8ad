import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Misplaced elements.
@Suite struct PlacementTests {
  private func track(_ z: PhaseSpace<Double>, _ element: any Element, _ placement: Placement) throws
    -> PhaseSpace<Double>
  {
    var bunch = Bunch<Double>(count: 1, reference: TestBeam.electrons.reference())
    bunch[0] = z
    try Tracker(Beamline([BeamlineElement("e", element, placement: placement)])).track(&bunch)
    return bunch[0]
  }

  /// A particle on the misplaced axis feels nothing of a quadrupole: roundings of a millimetre.
  @Test(arguments: Quadrupole.models)
  func theAxisOfADisplacedMagnetIsDisplaced(_ model: ElementModel) throws {
    let placement = Placement(dx: 1e-3, dy: -2e-3, tilt: 0.7)
    let z = PhaseSpace<Double>(x: 1e-3, px: 0, y: -2e-3, py: 0, t: 0, pt: 0)
    let image = try track(z, Quadrupole(length: 0.3, k1: 5, model: model), placement)
    for i in 0..<6 { #expect((image[i] - z[i]).magnitude <= 1e-18) }
  }

  /// A quadrupole rotated by 45° is a skew quadrupole, by −k1 here: ks_1 = −k1·sin 2θ turns x into
  /// py. Both thin.
  @Test func aTiltedQuadrupoleIsSkew() throws {
    let z = PhaseSpace<Double>(x: 1e-3, px: 1e-4, y: -2e-3, py: 3e-4, t: 0, pt: 0)
    let tilted = try track(
      z, ThinMultipole(normal: [0, 0.5]), Placement(tilt: .pi / 4))
    let skew = try track(z, ThinMultipole(normal: [0, 0], skew: [0, -0.5]), Placement())
    for i in 0..<6 { #expect((tilted[i] - skew[i]).magnitude <= 1e-18) }
  }

  /// A kicker rotated by a right angle kicks upward: the kick that was along +x is along +y.
  @Test func aTiltTurnsFromXTowardsY() throws {
    let image = try track(.zero, Kicker(kickX: 1e-3), Placement(tilt: .pi / 2))
    #expect(image.px.magnitude <= 1e-19)
    #expect((image.py - 1e-3).magnitude <= 1e-18)
  }

  /// The reference particle ignores misplacement.
  @Test func theDesignOrbitIgnoresMisplacement() throws {
    let bend = Bend(length: 0.3, angle: 0.2)
    var bunch = Bunch<Double>(count: 1, reference: TestBeam.electrons.reference())
    var expected = bunch.reference
    bend.advance(&expected, over: Slice())
    try Tracker(
      Beamline([
        BeamlineElement("b", bend, placement: Placement(dx: 1e-3, dy: 1e-3, tilt: 0.3))
      ])
    ).track(&bunch)
    #expect(bunch.reference.numbers == expected.numbers)
  }
}

/// Bodies displaced in six degrees of freedom.
@Suite struct RigidBodyTests {
  private func track(
    _ points: [PhaseSpace<Double>], _ element: any Element, _ placement: Placement,
    slices: Int = 1, _ beam: TestBeam = .electrons
  ) throws -> [PhaseSpace<Double>] {
    var bunch = Bunch<Double>(count: points.count, reference: beam.reference())
    for (i, z) in points.enumerated() { bunch[i] = z }
    let losses = try Tracker(
      Beamline([BeamlineElement("e", element, slices: slices, placement: placement)])
    ).track(&bunch)
    #expect(losses.isEmpty)
    return points.indices.map { bunch[$0] }
  }

  private func expectEqual(
    _ a: [PhaseSpace<Double>], _ b: [PhaseSpace<Double>], within tolerance: Double,
    _ comment: String = ""
  ) {
    for (p, q) in zip(a, b) {
      for i in 0..<6 {
        #expect((p[i] - q[i]).magnitude <= tolerance, "\(PhaseSpace<Double>.names[i]) \(comment)")
      }
    }
  }

  /// A drift has no body. A particle's direction is turned and turned back, and its rounding counts over
  /// the whole length.
  @Test(arguments: [Placement.displaced, .displacedAtEntrance], [1, 3])
  func aDisplacedDriftIsADrift(_ placement: Placement, _ slices: Int) throws {
    for beam in TestBeam.allCases {
      let drift = Drift(length: 0.8, model: .exact)
      expectEqual(
        try track(beam.points, drift, placement, slices: slices, beam),
        try track(beam.points, drift, Placement(), slices: 1, beam), within: 4e-16)
    }
  }

  /// The frame at a cut is the same from both sides: some roundings.
  @Test(arguments: [Placement.displaced, .displacedAtEntrance])
  func slicesDoNotChangeThePath(_ placement: Placement) throws {
    let elements: [any Element] = [
      Bend(length: 0.6, angle: 0.5), Quadrupole(length: 0.3, k1: 4, model: .chromatic),
    ]
    for element in elements {
      expectEqual(
        try track(TestBeam.electrons.points, element, placement, slices: 5),
        try track(TestBeam.electrons.points, element, placement), within: 5e-17, "\(element)")
    }
  }

  /// About the entrance, and about the centre with the displacement of the centre that the same
  /// rotation about the entrance has.
  @Test func pivotsDifferByADisplacement() throws {
    let quadrupole = Quadrupole(length: 0.3, k1: 4, model: .chromatic)
    let yaw = 0.02
    let entrance = Placement(yaw: yaw, pivot: .entrance)
    let half = Double.sin(yaw / 2)
    let center = Placement(
      dx: 0.15 * Double.sin(yaw), dz: -0.15 * 2 * half * half, yaw: yaw, pivot: .center)
    expectEqual(
      try track(TestBeam.electrons.points, quadrupole, entrance),
      try track(TestBeam.electrons.points, quadrupole, center), within: 1e-17)
  }

  /// The downstream end of a focusing quadrupole that is lifted pulls the orbit upward; of one that is
  /// moved to the right, to the left, since it defocuses there. To first order in the angle θ, a
  /// particle on the nominal axis leaves a thin lens at +L/2 less one at −L/2.
  @Test func pitchLiftsAndYawMovesToTheRight() throws {
    let quadrupole = Quadrupole(length: 0.2, k1: 0.5, model: .chromatic)
    let axis = [PhaseSpace<Double>.zero]
    let lifted = try track(axis, quadrupole, Placement(pitch: 1e-3))[0]
    let turned = try track(axis, quadrupole, Placement(yaw: 1e-3))[0]
    // x″ = −k(x − θs) from s = −L/2: x′ = O(k²) and x = kθ·∫∫s = −kθL³/12.
    let size = 0.5 * 1e-3 * 0.2 * 0.2 * 0.2 / 12
    #expect((turned.x / size + 1).magnitude < 1e-2)
    #expect((lifted.y / size - 1).magnitude < 1e-2)
    #expect(turned.y == 0 && lifted.x == 0)
  }

  /// A bend rolled about its chord kicks the orbit by −2θ·sin(φ/2), where rotations of coordinates in
  /// and out would leave it alone.
  @Test func aRolledBendKicksTheOrbit() throws {
    let (angle, roll) = (0.6, 1e-5)
    let z = try track([.zero], Bend(length: 0.5, angle: angle), Placement(tilt: roll))[0]
    let kick = -2 * roll * Double.sin(angle / 2)
    #expect((z.py / kick - 1).magnitude < 1e-4)
    #expect(z.px.magnitude < 1e-9)
  }

  /// A bend whose plane is rolled by a right angle bends towards −y; particles see the same magnet.
  @Test func aRolledDesignBendsDown() throws {
    var bend = Bend(length: 0.5, angle: 0.3)
    bend.refTilt = .pi / 2
    var reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    bend.advance(&reference, over: Slice())
    let (forward, height) = (reference.orientation.forward, reference.position.y)
    let fall: Double = 0.5 / 0.3 * (1 - Double.cos(0.3))
    #expect((forward.y + Double.sin(0.3)).magnitude < 1e-15)
    #expect(forward.x.magnitude < 1e-16)
    #expect((height + fall).magnitude < 1e-15)
    let rolled = try track(TestBeam.electrons.points, bend, Placement())
    let turned = try track(
      TestBeam.electrons.points.map {
        PhaseSpace(x: $0.y, px: $0.py, y: -$0.x, py: -$0.px, t: $0.t, pt: $0.pt)
      }, Bend(length: 0.5, angle: 0.3), Placement())
    expectEqual(
      rolled,
      turned.map { PhaseSpace(x: -$0.y, px: -$0.py, y: $0.x, py: $0.px, t: $0.t, pt: $0.pt) },
      within: 1e-17)
  }

  /// The affine change is the tangent map of the exact one about the nominal axis.
  @Test func theLinearChangeIsTheDerivativeOfTheExactOne() {
    let reference = TestBeam.protons.reference().map { Tangent($0, tangent: 0) }
    let frame = BodyFrame<Tangent<Double>>(
      of: BodyShape(length: Tangent(0.4), angle: Tangent(0.3), roll: Tangent(0.2)),
      displaced: Displacement { Tangent(Placement.displaced.displacement[$0], tangent: 0) },
      about: .center, at: 0.25)
    let exact = FrameChange(into: frame, reference)
    let affine = AffineFrameChange(into: frame, reference)
    for j in 0..<6 {
      var z = PhaseSpace<Tangent<Double>>.zero
      z[j].tangent = 1
      var w = z
      _ = exact.move(&z)
      affine.move(&w)
      for i in 0..<6 {
        #expect((z[i].value - w[i].value).magnitude <= 1e-18)
        #expect((z[i].tangent - w[i].tangent).magnitude <= 4e-16)
      }
    }
  }

  /// A body turned by more than a right angle has no entrance for a particle on the axis: it is lost
  /// where it was, and not moved.
  @Test func aBodyThatIsTurnedAroundLosesParticles() throws {
    var bunch = Bunch<Double>(count: 1, reference: TestBeam.electrons.reference())
    bunch[0] = PhaseSpace(x: 1e-3, px: 0, y: 0, py: 0, t: 0, pt: 0)
    let losses = try Tracker(
      Beamline([
        BeamlineElement("q", Quadrupole(length: 0.1, k1: 1), placement: Placement(yaw: 2))
      ])
    ).track(&bunch)
    #expect(losses.map(\.cause) == [.domain])
    #expect(bunch[0].x == 1e-3)
  }
}
