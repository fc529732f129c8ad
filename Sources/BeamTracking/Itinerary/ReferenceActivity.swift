import AutoDiff
import BeamMaps

/// The numbers of the reference particle that maps may depend on.
@usableFromInline
package enum ReferenceNumber: Int, CaseIterable, Sendable {
  case energy, path, time

  /// The reference particle with another value of this number.
  @inlinable
  package func set<T: RealScalar>(_ reference: inout ReferenceParticle<T>, by change: (T) -> T) {
    switch self {
    case .energy: reference.kineticEnergyOverMass = change(reference.kineticEnergyOverMass)
    case .path: reference.s = change(reference.s)
    case .time: reference.t = change(reference.t)
    }
  }

  /// The value of this number.
  @inlinable
  package func value<T: RealScalar>(of reference: ReferenceParticle<T>) -> T {
    switch self {
    case .energy: reference.kineticEnergyOverMass
    case .path: reference.s
    case .time: reference.t
    }
  }

  /// Adds a derivative to this number.
  @inlinable
  package func add<C: RealScalar>(_ derivative: C, to cotangent: inout ReferenceCotangent<C>) {
    switch self {
    case .energy: cotangent.kineticEnergyOverMass += derivative
    case .path: cotangent.s += derivative
    case .time: cotangent.t += derivative
    }
  }
}

/// Which numbers of the reference particle vary along a beamline, and which maps feel it.
///
/// Dependence is found by arithmetic: a tangent that is not a number spreads to everything that is
/// computed from it, also where the derivative happens to be zero.
package struct ReferenceActivity: Sendable {
  /// The numbers that vary before the next passage.
  package private(set) var varying: Set<ReferenceNumber>

  package init(energyVaries: Bool) { varying = energyVaries ? [.energy] : [] }

  /// Those of the varying numbers that the map of a passage depends on.
  package func activeNumbers(
    of element: any Element, _ inputs: @autoclosure () -> SliceInputs<Double>
  ) -> [ReferenceNumber] {
    if varying.isEmpty { return [] }
    let inputs = inputs()
    return ReferenceNumber.allCases.filter { number in
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

  /// Goes past an effect's gain of energy: it may depend on anything that varies.
  package mutating func passGain() { varying.insert(.energy) }

  /// Goes past a passage.
  ///
  /// - Parameter inputs: What the slice depends on at its beginning; the numbers in the place of
  ///   parameters vary.
  package mutating func pass(_ element: any Element, _ inputs: SliceInputs<Double>) {
    if varying.isEmpty && inputs.substitutions.isEmpty { return }
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
