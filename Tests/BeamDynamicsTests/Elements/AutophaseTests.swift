import AutoDiff
import BeamDynamics
import BeamSamples
import DoubleDouble
import Testing

/// Phases that are measured from that of greatest gain.
@Suite struct AutophaseTests {
  private static let profile = [0.03125, 0.09375, 0.234375, 0.3125, 0.234375, 0.09375, 0.015625]

  private static func map(_ phase: Double, autophase: Bool, more: [MappedField] = []) -> FieldMap {
    var map = FieldMap(
      length: 0.6,
      fields: [
        MappedField(.rf, scale: 40, frequency: 1.3e9, phase: phase, cosine: profile)
      ] + more)
    (map.order, map.steps, map.autophase) = (2, 20, autophase)
    return map
  }

  private static func cavity(_ phase: Double, autophase: Bool) -> RFCavity {
    var cavity = RFCavity(
      length: 0.6, scale: 40, frequency: 1.3e9, phase: phase, cosine: profile)
    (cavity.steps, cavity.autophase) = (20, autophase)
    return cavity
  }

  /// γ − 1 and the phase of greatest gain after `element` in `slices`, from 5 MeV at the time 0.25 m.
  private static func end<C: RealScalar, E: Element>(
    _ element: E, slices: Int = 1, _ reference: ReferenceParticle<C>
  ) -> ReferenceParticle<C> {
    var reference = reference
    for index in 0..<slices {
      element.advance(&reference, over: Slice(index: index, of: slices), Lifted<E, C>(element))
    }
    return reference
  }

  private static func start<C: RealScalar>(_ energy: C, _ time: C) -> ReferenceParticle<C> {
    var reference = ReferenceParticle<C>(species: .electron, kineticEnergyOverMass: energy)
    reference.t = time
    return reference
  }

  private static let energy = 5 / Species.electron.mass

  /// No phase gains more, and the phase found is that of the reference numbers.
  @Test(arguments: [1, 3]) func thePhaseOfGreatestGainIsFound(_ slices: Int) {
    func check(_ make: (Double, Bool) -> some Element) {
      let start = Self.start(Self.energy, 0.25)
      let best = Self.end(make(0, true), slices: slices, start)
      let phases = (0..<720).map { i -> Double in 2 * Double.pi * Double(i) / 720 }
      for phase in phases {
        let other = Self.end(make(phase, false), slices: slices, start)
        #expect(other.kineticEnergyOverMass <= best.kineticEnergyOverMass * (1 + 1e-15))
      }
      let same = Self.end(make(best.crestPhase, false), slices: slices, start)
      #expect(
        (same.kineticEnergyOverMass / best.kineticEnergyOverMass - 1).magnitude <= 1e-14)
    }
    check { Self.map($0, autophase: $1) }
    check { Self.cavity($0, autophase: $1) }
    let found = Self.end(
      Self.map(0, autophase: true), Self.start(Self.energy, 0.25)
    ).crestPhase
    #expect((found - 3.831458264334876).magnitude <= 1e-12)
  }

  /// Other fields keep their differences of phase: a travelling wave of two standing ones stays one. A
  /// static field keeps its phase.
  @Test func otherFieldsKeepTheirPhases() {
    func map(_ phase: Double, _ autophase: Bool) -> FieldMap {
      Self.map(
        phase, autophase: autophase,
        more: [
          MappedField(
            .rf, scale: 40, frequency: 1.3e9, phase: phase - .pi / 2, sine: [0, 0.3, 0.2]),
          MappedField(.rf, scale: -1, frequency: 0, phase: 0.2, cosine: [2]),
        ])
    }
    let start = Self.start(Self.energy, 0.25)
    let best = Self.end(map(0, true), start)
    for n in 0..<360 {
      let other = Self.end(map(2 * .pi * Double(n) / 360, false), start)
      #expect(other.kineticEnergyOverMass <= best.kineticEnergyOverMass * (1 + 1e-15))
    }
    let shifted = Self.end(map(0.7, true), start)
    let given = Self.end(map(0.7 + best.crestPhase, false), start)
    #expect((shifted.crestPhase - best.crestPhase).magnitude <= 1e-12)
    #expect((shifted.kineticEnergyOverMass / given.kineticEnergyOverMass - 1).magnitude <= 1e-13)
  }

  /// First and second derivatives of the phase and of the gain with respect to energy and time of arrival
  /// are those of differences in 32 digits.
  @Test func derivativesAreRight() {
    typealias Second = Tangent<Tangent<Double>>
    let step = DoubleDouble(1e-6)
    func numbers<C: RealScalar>(_ element: some Element, _ energy: C, _ time: C) -> [C] {
      let end = Self.end(element, slices: 2, Self.start(energy, time))
      return [end.kineticEnergyOverMass, end.crestPhase, end.t]
    }
    func check(_ element: some Element) {
      for direction in [(1.0, 0.0), (0.0, 1.0), (0.4, -0.7)] {
        func along(_ h: DoubleDouble) -> [DoubleDouble] {
          numbers(
            element, DoubleDouble(Self.energy) + h * direction.0,
            DoubleDouble(0.25) + h * direction.1
          )
        }
        let (down, middle, up) = (along(-step), along(DoubleDouble(0)), along(step))
        func dual(_ value: Double, _ slope: Double) -> Second {
          Second(Tangent(value, tangent: slope), tangent: Tangent(slope, tangent: 0))
        }
        let found = numbers(
          element, dual(Self.energy, direction.0), dual(0.25, direction.1))
        for i in found.indices {
          let first = ((up[i] - down[i]) / (2.0 * step)).high
          let second = ((up[i] - 2.0 * middle[i] + down[i]) / (step * step)).high
          #expect((found[i].value.tangent - first).magnitude <= 1e-9 * max(1, first.magnitude))
          #expect(
            (found[i].tangent.tangent - second).magnitude <= 1e-7 * max(1, second.magnitude))
        }
      }
    }
    check(Self.map(-0.25, autophase: true))
    check(Self.cavity(-0.25, autophase: true))
  }

  /// Nothing gains where there is no field, and the phase is 0.
  @Test func withoutFieldThePhaseIsZero() {
    var map = Self.map(0.3, autophase: true)
    map.fields[0].scale = 0
    let start = Self.start(Self.energy, 0.25)
    let end = Self.end(map, start)
    #expect(end.crestPhase == 0)
    #expect(end.kineticEnergyOverMass == start.kineticEnergyOverMass)
  }
}
