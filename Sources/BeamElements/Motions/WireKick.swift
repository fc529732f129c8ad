import AutoDiff
import BeamMaps

/// The kick of a straight current parallel to the axis, over the part of the orbit near it:
///
///     (px, py) −= g·4L_iL/((A₊ + A₋)r²)·(X, Y),  A± = √((L_i ± L)² + 4r²),  g = μ₀I/(4πBρ)
///
/// with X, Y from the wire and r² = X² + Y². The textbook form A₊ − A₋ cancels where r is large.
public struct WireKick<S: ParticleScalar>: Motion {
  /// 4g·L_i·L [m]
  @usableFromInline let strength: S
  /// (L_i + L)² and (L_i − L)² [m²]
  @usableFromInline let sum, difference: S
  /// The wire's place [m].
  @usableFromInline let x, y: S

  /// The kick of a wire of `length` L [m] at `x`, `y` [m] over `interactionLength` L_i [m], where
  /// `strength` is g.
  @inlinable
  public init(
    strength: S.Constant, length: S.Constant, interactionLength: S.Constant, x: S.Constant,
    y: S.Constant
  ) {
    self.strength = S(4.0 * strength * interactionLength * length)
    sum = S((interactionLength + length).squared)
    difference = S((interactionLength - length).squared)
    self.x = S(x)
    self.y = S(y)
  }

  /// - Returns: False on the wire.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (x, y) = (z.x - self.x, z.y - self.y)
    let squared = x * x + y * y
    let lengths = S.sqrt(sum + 4.0 * squared) + S.sqrt(difference + 4.0 * squared)
    let kick = strength / (lengths * squared)
    z.px = z.px - kick * x
    z.py = z.py - kick * y
    return S.zero < squared
  }
}
