import AutoDiff
import BeamDynamics
import CVectorMath

/// The number that a design is evaluated with, and what a tape makes of it.
///
/// `Double` gives values and gradients. `Tangent<Double>` gives, besides, how both change along a
/// direction: of the gradient, that is a Hessian-vector product.
package protocol DesignNumber: SweepScalar {
  /// The same for a group of particles side by side.
  associatedtype Group: ParticleScalar where Group.Constant == Self, Group.Word == Double
  /// The same number while a tape records what is done with it.
  associatedtype Recorded: RealScalar

  /// Begins to record what is done with a number.
  static func record(_ number: Self, on tape: Tape) -> Recorded
  /// The number that was recorded.
  static func value(of number: Recorded) -> Self
  /// Says that the derivative to `result` is `cotangent`.
  static func seed(_ cotangent: Self, to result: Recorded, _ seeds: inout Tape.Seeds)
  /// The derivative to a number whose recording began with ``record(_:on:)``.
  static func cotangent(of number: Recorded, on tape: Tape) -> Self
}

extension Double: DesignNumber {
  package typealias Group = Lanes<cvm_native_doubles.DoubleShape>

  package static func record(_ number: Double, on tape: Tape) -> Adjoint { tape.variable(number) }

  package static func value(of number: Adjoint) -> Double { number.value }

  package static func seed(_ cotangent: Double, to result: Adjoint, _ seeds: inout Tape.Seeds) {
    seeds.add(cotangent, to: result)
  }

  package static func cotangent(of number: Adjoint, on tape: Tape) -> Double {
    tape.adjoint(of: number)
  }
}

extension Tangent: DesignNumber where Value == Double {
  package typealias Group = Tangent<Lanes<cvm_native_doubles.DoubleShape>>

  package static func record(_ number: Tangent<Double>, on tape: Tape) -> Tangent<Adjoint> {
    Tangent<Adjoint>(tape.variable(number.value), tangent: tape.variable(number.tangent))
  }

  package static func value(of number: Tangent<Adjoint>) -> Tangent<Double> {
    Tangent<Double>(number.value.value, tangent: number.tangent.value)
  }

  /// What goes back is L = Σ λ·ẏ + λ̇·y, with the results y, their tangents ẏ and the cotangents λ, λ̇.
  package static func seed(
    _ cotangent: Tangent<Double>, to result: Tangent<Adjoint>, _ seeds: inout Tape.Seeds
  ) {
    seeds.add(cotangent.value, to: result.tangent)
    seeds.add(cotangent.tangent, to: result.value)
  }

  /// ∂L/∂ẋ = Σ λ·∂y/∂x is the cotangent, and ∂L/∂x its derivative along the direction.
  package static func cotangent(
    of number: Tangent<Adjoint>, on tape: Tape
  ) -> Tangent<Double> {
    Tangent<Double>(tape.adjoint(of: number.tangent), tangent: tape.adjoint(of: number.value))
  }
}
