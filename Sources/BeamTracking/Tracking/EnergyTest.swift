import AutoDiff
import BeamMaps

/// Passes particles whose total energy exceeds their rest energy: a = 1 − β·pt > 1/γ.
///
/// Beyond pt = (1 + 1/γ)/β the square of the momentum is positive again, with a negative energy;
/// maps test the momentum only. Magnets do not change pt. The test is made at the start, after each
/// slice that changes pt, and after each collective effect.
struct EnergyTest<S: ParticleScalar>: Motion {
  static var kept: KeptCoordinates { .all }

  private let kinematics: Kinematics<S>
  private let restEnergy: S

  init(_ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    restEnergy = S(1.0 / reference.gamma)
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    restEnergy < kinematics.energyRatio(z.pt)
  }
}

/// For each element of a beamline, whether it changes the energies of particles, so that these must
/// be tested after it.
///
/// It is determined where the element is passed first.
package struct EnergyChanges: Sendable {
  /// nil for an element that has not been passed.
  package private(set) var known: [Bool?]

  package init(_ beamline: Beamline) { known = beamline.elements.map { _ in nil } }

  /// What has been determined in an earlier part of a run.
  init(known: [Bool?]) { self.known = known }

  /// Determines it anew for an element, when it is passed next: its numbers have changed.
  mutating func forget(_ index: Int) { known[index] = nil }

  /// Determines it for an element that the reference particle has passed, unless it is known.
  package mutating func include(
    _ index: Int, _ element: any Element, at reference: @autoclosure () -> ReferenceParticle<Double>
  ) -> Bool {
    if let known = known[index] { return known }
    let result = element.changesParticleEnergies(at: reference())
    known[index] = result
    return result
  }

  /// The result for an element that has been passed.
  package subscript(index: Int) -> Bool { known[index] ?? false }
}

extension Element {
  /// Whether particles may leave the element with another pt.
  ///
  /// It is determined by tracking one particle that is off the axis in every coordinate and has
  /// more energy than the reference particle.
  func changesParticleEnergies(at reference: ReferenceParticle<Double>) -> Bool {
    var z = PhaseSpace<Tangent<Double>>.zero
    for i in 0..<6 { z[i] = Tangent(-1e-4 * Double(i + 1), tangent: 0) }
    let pt = z.pt.value
    let inputs = SliceInputs(Slice(), reference.map { Tangent($0, tangent: 0) })
    let isInside = pointMap(inputs)(&z)
    return !isInside || z.pt.value != pt
  }
}
