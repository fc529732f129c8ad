import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// The design orbit, and how it is cut into slices.
@Suite struct DesignOrbitTests {
  /// A particle on the axis with the reference's energy stays there, to the last bit, where nothing
  /// kicks it: that is what makes the orbit the origin of all coordinates.
  @Test(arguments: catalogKinds)
  func theReferenceParticleStaysOnTheOrbit(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      for element in ElementSamples<E>().all where !kicks(element) {
        for beam in TestBeam.allCases {
          #expect(
            element.image(of: PhaseSpace<Double>.zero, beam, slices: 3) == .zero, "\(element)")
        }
      }
    }
    check(try kind(name))
  }

  /// Rotated onto an exact face and back, it stays to a rounding of the angle.
  @Test(arguments: TestBeam.allCases, EdgeLocation.allCases)
  func theReferenceParticlePassesAnExactFace(_ beam: TestBeam, _ location: EdgeLocation) throws {
    for angle in [-0.3, 0.2] {
      var edge = DipoleEdge(
        angle: angle, radius: 1.2, gap: 0.05, location: location, model: .exact)
      for curvature in [0, 0.7] {
        edge.curvature = curvature
        let image = try #require(edge.image(of: PhaseSpace<Double>.zero, beam))
        for i in 0..<6 { #expect(image[i].magnitude <= 0x1p-52, "\(edge)") }
      }
    }
  }

  /// Thin kicks change momenta only, by what they say.
  @Test func aKickerKicksByItsAngle() {
    let image = Kicker(kickX: 1e-3, kickY: -2e-3).image(of: PhaseSpace<Double>.zero, .electrons)
    #expect(image == PhaseSpace(x: 0, px: 1e-3, y: 0, py: -2e-3, t: 0, pt: 0))
  }

  /// Whoever flies through a slice there and back has moved nowhere: to the roundings of two
  /// slices.
  @Test(arguments: catalogKinds)
  func theReferenceParticleReturnsThroughABackwardSlice(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all {
        for beam in TestBeam.allCases {
          let start: ReferenceParticle<Double> = beam.reference()
          var reference = start
          element.advance(&reference, over: Slice(index: 0, of: 2))
          let far = max(1, reference.t.magnitude)
          element.advance(&reference, over: Slice(index: 0, of: 2, backward: true))
          for (a, b) in zip(reference.numbers, start.numbers) {
            worst.record(a - b, of: far, "\(element)")
          }
        }
      }
      expect(worst, atMost: 8 * 0x1p-52)
    }
    check(try kind(name))
  }

  /// Elements whose flow is known exactly: n slices are n times the rounding.
  @Test(arguments: catalogKinds, [2, 5])
  func slicesOfAnExactFlowAddUp(_ name: String, slices: Int) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all where element.length != 0 && hasExactFlow(element) {
        for beam in TestBeam.allCases {
          for z in beam.points {
            guard let whole = element.image(of: z.variables, beam),
              let sliced = element.image(of: z, beam, slices: slices)
            else {
              worst.record(.nan, "\(element) loses \(z)")
              continue
            }
            let scale = PhaseSpace.scale(
              of: whole.values, from: z, whole.jacobian, floor: element.coordinateFloor)
            for i in 0..<6 {
              worst.record(
                sliced[i] - whole.values[i], of: scale[i],
                "\(PhaseSpace<Double>.names[i]) of \(element) at \(z)")
            }
          }
        }
      }
      expect(worst, atMost: 8 * 0x1p-52)
    }
    check(try kind(name))
  }

  /// In as many slices as you like the reference particle arrives at the same place; not so where
  /// each slice has integration steps of its own.
  @Test(arguments: catalogKinds)
  func slicesLeadTheReferenceParticleToTheSamePlace(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all
      where element.length != 0 && !(element is RFCavity || element is FieldMap) {
        for beam in TestBeam.allCases {
          var whole: ReferenceParticle<Double> = beam.reference()
          var sliced = whole
          element.advance(&whole, over: Slice())
          for i in 0..<7 { element.advance(&sliced, over: Slice(index: i, of: 7)) }
          for (a, b) in zip(sliced.numbers, whole.numbers) {
            worst.record(a - b, of: max(1, whole.t.magnitude, b.magnitude), "\(element)")
          }
        }
      }
      expect(worst, atMost: 16 * 0x1p-52)
    }
    check(try kind(name))
  }

  /// H of the bend does not depend on s: what it is at the entrance it is at the exit. H is about
  /// 1, and the map has some tens of roundings.
  @Test(arguments: TestBeam.allCases)
  func anExactBendConservesItsHamiltonian(_ beam: TestBeam) throws {
    let (h, length) = (2.0 / 3, 0.9)
    let bend = Bend(length: length, angle: h * length, model: .exact)
    let entrance: ReferenceParticle<Double> = beam.reference()
    func hamiltonian(_ z: PhaseSpace<Double>) -> Double {
      let squared = 1 - 2 * z.pt / entrance.beta + z.pt * z.pt - z.px * z.px - z.py * z.py
      return -(1 + h * z.x) * squared.squareRoot() + h * z.x + h * h * z.x * z.x / 2
        - z.pt / entrance.beta
    }
    for z in beam.points {
      let image = try #require(bend.image(of: z, beam))
      #expect((hamiltonian(image) - hamiltonian(z)).magnitude <= 8 * 0x1p-52)
    }
  }

  /// Half a turn in a uniform field: all particles of one momentum start at the centre of the
  /// bend's face, and meet after 180°, on the other side of the circle but for the second order in
  /// px: x = 2ρ(δ·cos α − 1), α the angle of start.
  @Test func particlesMeetAgainAfterHalfATurn() throws {
    let bend = Bend(length: .pi * 1.5, angle: .pi, model: .exact)
    for px in [0, 1e-3, -0.05, 0.2] {
      let z = PhaseSpace<Double>(x: 0, px: px, y: 0, py: 0, t: 0, pt: 0)
      let image = try #require(bend.image(of: z, .electrons))
      let expected = 2 * 1.5 * ((1 - px * px).squareRoot() - 1)
      // Angle and arc length are rounded: ulps of π.
      #expect((image.x - expected).magnitude <= 4e-15)
      #expect((image.px + px).magnitude <= 4e-15)
    }
  }

  private func kicks<E: Element>(_ element: E) -> Bool {
    if element is Kicker || element is CrabCavity
      || element is ElectrostaticSeparator || element is Wire || element is BeamBeam
      || element is Patch
    {
      return true
    }
    // The field of a face displaces the orbit.
    if element is DipoleEdge && element.model == .nonlinear { return true }
    // A field of its own, and faces that the orbit passes at an angle, to a rounding.
    if element is DipoleEdge && element.model == .exact { return true }
    if let bend = element as? Bend, bend.k0 != nil || bend.edgeModel == .exact { return true }
    if element is LinearMap { return false }
    return E.parameters.parameters.contains { parameter in
      guard case .vector(let path) = parameter.storage else { return false }
      return (element[keyPath: path].first ?? 0) != 0
    }
  }

  private func hasExactFlow(_ element: any Element) -> Bool {
    switch element {
    case is Drift, is Instrument, is Placeholder, is Collimator, is ConstantFocusing, is PlasmaLens,
      is Undulator:
      true
    case let solenoid as Solenoid: !solenoid.isSplit
    case let quadrupole as Quadrupole: !quadrupole.isSplit
    case let bend as Bend:
      bend.model == .linear
        || bend.k1 == 0 && !(bend.normal + bend.skew + bend.midplane).contains { $0 != 0 }
    default: false
    }
  }
}

extension ReferenceParticle<Double> {
  /// Path, time, energy, position and orientation, in one list.
  var numbers: [Double] {
    [s, t, kineticEnergyOverMass]
      + [position, orientation.right, orientation.up, orientation.forward]
      .flatMap { [$0.x, $0.y, $0.z] }
  }
}
