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
