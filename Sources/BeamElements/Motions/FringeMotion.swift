import AutoDiff
import BeamMaps

/// A fringe field of no length, given by a generating function of the positions x, y before it and
/// the momenta px′, py′ behind it:
///
///     F = x·px′ + y·py′ + t·pt + V(x, y) + px′·X(x, y) + py′·Y(x, y)
///
/// so that x′ = x + X, y′ = y + Y, and px = ∂F/∂x = px′·(1 + ∂X/∂x) + py′·∂Y/∂x + ∂V/∂x, likewise
/// py. X, Y and a part of V are in proportion to 1/δ; the rest of V does not depend on the energy,
/// and delays no particle.
public protocol FringeField<S>: Sendable {
  associatedtype S: ParticleScalar
  /// X and Y with their derivatives at a position, for 1/δ.
  func displacement(_ x: S, _ y: S, _ inverseDelta: S) -> FringeDisplacement<S>
  /// The derivatives of V at a position, for 1/δ, and the part of V in proportion to 1/δ.
  func kick(_ x: S, _ y: S, _ inverseDelta: S) -> FringeKick<S>
}

/// The displacement of particles in a fringe field, with its derivatives.
@frozen
public struct FringeDisplacement<S: RealScalar>: Sendable {
  /// X and Y [m].
  public var x, y: S
  /// ∂X/∂x, ∂X/∂y, ∂Y/∂x and ∂Y/∂y.
  public var xx, xy, yx, yy: S

  /// A displacement with these derivatives.
  @inlinable @inline(__always)
  public init(x: S, y: S, xx: S, xy: S, yx: S, yy: S) {
    (self.x, self.y) = (x, y)
    (self.xx, self.xy, self.yx, self.yy) = (xx, xy, yx, yy)
  }

  /// The determinant of the derivatives of (x′, y′): 0 where the plane folds.
  @inlinable @inline(__always)
  var determinant: S { (1.0 + xx) * (1.0 + yy) - xy * yx }
}

/// The kick of a fringe field besides that by its displacement.
@frozen
public struct FringeKick<S: RealScalar>: Sendable {
  /// ∂V/∂x and ∂V/∂y: what px and py lose.
  public var x, y: S
  /// The part of V in proportion to 1/δ [m].
  public var energyPart: S

  /// A kick that takes `x` and `y` off px and py.
  @inlinable @inline(__always)
  public init(x: S, y: S, energyPart: S) {
    (self.x, self.y, self.energyPart) = (x, y, energyPart)
  }

  /// No kick.
  @inlinable public static var zero: Self { Self(x: .zero, y: .zero, energyPart: .zero) }
}

/// The motion through a fringe field, forward or backward.
///
/// Forward, positions follow at once, and the momenta from two linear equations. Backward, the
/// momenta follow at once, and the positions by Newton's method: where the derivatives of the
/// displacement are κ, five steps leave κ³², 1e-16 for κ = 0.3.
public struct FringeMotion<Field: FringeField>: Motion {
  public typealias S = Field.S
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let field: Field
  @usableFromInline let isBackward: Bool

  /// The motion through `field`, backward in a backward slice.
  @inlinable
  public init(_ field: Field, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.field = field
    isBackward = slice.isBackward
  }

  /// - Returns: False for a particle without momentum, and where the displacement folds the plane.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let squared = 1.0 - kinematics.momentumDeficit(z.pt)
    let inverseDelta = 1.0 / S.sqrt(squared)
    let (x, y) = isBackward ? origin(of: z, inverseDelta) : (z.x, z.y)
    let displacement = field.displacement(x, y, inverseDelta)
    let kick = field.kick(x, y, inverseDelta)
    let determinant = displacement.determinant
    // Momenta behind the field.
    var (px, py) = (z.px, z.py)
    if isBackward {
      z.px = px * (1.0 + displacement.xx) + py * displacement.yx + kick.x
      z.py = px * displacement.xy + py * (1.0 + displacement.yy) + kick.y
      (z.x, z.y) = (x, y)
    } else {
      let inverse = 1.0 / determinant
      (px, py) = (px - kick.x, py - kick.y)
      z.px = inverse * ((1.0 + displacement.yy) * px - displacement.yx * py)
      z.py = inverse * ((1.0 + displacement.xx) * py - displacement.xy * px)
      (px, py) = (z.px, z.py)
      (z.x, z.y) = (x + displacement.x, y + displacement.y)
    }
    // The derivative of 1/δ with respect to pt is (1/β − pt)/δ³.
    let delay =
      (kinematics.inverseBeta - z.pt) * (inverseDelta * inverseDelta)
      * (kick.energyPart + px * displacement.x + py * displacement.y)
    z.t = isBackward ? z.t - delay : z.t + delay
    return (S.zero < squared) .& (S.zero < determinant)
  }

  /// ``move(_:)`` as a call, for whoever has two of them: it has some hundreds of operations.
  @inlinable @inline(never)
  func pass(_ z: inout PhaseSpace<S>) -> S.Mask { move(&z) }

  /// The position that the field displaces to that of `z`.
  @inlinable @inline(__always)
  func origin(of z: PhaseSpace<S>, _ inverseDelta: S) -> (x: S, y: S) {
    var (x, y) = (z.x, z.y)
    for _ in 0..<5 {
      let d = field.displacement(x, y, inverseDelta)
      let (restX, restY) = (x + d.x - z.x, y + d.y - z.y)
      let inverse = 1.0 / d.determinant
      x = x - inverse * ((1.0 + d.yy) * restX - d.xy * restY)
      y = y - inverse * ((1.0 + d.xx) * restY - d.yx * restX)
    }
    return (x, y)
  }
}
