import AutoDiff
import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Where one element turns into another.
@Suite struct SpecialCaseTests {
  /// Nothing happens in no length. The faces of a bend and of a soft solenoid are lenses, a thin element has
  /// no length to begin with, one that may be thin kicks without it, and that of a linear map is not
  /// the particles'.
  @Test(arguments: catalogKinds)
  func anElementWithoutLengthDoesNothing(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      guard case .real(let path, _)? = E.parameters["length"]?.storage else { return }
      guard E.orbitLength.isStored || E.collectiveLength.isStored else { return }
      for var element in ElementSamples<E>().all where !(element is LinearMap) {
        element[keyPath: path] = 0
        if hasFringe(element) { continue }
        if element is CrabCavity || element is Kicker { continue }
        if let solenoid = element as? Solenoid,
          solenoid.fringeFocusing != 0 || solenoid.fringeAberration != 0
        {
          continue
        }
        if let bend = element as? Bend,
          bend.e1 != 0 || bend.e2 != 0 || bend.h1 != 0 || bend.h2 != 0 || bend.edgeModel == .exact
        {
          continue
        }
        for beam in TestBeam.allCases {
          for z in beam.points {
            #expect(element.image(of: z, beam) == z, "\(element)")
          }
        }
      }
    }
    check(try kind(name))
  }

  /// Whether the ends have fringe fields, which act without a length between them.
  private func hasFringe(_ element: any Element) -> Bool {
    switch element {
    case let magnet as Quadrupole: magnet.fringe
    case let magnet as Multipole: magnet.fringe
    case let magnet as Sextupole: magnet.fringe
    case let magnet as Octupole: magnet.fringe
    default: false
    }
  }

  @Test func aMarkerDoesNothing() {
    for z in TestBeam.electrons.points {
      #expect(Marker().image(of: z, .electrons) == z)
      #expect(Monitor().image(of: z, .electrons) == z)
    }
  }

  /// Two ways to write the same field; the sum k1 + normal[1] has one term that is zero.
  @Test(arguments: [ElementModel.linear, .exact])
  func theGradientOfABendIsItsFirstMultipole(_ model: ElementModel) {
    let byName = Bend(length: 0.3, angle: 0.2, k1: 3, model: model)
    var byNumber = Bend(length: 0.3, angle: 0.2, model: model)
    byNumber.normal = [0, 3]
    for beam in TestBeam.allCases {
      for z in beam.points {
        #expect(byName.image(of: z, beam) == byNumber.image(of: z, beam))
      }
    }
  }

  /// Angle, radius and field of the same curvature, to a rounding of each: 4 units in the last
  /// place.
  @Test(arguments: TestBeam.allCases)
  func angleRadiusAndFieldGiveTheSameBend(_ beam: TestBeam) {
    let entrance: ReferenceParticle<Double> = beam.reference()
    var byRadius = Bend(length: 0.3, model: .exact)
    byRadius.bending = .radius(1.5)
    var byField = Bend(length: 0.3, model: .exact)
    byField.bending = .field(entrance.rigidity / 1.5)
    expectSame(Bend(length: 0.3, angle: 0.2, model: .exact), byRadius, beam, atMost: 4 * 0x1p-52)
    expectSame(byRadius, byField, beam, atMost: 4 * 0x1p-52)
  }

  /// A gradient in T/m focuses by gradient over the signed rigidity.
  @Test(arguments: TestBeam.allCases, Quadrupole.models)
  func aGradientIsDividedByTheSignedRigidity(_ beam: TestBeam, _ model: ElementModel) {
    let entrance: ReferenceParticle<Double> = beam.reference()
    let quadrupole = Quadrupole(length: 0.3, k1: 1.5 / entrance.rigidity, model: model)
    expectSame(
      quadrupole, Quadrupole(length: 0.3, gradient: 1.5, model: model), beam, atMost: 4 * 0x1p-52)
  }

  /// Without curvature the sector's radial functions are powers: both kicks are the same
  /// polynomial, summed in another order.
  @Test func sectorMultipolesWithoutCurvatureAreStraightMultipoles() {
    let normal = [0, 1.2, -30, 200, 3000]
    let skew = [0, -0.7, 25, -100, 2000]
    let sector = SectorMultipoleKick<Double>(
      normal: normal, skew: skew, curvature: 0, strength: 0.3)
    let straight = MultipoleKick<Double>(normal: normal, skew: skew, strength: 0.3)
    for z in TestBeam.electrons.points {
      var (a, b) = (z, z)
      #expect(sector.move(&a, times: 1))
      #expect(straight.move(&b))
      let scale = max(z.px.magnitude, z.py.magnitude, a.px.magnitude, a.py.magnitude)
      #expect((a.px - b.px).magnitude <= 1e-15 * scale)
      #expect((a.py - b.py).magnitude <= 1e-15 * scale)
      #expect(a.x == z.x && a.y == z.y && a.t == z.t && a.pt == z.pt)
    }
  }

  /// Outside the orbit of curvature 1 the field of a sector quadrupole is known in closed form
  /// (section 4.3 of Zolkin's article): B_y = kn·ln(1 + hx)/h on the midplane and, for the skew
  /// one, B_x = ks·(x + hx²/2).
  @Test func theSectorQuadrupoleIsALogarithm() {
    let (h, k) = (0.8, 1.3)
    for x in [0.1, -0.08, 1e-3, 0.0] {
      let u = h * x
      var z = PhaseSpace<Double>(x: x, px: 0, y: 0, py: 0, t: 0, pt: 0)
      let normal = SectorMultipoleKick<Double>(normal: [0, k], skew: [], curvature: h, strength: 1)
      #expect(normal.move(&z, times: 1))
      // The series is cut after u¹⁶: 0.08¹⁷ is nothing.
      let expected = -(1 + u) * k * Double.log(onePlus: u) / h
      #expect((z.px - expected).magnitude <= 4e-16 * k * x.magnitude)
      var w = PhaseSpace<Double>(x: x, px: 0, y: 0, py: 0, t: 0, pt: 0)
      let skew = SectorMultipoleKick<Double>(normal: [], skew: [0, k], curvature: h, strength: 1)
      #expect(skew.move(&w, times: 1))
      #expect((w.py - k * (x + h * x * x / 2)).magnitude <= 4e-16 * k * x.magnitude)
    }
  }

  /// An ordinary point of the bend's formula, not a case of its own.
  @Test(arguments: TestBeam.allCases)
  func anExactBendWithoutCurvatureIsADrift(_ beam: TestBeam) {
    expectSame(
      Drift(length: 0.3, model: .exact), Bend(length: 0.3, model: .exact), beam,
      atMost: 8 * 0x1p-52)
    expectSame(
      Drift(length: 0.3, model: .linear), Bend(length: 0.3, model: .linear), beam,
      atMost: 8 * 0x1p-52)
  }

  @Test(arguments: TestBeam.allCases, Quadrupole.models)
  func aQuadrupoleWithoutGradientIsADrift(_ beam: TestBeam, _ model: ElementModel) {
    expectSame(
      Drift(length: 0.3, model: model), Quadrupole(length: 0.3, model: model), beam,
      atMost: 16 * 0x1p-52)
  }

  /// Thick multipoles of the same field, and what is left of a bend with multipoles that does not
  /// bend.
  @Test(arguments: TestBeam.allCases)
  func magnetsNamedAfterTheirOrderAreMultipoles(_ beam: TestBeam) {
    expectSame(
      Sextupole(length: 0.3, k2: 40, k2s: -25),
      Multipole(length: 0.3, normal: [0, 0, 40], skew: [0, 0, -25]), beam, atMost: 0)
    expectSame(
      Octupole(length: 0.3, k3: 900, k3s: -600),
      Multipole(length: 0.3, normal: [0, 0, 0, 900], skew: [0, 0, 0, -600]), beam, atMost: 0)
    var bend = Bend(length: 0.3, model: .exact)
    bend.normal = [0, 1.2, -30]
    expectSame(
      Multipole(length: 0.3, normal: [0, 1.2, -30]), bend, beam, atMost: 8 * 0x1p-52)
  }

  /// On the axis all models of a magnet have the same first order: the matrix. The exact
  /// quadrupole's steps add only roundings.
  @Test(arguments: TestBeam.allCases)
  func allModelsHaveTheSameMatrixOnTheAxis(_ beam: TestBeam) throws {
    func check<E: Element>(_: E.Type, where isComparable: (E) -> Bool) throws {
      let samples = ElementSamples<E>().all.filter(isComparable)
      for linear in samples where linear.model == .linear {
        for model in E.models {
          var other = linear
          other.choose(model)
          let expected = try #require(linear.jacobian(at: .zero, beam))
          let matrix = try #require(other.jacobian(at: .zero, beam))
          let scale = expected.joined().reduce(0) { max($0, $1.magnitude) }
          for (a, b) in zip(matrix.joined(), expected.joined()) {
            #expect((a - b).magnitude <= 16 * 0x1p-52 * scale, "\(other)")
          }
        }
      }
    }
    try check(Drift.self) { _ in true }
    try check(Quadrupole.self) { $0.normal.isEmpty && $0.skew.isEmpty }
    try check(Undulator.self) { _ in true }
    // Steps add roundings, and those of multipoles make errors of their own.
    try check(Solenoid.self) { !$0.isSplit }
    // With a gradient the exact bend is split between body and kicks, which the matrix is not.
    // Where the field is not that of the orbit, the axis is no trajectory.
    try check(Bend.self) { bend in
      bend.k1 == 0 && !(bend.normal + bend.skew + bend.midplane).contains { $0 != 0 }
        && bend.k0 == nil
    }
  }

  /// Halving the steps of a splitting of order n divides its error by 2ⁿ, once the steps are short.
  /// The reference is the same splitting with eight times the steps, whose own error is 8⁻ⁿ of it.
  @Test(arguments: [2, 4, 6])
  func aSplittingConvergesWithItsOrder(_ order: Int) throws {
    let z = PhaseSpace<Double>(x: 2e-2, px: 3e-2, y: -1e-2, py: 2e-2, t: 0, pt: 0.02)
    func error<E: Element>(_ element: E, _ steps: WritableKeyPath<E, Int?>, _ n: Int) throws
      -> Double
    {
      var coarse = element
      coarse[keyPath: steps] = n
      var fine = element
      fine[keyPath: steps] = 8 * n
      let a = try #require(coarse.image(of: z, .electrons))
      let b = try #require(fine.image(of: z, .electrons))
      return (0..<6).reduce(0) { max($0, (a[$1] - b[$1]).magnitude) }
    }
    func check<E: Element>(_ element: E, _ steps: WritableKeyPath<E, Int?>, _ n: Int) throws {
      let ratio = try error(element, steps, n) / error(element, steps, 2 * n)
      // Terms of the next order change the ratio by some ten per cent.
      #expect((0.7...1.4).contains(ratio / Double(1 << order)), "\(element): \(ratio)")
    }
    var quadrupole = Quadrupole(length: 1, k1: 3, model: .exact)
    quadrupole.order = order
    try check(quadrupole, \.steps, 4)
    var multipole = Multipole(length: 1, normal: [0, 3, 20])
    multipole.order = order
    try check(multipole, \.steps, 4)
    var bend = Bend(length: 1, angle: 0.5, k1: 3, model: .exact)
    bend.order = order
    try check(bend, \.steps, 4)
    bend.k0 = 0.4
    try check(bend, \.steps, 4)
    for model in [ElementModel.chromatic, .exact] {
      var solenoid = Solenoid(length: 1, ks: 2, model: model)
      (solenoid.normal, solenoid.order) = ([0, 1, 20], order)
      try check(solenoid, \.steps, 4)
      var magnet = Quadrupole(length: 1, k1: 3, model: model)
      (magnet.normal, magnet.order) = ([0, 0, 20], order)
      try check(magnet, \.steps, 4)
    }
    var structure = AcceleratingStructure(
      length: 1, normalizedVoltage: 60, frequency: 1.3e9, phase: -0.4)
    structure.order = order
    // Smooth: the error is soon that of rounding.
    try check(structure, \.steps, order == 6 ? 1 : 2)
    var map = FieldMap(
      length: 0.6,
      fields: [
        MappedField(.rf, scale: 20, frequency: 1.3e9, phase: 0.3, cosine: [0.6, 0.4, 0.1]),
        MappedField(.solenoid, scale: 300, cosine: [0.6, -0.4, 0.1]),
      ])
    map.order = order
    try check(map, \.steps, 16)
  }

  /// Compares the images under two elements, in units of the scale of the first's.
  private func expectSame<A: Element, B: Element>(
    _ a: A, _ b: B, _ beam: TestBeam, atMost limit: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = Worst()
    for z in beam.points {
      guard let expected = a.image(of: z.variables, beam), let image = b.image(of: z, beam) else {
        worst.record(.nan, "\(z) is lost")
        continue
      }
      let scale = PhaseSpace.scale(of: expected.values, from: z, expected.jacobian)
      for i in 0..<6 {
        worst.record(
          image[i] - expected.values[i], of: scale[i], "\(PhaseSpace<Double>.names[i]) at \(z)")
      }
    }
    expect(worst, atMost: limit, sourceLocation: sourceLocation)
  }
}
