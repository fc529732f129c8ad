import AutoDiff
import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// A particle with pt beyond (1 + 1/γ)/β has a real momentum by δ² = 1 − 2pt/β + pt², but a negative
/// energy: no such particle flies.
@Suite struct NegativeEnergyTests {
  private static let elements: [any Element] = [
    Drift(length: 1, model: .linear), Drift(length: 1, model: .chromatic),
    Drift(length: 1, model: .exact),
    Quadrupole(length: 1, k1: 1, model: .chromatic), Quadrupole(length: 1, k1: 1, model: .exact),
    Bend(length: 1, angle: 0.1, model: .exact), Sextupole(length: 1, k2: 1),
    ThinDipole(angle: 0.1, radius: 1), QuadrupoleEdge(k1: 1),
    DipoleEdge(angle: 0.1, radius: 1, model: .nonlinear), PlasmaLens(length: 1, k: 1),
    PitchRotation(angleOut: 0.1),
  ]

  @Test(arguments: elements.indices)
  func aParticleOfNegativeEnergyIsLostAtTheStart(_ i: Int) throws {
    let element = Self.elements[i]
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
    var bunch = Bunch<Double>(count: 10, reference: reference)
    let bad = PhaseSpace<Double>(x: 1e-3, px: 0, y: 0, py: 0, t: 0, pt: 2.5)
    bunch[3] = bad
    let losses = try Tracker(Beamline([element])).track(&bunch)
    #expect(losses.map(\.particle) == [3])
    #expect(losses.map(\.cause) == [.energy])
    #expect(bunch[3] == bad)
  }

  /// What brings particles below their rest energy: kinds that change pt.
  private static let changers: [any Element] = [
    Buncher(normalizedVoltage: 0.2, wavenumber: 10), ConstantFocusing(length: 1, kt: 5),
    ShortRFCavity(normalizedVoltage: 3, frequency: 1e9, phase: -.pi / 2),
    RFCavity(length: 0.05, scale: 20, frequency: 3e9, phase: 1, cosine: [2]),
  ]

  /// In a row of such elements, with drifts between them, everyone alive has an energy above the
  /// rest energy after each element; who came below is lost there, with that cause and the
  /// coordinates that show it.
  @Test(arguments: changers.indices)
  func aParticleThatLosesItsEnergyOnTheWayIsLostThere(_ i: Int) throws {
    try check(Double.self, Self.changers[i])
    try check(Float.self, Self.changers[i])
  }

  private func check<Word: ParticleWord>(_: Word.Type, _ element: any Element) throws {
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 2)
    var bunch = Bunch<Word>(count: 600, reference: reference)
    for n in 0..<600 {
      bunch[n] = PhaseSpace(
        x: 1e-4, px: 0, y: 0, py: 0, t: 1e-2 * Double(n - 300) / 10, pt: 2e-3 * Double(n - 300))
    }
    let start = bunch
    let cell: [any Element] = [element, Drift(length: 0.1, model: .linear)]
    let beamline = Beamline(cell + cell + cell).choosingSteps(from: reference)
    let losses = try Tracker(beamline).track(&bunch)
    #expect(losses.contains { $0.cause == .energy && $0.place > 0 || $0.passage >= 0 })
    #expect(losses.count < 600)
    // Place by place with the maps of points, which know nothing of losses.
    var reference2 = reference
    var points = (0..<600).map { start[$0] }
    var lost = Set(losses.filter { $0.passage < 0 }.map(\.particle))
    for place in 0..<beamline.count {
      let item = beamline[place: place].element
      item.advance(&reference2, over: Slice())
      let map = item.pointMap(SliceInputs(Slice(), reference2.map { Tangent($0, tangent: 0) }))
      for n in 0..<600 where !lost.contains(n) {
        var z = PhaseSpace<Tangent<Double>> { Tangent(points[n][$0], tangent: 0) }
        map(&z)
        points[n] = PhaseSpace { z[$0].value }
        let gamma = reference2.gamma - reference2.betaGamma * points[n].pt
        let loss = losses.first { $0.particle == n && $0.passage >= 0 && $0.place == place }
        // Close to the border single precision may decide otherwise.
        if (gamma - 1).magnitude > 1e-4 {
          #expect((loss != nil) == (gamma <= 1), "\(n) at \(place): \(gamma)")
          if let loss { #expect(loss.cause == .energy) }
        }
        if loss != nil { lost.insert(n) }
      }
    }
  }

  /// An element that says nothing changes pt of nobody, in any model.
  @Test(arguments: catalogKinds)
  func whatDoesNotChangeEnergiesLeavesThemToTheLastBit(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      for element in ElementSamples<E>().all {
        for beam in TestBeam.allCases {
          let entrance: ReferenceParticle<Double> = beam.reference()
          var exit = entrance
          element.advance(&exit, over: Slice())
          guard !element.changesParticleEnergies(at: exit) else { continue }
          for point in beam.points {
            guard let image = element.image(of: point, beam) else { continue }
            #expect(image.pt == point.pt, "\(element)")
          }
        }
      }
    }
    check(try kind(name))
  }
}
