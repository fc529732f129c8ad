import AutoDiff
import BeamDynamics
import CVectorMath

/// The number that a design is evaluated with: one that comes in groups, too.
package protocol DesignNumber: SweepScalar {
  /// The same for a group of particles side by side.
  associatedtype Group: ParticleScalar where Group.Constant == Self, Group.Word == Double
}

extension Double: DesignNumber {
  package typealias Group = Lanes<cvm_native_doubles.DoubleShape>
}

extension Tangent: DesignNumber where Value == Double {
  package typealias Group = Tangent<Lanes<cvm_native_doubles.DoubleShape>>
}
