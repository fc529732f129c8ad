import AutoDiff
import BeamDynamics

/// The numbers of the reference particle that maps may depend on.
enum ReferenceNumber: Int, CaseIterable, Sendable {
  case energy, path, time

  /// The reference particle with another value of this number.
  func set<T: RealScalar>(_ reference: inout ReferenceParticle<T>, by change: (T) -> T) {
    switch self {
    case .energy: reference.kineticEnergyOverMass = change(reference.kineticEnergyOverMass)
    case .path: reference.s = change(reference.s)
    case .time: reference.t = change(reference.t)
    }
  }

  /// The value of this number.
  func value<T: RealScalar>(of reference: ReferenceParticle<T>) -> T {
    switch self {
    case .energy: reference.kineticEnergyOverMass
    case .path: reference.s
    case .time: reference.t
    }
  }
}

/// Which numbers of the reference particle vary along a beamline, and which maps feel it.
///
/// Dependence is found by arithmetic: a tangent that is not a number spreads to everything that is
/// computed from it, also where the derivative happens to be zero.
struct ReferenceActivity {
  /// The numbers that vary before the next passage.
  private(set) var varying: Set<ReferenceNumber>

  init(energyVaries: Bool) { varying = energyVaries ? [.energy] : [] }

  /// Those of the varying numbers that the map of a passage depends on.
  func felt(by element: any Element, _ inputs: SliceInputs<Double>) -> [ReferenceNumber] {
    ReferenceNumber.allCases.filter { number in
      guard varying.contains(number) else { return false }
      var lifted = inputs.map { Tangent($0, tangent: 0) }
      number.set(&lifted.reference) { Tangent($0.value, tangent: .nan) }
      let map = element.pointMap(lifted)
      // Off the axis in every coordinate, so that nothing is multiplied by a plain zero.
      var z = PhaseSpace<Tangent<Double>>.zero
      for i in 0..<6 { z[i] = Tangent(1e-6 * Double(i + 1), tangent: 0) }
      map(&z)
      return (0..<6).contains { z[$0].tangent.isNaN }
    }
  }

  /// Goes past a passage.
  ///
  /// - Parameter ownVary: Whether parameters of the element vary: `inputs` has them.
  mutating func pass(_ element: any Element, _ inputs: SliceInputs<Double>, ownVary: Bool) {
    if varying.isEmpty && !ownVary { return }
    var lifted = inputs.map { Tangent($0, tangent: 0) }
    for i in lifted.substitutions.indices { lifted.substitutions[i].value.tangent = .nan }
    for number in varying {
      number.set(&lifted.reference) { Tangent($0.value, tangent: .nan) }
    }
    let after = element.referenceAfter(lifted)
    varying = Set(
      ReferenceNumber.allCases.filter { $0.value(of: after).tangent.isNaN })
  }
}
