import AutoDiff
import BeamMaps

/// The derivatives of an objective with respect to the variables of the reference particle at one
/// place.
public struct ReferenceCotangent<C: RealScalar>: Sendable {
  /// With respect to γ − 1.
  public var kineticEnergyOverMass: C
  /// With respect to the path length s.
  public var s: C
  /// With respect to c·time.
  public var t: C
  /// With respect to the phase of greatest gain, see `ReferenceParticle.crestPhase`.
  public var crestPhase: C
  /// With respect to the position in the laboratory.
  public var position: Vector3<C>
  /// With respect to the components of the three axes.
  public var orientation: Orientation<C>

  /// Zero derivatives.
  @inlinable
  public static var zero: Self {
    let none = Vector3<C>(.zero, .zero, .zero)
    return Self(
      kineticEnergyOverMass: .zero, s: .zero, t: .zero, crestPhase: .zero, position: none,
      orientation: Orientation(right: none, up: none, forward: none))
  }

  /// These derivatives.
  @inlinable
  public init(
    kineticEnergyOverMass: C, s: C, t: C, crestPhase: C = .zero, position: Vector3<C>,
    orientation: Orientation<C>
  ) {
    self.kineticEnergyOverMass = kineticEnergyOverMass
    self.s = s
    self.t = t
    self.crestPhase = crestPhase
    self.position = position
    self.orientation = orientation
  }

  @inlinable
  public static func += (a: inout Self, b: Self) {
    a.kineticEnergyOverMass += b.kineticEnergyOverMass
    a.s += b.s
    a.t += b.t
    a.crestPhase += b.crestPhase
    a.position = a.position + b.position
    a.orientation.right = a.orientation.right + b.orientation.right
    a.orientation.up = a.orientation.up + b.orientation.up
    a.orientation.forward = a.orientation.forward + b.orientation.forward
  }
}

extension ReferenceCotangent where C: SweepScalar {
  /// True if all derivatives are zero.
  @inlinable
  package var isZero: Bool {
    kineticEnergyOverMass.vanishes && s.vanishes && t.vanishes && crestPhase.vanishes
      && !reachesLaboratory
  }

  /// True if a derivative with respect to position or orientation in the laboratory is not zero.
  @inlinable
  package var reachesLaboratory: Bool {
    !(position.isZero && orientation.right.isZero && orientation.up.isZero
      && orientation.forward.isZero)
  }

  /// The sum of products of derivatives and changes: the change of the objective for the change `b`
  /// of the reference particle.
  @inlinable
  package func dot(_ b: Self) -> C {
    var sum = kineticEnergyOverMass * b.kineticEnergyOverMass + s * b.s + t * b.t
    sum += crestPhase * b.crestPhase
    sum += position.dot(b.position)
    sum += orientation.right.dot(b.orientation.right)
    sum += orientation.up.dot(b.orientation.up)
    sum += orientation.forward.dot(b.orientation.forward)
    return sum
  }
}

extension Vector3 where C: SweepScalar {
  @inlinable
  package var isZero: Bool { x.vanishes && y.vanishes && z.vanishes }

  @inlinable
  package func dot(_ b: Self) -> C { x * b.x + y * b.y + z * b.z }
}

extension ReferenceParticle {
  /// The tangents of all variables.
  @inlinable
  package func tangents<V>() -> ReferenceCotangent<V> where C == Tangent<V> {
    func part(_ v: Vector3<C>) -> Vector3<V> { Vector3(v.x.tangent, v.y.tangent, v.z.tangent) }
    return ReferenceCotangent(
      kineticEnergyOverMass: kineticEnergyOverMass.tangent, s: s.tangent, t: t.tangent,
      crestPhase: crestPhase.tangent,
      position: part(position),
      orientation: Orientation(
        right: part(orientation.right), up: part(orientation.up), forward: part(orientation.forward)
      ))
  }
}
