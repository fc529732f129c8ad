import BeamDynamics
import Testing

/// A particle with pt beyond (1 + 1/γ)/β has a real momentum by δ² = 1 − 2pt/β + pt², but a negative
/// energy: no such particle flies.
@Suite struct NegativeEnergyTests {
  private static let elements: [any Element] = [
    Drift(length: 1, model: .linear), Drift(length: 1, model: .chromatic),
    Drift(length: 1, model: .exact),
    Quadrupole(length: 1, k1: 1, model: .chromatic), Quadrupole(length: 1, k1: 1, model: .exact),
    Bend(length: 1, angle: 0.1, model: .exact), Sextupole(length: 1, k2: 1),
    ThinDipole(angle: 0.1, radius: 1),
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
    #expect(losses.map(\.cause) == [.domain])
    #expect(bunch[3] == bad)
  }
}
