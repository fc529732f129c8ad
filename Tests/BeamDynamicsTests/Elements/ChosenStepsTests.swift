import BeamDynamics
import BeamSamples
import Foundation
import LinearAlgebra
import Testing

/// Order and steps that nobody named.
@Suite struct ChosenStepsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let element: any SplitElement
    var slices = 1
    var placement = Placement()
    var beam = TestBeam.electrons

    init(
      _ name: String, _ element: any SplitElement, slices: Int = 1, placement: Placement = .init(),
      beam: TestBeam = .electrons
    ) {
      testDescription = name
      self.element = element
      self.slices = slices
      self.placement = placement
      self.beam = beam
    }

    var reference: ReferenceParticle<Double> { beam.reference() }

    var chosen: any SplitElement {
      let line = Beamline([BeamlineElement("e", element, placement: placement)])
        .choosingSteps(from: reference, slices: slices)
      return (line.elements[0].element as? any SplitElement) ?? element
    }
  }

  static func quadrupole(_ k1: Double, _ length: Double) -> Quadrupole {
    Quadrupole(length: length, k1: k1, model: .exact)
  }

  static func bend(_ angle: Double, k1: Double = 0, normal: [Double] = [], skew: [Double] = [])
    -> Bend
  {
    var bend = Bend(length: 1, angle: angle, k1: k1)
    bend.normal = normal
    bend.skew = skew
    return bend
  }

  static func solenoid(_ ks: Double, normal: [Double]) -> Solenoid {
    var solenoid = Solenoid(length: 0.6, ks: ks, model: .exact)
    solenoid.normal = normal
    return solenoid
  }

  static func field(_ angle: Double, k0: Double, k1: Double) -> Bend {
    var bend = Bend(length: 1, angle: angle, k1: k1)
    bend.k0 = k0
    return bend
  }

  static func multipoles(_ k1: Double, _ normal: [Double], _ model: ElementModel) -> Quadrupole {
    var quadrupole = Quadrupole(length: 0.3, k1: k1, model: model)
    quadrupole.normal = normal
    return quadrupole
  }

  static func structure(
    _ voltage: Double, _ wave: AcceleratingStructure.Wave = .standing
  ) -> AcceleratingStructure {
    var structure = AcceleratingStructure(length: 1, frequency: 1.3e9, phase: -0.3, wave: wave)
    structure.voltage = voltage
    return structure
  }

  /// Fields that go to zero smoothly at both ends.
  static let rf = MappedField(
    .rf, field: 20e6, frequency: 1.3e9, phase: 0.2,
    cosine: [0.625, 0.46875, 0.1875, 0.03125])
  static let lens = MappedField(.solenoid, field: 0.2, cosine: [0.625, 0.46875, 0.1875, 0.03125])

  static func fieldMap(_ fields: [MappedField]) -> FieldMap {
    FieldMap(length: 0.6, fields: fields)
  }

  static let cases: [Case] = [
    Case("quadrupole 20", quadrupole(20, 0.2)),
    Case("quadrupole -20, five slices", quadrupole(-20, 0.2), slices: 5),
    Case("quadrupole 0.1", quadrupole(0.1, 0.2)),
    Case("quadrupole 5, long, slow protons", quadrupole(5, 1), beam: .protons),
    Case("sextupole 50", Sextupole(length: 0.2, k2: 50)),
    Case(
      "sextupole -500, skew, misaligned", Sextupole(length: 0.2, k2: -500, k2s: 200),
      placement: Placement(dx: 2e-3, dy: -1e-3, tilt: 0.3)),
    Case("sextupole 0", Sextupole(length: 0.2)),
    Case("octupole 1e4", Octupole(length: 0.3, k3: 1e4, k3s: -3e3)),
    Case("multipole k1 2", Multipole(length: 0.3, normal: [0, 2])),
    Case("multipole skew k1 -8", Multipole(length: 0.5, normal: [0, 1], skew: [0, -8])),
    Case(
      "multipole of high order", Multipole(length: 0.2, normal: [0, 0.5, 10, 200, 1e4, 1e6])),
    Case("multipole without field", Multipole(length: 1)),
    Case("solenoid with a quadrupole", solenoid(1.3, normal: [0, 2])),
    Case("solenoid with a sextupole", solenoid(1.3, normal: [0, 0, 20]), beam: .protons),
    Case("bend k1 0.85", bend(0.39, k1: 0.85)),
    Case("bend k1 -3, five slices", bend(-0.2, k1: -3), slices: 5),
    Case("bend k2 3", bend(0.39, normal: [0, 0, 3])),
    Case("bend skew", bend(0.1, skew: [0, 0.5, -4]), beam: .protons),
    Case("bend in a field not its own", field(0.39, k0: 0.38, k1: -0.3)),
    Case("quadrupole with an octupole, chromatic", multipoles(5, [0, 0, 0, 900], .chromatic)),
    Case("quadrupole with a sextupole, exact", multipoles(5, [0, 0, 30], .exact)),
    Case("structure of 20 MV", structure(20e6)),
    Case("structure of 5 MV, travelling", structure(5e6, .traveling)),
    Case("cavity that deflects", CrabCavity(voltage: 3e6, frequency: 3e9, length: 0.5)),
    Case("map of an rf field", fieldMap([rf])),
    Case("map of a solenoid", fieldMap([lens])),
    Case("map of both, two slices", fieldMap([rf, lens]), slices: 2),
  ]

  /// The image of `z`, and the matrix on the axis.
  static func pass<E: SplitElement>(
    _ element: E, _ c: Case, _ z: PhaseSpace<Double>
  ) throws -> (PhaseSpace<Double>, [[Double]]) {
    let image = try #require(element.image(of: z, c.beam, slices: c.slices))
    let matrix = try #require(element.jacobian(at: .zero, c.beam, slices: c.slices))
    return (image, matrix)
  }

  /// Promised is 1e-6 of the largest coordinate, and 1e-11 of a magnet's matrix's entries, or of its
  /// largest where that is above 1.
  @Test(arguments: cases)
  func whatIsChosenIsRight(_ c: Case) throws {
    func check<E: SplitElement>(_ chosen: E) throws {
      let splitting = chosen.splitting
      #expect(splitting.isNamed)
      var fine = chosen
      fine.splitting = Splitting(order: 6, steps: 4 * (splitting.steps ?? 1) + 24)
      var worst = 0.0
      for signs in 0..<64 {
        var z = PhaseSpace<Double> { i in
          (signs >> i & 1 == 0 ? 1 : -1) * (i == 5 ? 0.01 * c.reference.beta : 5e-3)
        }
        let (dx, dy, tilt) = (c.placement.dx, c.placement.dy, c.placement.tilt)
        PlacementFrame<Double>(dx: dx, dy: dy, tilt: tilt).enter(&z)
        let (a, m) = try Self.pass(chosen, c, z)
        let (b, n) = try Self.pass(fine, c, z)
        let size = (0..<6).map { b[$0].magnitude }.max() ?? 0
        worst = max(worst, ((0..<6).map { (a[$0] - b[$0]).magnitude }.max() ?? 0) / size)
        guard signs == 0 else { continue }
        let largest = n.joined().map(\.magnitude).max() ?? 0
        let off = zip(m.joined(), n.joined()).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(off <= (E.hasAccurateMatrix ? 1e-11 : 2e-6) * max(largest, 1))
      }
      #expect(worst <= 1e-6)
      print("chosen | \(c) | \(splitting.order ?? 0) | \(splitting.steps ?? 0) | \(worst)")
    }
    try check(c.chosen)
  }

  @Test func withoutFieldOneStepOfOrderTwoDoes() {
    for element in [Multipole(length: 1), Sextupole(length: 0.5)] as [any SplitElement] {
      #expect(Case("", element).chosen.splitting == Splitting(order: 2, steps: 1))
    }
  }

  @Test func whatIsNamedIsKept() {
    var bend = Self.bend(0.39, k1: 0.85)
    bend.steps = 3
    #expect(Case("", bend).chosen.splitting == Splitting(order: 6, steps: 3))
    bend.steps = nil
    bend.order = 4
    #expect(Case("", bend).chosen.splitting.order == 4)
    bend.steps = 1
    let line = Beamline([bend])
    let choices = line.splittingChoices(from: TestBeam.electrons.reference())
    #expect(choices[0].choice.splitting == Splitting(order: 4, steps: 1))
    #expect(choices[0].choice.error > 1e-3)
  }

  /// A cavity of nine cells: its energy gain in `steps` and in ten times as many.
  @Test(arguments: [1, 5])
  func aCavityOfNineCellsGainsWhatItShould(_ slices: Int) {
    let cosine = (0..<25).map { j in exp(-pow(Double(j) - 9, 2) / 8) }
    let cavity = RFCavity(
      length: 1.2, scale: 40, frequency: 1.3e9, phase: 0.3, cosine: cosine)
    let c = Case("cavity", cavity, slices: slices)
    func gain(_ element: any SplitElement) -> Double {
      var reference = c.reference
      for i in 0..<slices { element.advance(&reference, over: Slice(index: i, of: slices)) }
      return reference.kineticEnergyOverMass - c.reference.kineticEnergyOverMass
    }
    let chosen = c.chosen
    var fine = chosen
    fine.splitting.steps = 10 * (chosen.splitting.steps ?? 1)
    // The finer one is off by a hundredth of the promise.
    #expect((gain(chosen) / gain(fine) - 1).magnitude < 1e-6)
    #expect((gain(cavity) / gain(fine) - 1).magnitude > 1e-4)
    print("chosen | nine cells, \(slices) slices | 2 | \(chosen.splitting.steps ?? 0)")
  }
}
