import AutoDiff

/// The four-momentum of a particle, or any other vector of space-time; metric (−, −, −, +).
@frozen
public struct FourVector<S: RealScalar>: Sendable {
  /// Contravariant components; of a momentum [GeV].
  public var px, py, pz: S
  /// The time component; of a momentum the energy [GeV].
  public var energy: S

  /// A vector with these contravariant components.
  @inlinable @inline(__always)
  public init(px: S, py: S, pz: S, energy: S) {
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }

  /// A vector with a space part and a time component.
  @inlinable @inline(__always)
  public init(_ space: ThreeVector<S>, energy: S) {
    self.init(px: space.x, py: space.y, pz: space.z, energy: energy)
  }

  /// The momentum of a particle at rest.
  @inlinable @inline(__always)
  public init(atRest mass: Double) {
    self.init(px: .zero, py: .zero, pz: .zero, energy: S(mass))
  }

  /// The space part.
  @inlinable @inline(__always) public var space: ThreeVector<S> { ThreeVector(px, py, pz) }

  /// The sum, component by component.
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.space + b.space, energy: a.energy + b.energy)
  }
  /// The difference, component by component.
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.space - b.space, energy: a.energy - b.energy)
  }
  /// All components times a number.
  @inlinable @inline(__always) public static func * (factor: S, a: Self) -> Self {
    Self(factor * a.space, energy: factor * a.energy)
  }

  /// a·b = a⁴b⁴ − **a**·**b**
  @inlinable @inline(__always) public func dot(_ other: Self) -> S {
    energy * other.energy - space.dot(other.space)
  }

  /// a·a; of a momentum the squared mass [GeV²].
  @inlinable @inline(__always) public var invariant: S { dot(self) }

  /// The part orthogonal to p, g̃(p)·a = a − p (p·a)/p².
  @inlinable @inline(__always) public func transverse(to p: Self) -> Self {
    self - (p.dot(self) / p.invariant) * p
  }

  /// This vector, given in the rest frame of `p`, in the frame where that particle has the momentum
  /// `p`.
  ///
  /// - Parameters:
  ///   - p: The momentum of the particle in the new frame.
  ///   - mass: The invariant mass of `p`, which the caller knows more exactly than p² gives it.
  @inlinable @inline(__always) public func boosted(along p: Self, mass: S) -> Self {
    let boostedEnergy = (energy * p.energy + space.dot(p.space)) / mass
    let factor = (energy + boostedEnergy) / (p.energy + mass)
    return Self(space + factor * p.space, energy: boostedEnergy)
  }
}
