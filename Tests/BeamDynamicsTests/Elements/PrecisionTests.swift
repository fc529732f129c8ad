import AutoDiff
import BeamDynamics
import BeamSamples
import DoubleDouble
import Testing

/// The same formula in every precision and every number of lanes.
@Suite struct PrecisionTests {
  /// The formulas do not cancel: some tens of roundings of half a unit in the last place, most of
  /// which do not add up, come to no more than 16 units (2⁻⁵² each), also in a splitting of order 6
  /// whose steps go back and forth.
  @Test(arguments: catalogKinds)
  func everyMapIsAccurateToItsLastPlaces(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      compare(E.self, atMost: 16 * 0x1p-52) { element, z, beam in
        element.image(of: z.map { DoubleDouble($0) }, beam)?.map { Double($0) }
      }
    }
    check(try kind(name))
  }

  /// 8 units in the last place of single precision, 2⁻²³ each; the constants are rounded too.
  @Test(arguments: catalogKinds)
  func singlePrecisionAgreesToItsOwnLastPlaces(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      compare(E.self, atMost: 8 * 0x1p-23) { element, z, beam in
        element.image(of: z.map { Float($0) }, beam)?.map { Double($0) }
      }
    }
    check(try kind(name))
  }

  /// Lanes contract products and sums, and have elementary functions of their own, right to two
  /// units: the bound is that of the roundings themselves.
  @Test(arguments: catalogKinds)
  func lanesOfDoublesEqualTheScalar(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      compareLanes(E.self, DoubleX2.self, atMost: 16 * 0x1p-52)
      compareLanes(E.self, DoubleX4.self, atMost: 16 * 0x1p-52)
      compareLanes(E.self, DoubleX8.self, atMost: 16 * 0x1p-52)
    }
    check(try kind(name))
  }

  @Test(arguments: catalogKinds)
  func lanesOfFloatsEqualTheScalar(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      compareLanes(E.self, FloatX4.self, atMost: 8 * 0x1p-23)
      compareLanes(E.self, FloatX8.self, atMost: 8 * 0x1p-23)
      compareLanes(E.self, FloatX16.self, atMost: 8 * 0x1p-23)
    }
    check(try kind(name))
  }

  /// What a run tracks with: the compiler's specialised code, in lanes of this machine's width and
  /// with products and sums contracted.
  @Test(arguments: catalogKinds)
  func theTrackersKernelsEqualTheScalar(_ name: String) throws {
    func track<E: Element, Word: ParticleWord>(
      _ z: PhaseSpace<Double>, _ element: E, _ beam: TestBeam, _: Word.Type
    ) -> PhaseSpace<Double>? {
      // One particle more than a group of lanes has at most.
      var bunch = Bunch<Word>(count: 17, reference: beam.reference())
      // A plane of bending that is rolled is a frame, which is not the element's own map.
      var element = element
      if let roll = E.designRoll { element[keyPath: roll] = 0 }
      bunch[16] = z
      let losses = try? Tracker(Beamline([element]), workers: .one).track(&bunch)
      return losses == [] ? bunch[16] : nil
    }
    func check<E: Element>(_: E.Type) {
      compare(E.self, atMost: 16 * 0x1p-52, choosingSteps: true) { track($1, $0, $2, Double.self) }
      // The steps that are chosen may be a hundred maps and more, each rounded.
      compare(E.self, atMost: 20 * 0x1p-23, choosingSteps: true) { track($1, $0, $2, Float.self) }
    }
    check(try kind(name))
  }

  /// Neighbours on both sides of the border between series and closed form, kL²/δ = 1, do not
  /// disturb each other.
  @Test func aLaneDoesNotSeeTheBranchOfItsNeighbours() {
    let quadrupole = Quadrupole(length: 0.5, k1: 4, model: .chromatic)
    let far = PhaseSpace<Double>(x: 1e-3, px: 2e-3, y: -1e-3, py: 1e-3, t: 0, pt: 0.03)
    var near = far
    near.pt = -0.03
    let mixed = quadrupole.image(
      of: PhaseSpace<Lanes<DoubleX2>> { i in
        var pair = Lanes<DoubleX2>(far[i])
        pair[1] = near[i]
        return pair
      }, .electrons)
    for (lane, z) in [far, near].enumerated() {
      let alone = quadrupole.image(of: z.map { Lanes<DoubleX2>($0) }, .electrons)
      for i in 0..<6 { #expect(mixed?[i][lane] == alone?[i][0]) }
    }
  }

  /// Compares images in double precision with those of another kind of number, from points that
  /// single precision represents.
  private func compare<E: Element>(
    _: E.Type, atMost limit: Double, choosingSteps: Bool = false,
    _ other: (E, PhaseSpace<Double>, TestBeam) -> PhaseSpace<Double>?
  ) {
    var worst = Worst()
    for sample in ElementSamples<E>().all {
      for beam in TestBeam.allCases {
        // The tracker chooses steps that are not named.
        let line = Beamline([sample]).choosingSteps(from: beam.reference())
        guard let element = choosingSteps ? line[place: 0].element as? E : sample else { continue }
        for z in beam.singlePrecisionPoints {
          guard let image = element.image(of: z.variables, beam), let same = other(element, z, beam)
          else {
            worst.record(.nan, "\(element) loses \(z)")
            continue
          }
          let scale = PhaseSpace.scale(
            of: image.values, from: z, image.jacobian, floor: element.coordinateFloor)
          for i in 0..<6 {
            worst.record(
              same[i] - image.values[i], of: scale[i],
              "\(PhaseSpace<Double>.names[i]) of \(element) at \(z)")
          }
        }
      }
    }
    expect(worst, atMost: limit * Self.passes(E.self, choosingSteps))
  }

  /// How many maps' roundings there are: fields are passed in steps of a hundred operations each, of which hundreds
  /// are chosen where order 2 is named.
  private static func passes<E: Element>(_: E.Type, _ choosingSteps: Bool) -> Double {
    let isField = E.self == FieldMap.self || E.self == AcceleratingStructure.self
    return isField ? (choosingSteps ? 64 : 8) : 1
  }

  /// Compares the lanes of a group of different particles with each particle alone.
  private func compareLanes<E: Element, Shape: LaneShape>(
    _: E.Type, _: Shape.Type, atMost limit: Double
  ) where Shape.Storage.Scalar: ParticleWord {
    var worst = Worst()
    for element in ElementSamples<E>().all {
      for beam in TestBeam.allCases {
        let points = (0..<Lanes<Shape>.count).map {
          beam.singlePrecisionPoints[$0 % beam.singlePrecisionPoints.count]
        }
        let group = PhaseSpace<Lanes<Shape>> { i in
          var lanes = Lanes<Shape>(0.0)
          for (lane, z) in points.enumerated() { lanes[lane] = Shape.Storage.Scalar(z[i]) }
          return lanes
        }
        let images = element.image(of: group, beam)
        for (lane, z) in points.enumerated() {
          guard let images, let alone = element.image(of: z.variables, beam) else {
            worst.record(.nan, "\(element) loses \(z)")
            continue
          }
          let scale = PhaseSpace.scale(
            of: alone.values, from: z, alone.jacobian, floor: element.coordinateFloor)
          for i in 0..<6 {
            worst.record(
              Double(images[i][lane]) - alone.values[i], of: scale[i],
              "\(PhaseSpace<Double>.names[i]) of \(element) at \(z)")
          }
        }
      }
    }
    expect(worst, atMost: limit * Self.passes(E.self, false))
  }
}

extension TestBeam {
  /// The points, those off the axis first, rounded to single precision.
  var singlePrecisionPoints: [PhaseSpace<Double>] {
    points.reversed().map { z in z.map { Double(Float($0)) } }
  }
}
