import AutoDiff
import BeamMaps

/// The variables of the reference particle that maps may depend on.
@usableFromInline
package enum ReferenceNumber: Int, CaseIterable, Sendable {
  case energy, path, time, crestPhase

  /// Changes this variable of the reference particle.
  @inlinable
  package func set<T: RealScalar>(_ reference: inout ReferenceParticle<T>, by change: (T) -> T) {
    switch self {
    case .energy: reference.kineticEnergyOverMass = change(reference.kineticEnergyOverMass)
    case .path: reference.s = change(reference.s)
    case .time: reference.t = change(reference.t)
    case .crestPhase: reference.crestPhase = change(reference.crestPhase)
    }
  }

  /// The value of this variable.
  @inlinable
  package func value<T: RealScalar>(of reference: ReferenceParticle<T>) -> T {
    switch self {
    case .energy: reference.kineticEnergyOverMass
    case .path: reference.s
    case .time: reference.t
    case .crestPhase: reference.crestPhase
    }
  }

  /// Adds a derivative with respect to this variable.
  @inlinable
  package func add<C: RealScalar>(_ derivative: C, to cotangent: inout ReferenceCotangent<C>) {
    switch self {
    case .energy: cotangent.kineticEnergyOverMass += derivative
    case .path: cotangent.s += derivative
    case .time: cotangent.t += derivative
    case .crestPhase: cotangent.crestPhase += derivative
    }
  }
}

/// Which variables of the reference particle vary along a beamline, and which maps depend on them.
///
/// A dependence is detected by arithmetic: a tangent that is NaN propagates to everything that is
/// computed from it, also where the derivative is zero.
package struct ReferenceActivity: Sendable {
  /// The variables that vary before the next passage.
  package private(set) var varying: Set<ReferenceNumber>

  package init(energyVaries: Bool) { varying = energyVaries ? [.energy] : [] }

  /// The varying variables on which the map of a passage depends.
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
      // All coordinates are nonzero, so that no dependence is hidden by a factor of zero.
      var z = PhaseSpace<Tangent<Double>>.zero
      for i in 0..<6 { z[i] = Tangent(1e-6 * Double(i + 1), tangent: 0) }
      map(&z)
      return (0..<6).contains { z[$0].tangent.isNaN }
    }
  }

  /// Records an effect's energy gain, which may depend on anything that varies.
  package mutating func passGain() { varying.insert(.energy) }

  /// Records a passage.
  ///
  /// - Parameter inputs: The inputs of the slice at its beginning; the numbers that replace
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
