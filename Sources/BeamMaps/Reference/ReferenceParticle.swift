import AutoDiff

/// The ideal particle on the design orbit: where it is in the laboratory, which way it flies, its
/// time and its energy. All coordinates of a beam are measured against it.
///
/// It carries γ − 1 rather than γ: at low energy 1 − 1/γ² would lose the digits of β. Path length and
/// time are sums of one term per slice, over many turns of millions; what rounding takes away from
/// them is carried along, because a cavity's phase is the time times its wavenumber.
public struct ReferenceParticle<C: RealScalar>: Sendable {
  public let species: Species
  /// γ − 1: kinetic energy over rest energy.
  public var kineticEnergyOverMass: C
  /// ``s`` and ``t``, with what rounding took away from them.
  public var pathSum: CompensatedSum<C>
  public var timeSum: CompensatedSum<C>
  /// Position in the laboratory [m].
  public var position: Vector3<C>
  /// The directions of x, y and of flight in the laboratory: an orthonormal, right-handed frame.
  public var orientation: Orientation<C>

  /// At the laboratory's origin at time 0, flying along z.
  @inlinable
  public init(species: Species, kineticEnergyOverMass: C) {
    self.species = species
    self.kineticEnergyOverMass = kineticEnergyOverMass
    pathSum = CompensatedSum(.zero)
    timeSum = CompensatedSum(.zero)
    position = Vector3(.zero, .zero, .zero)
    orientation = .laboratory
  }

  /// At the laboratory's origin, flying along z, with a kinetic energy [MeV].
  @inlinable
  public init(species: Species, kineticEnergy: Double) {
    self.init(species: species, kineticEnergyOverMass: C(kineticEnergy / species.mass))
  }

  /// The same particle as another kind of number.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> ReferenceParticle<T> {
    var particle = ReferenceParticle<T>(
      species: species, kineticEnergyOverMass: transform(kineticEnergyOverMass))
    particle.pathSum = pathSum.map(transform)
    particle.timeSum = timeSum.map(transform)
    particle.position = position.map(transform)
    particle.orientation = Orientation(
      right: orientation.right.map(transform), up: orientation.up.map(transform),
      forward: orientation.forward.map(transform))
    return particle
  }

  /// Path length along the design orbit [m].
  @inlinable
  public var s: C {
    get { pathSum.value }
    set { pathSum = CompensatedSum(newValue) }
  }
  /// c·time [m].
  @inlinable
  public var t: C {
    get { timeSum.value }
    set { timeSum = CompensatedSum(newValue) }
  }
  /// γ
  @inlinable
  public var gamma: C { 1.0 + kineticEnergyOverMass }
  /// βγ = √((γ − 1)(γ + 1)): momentum over mc.
  @inlinable
  public var betaGamma: C { .sqrt(kineticEnergyOverMass * (kineticEnergyOverMass + 2.0)) }
  /// β
  @inlinable
  public var beta: C { betaGamma / gamma }
  /// Kinetic energy [MeV].
  @inlinable
  public var kineticEnergy: C { kineticEnergyOverMass * species.mass }
  /// Magnetic rigidity Bρ = p/q [T·m], negative for negative particles.
  @inlinable
  public var rigidity: C { betaGamma * species.rigidityPerMomentum }
  /// Momentum over mc, as a vector in the laboratory.
  @inlinable
  public var momentum: Vector3<C> { orientation.forward * betaGamma }

  /// Flies straight on over `length` [m].
  @inlinable
  public mutating func fly(over length: C) {
    position = position + orientation.forward * length
    advance(by: length)
  }

  /// Path length and time of a passage at the present velocity.
  @inlinable mutating func advance(by length: C) {
    timeSum += length / beta
    pathSum += length
  }

  /// Follows an arc of `length` [m] through `angle` [rad], towards −x where the angle is positive.
  ///
  /// With Stumpff's functions at angle² the straight line is an ordinary case: chord along the
  /// flight length·c₁, towards the centre length·angle·c₂.
  @inlinable
  public mutating func bend(over length: C, through angle: C) {
    let stumpff = Stumpff(angle * angle)
    position =
      position + orientation.forward * (length * stumpff.c1)
      - orientation.right * (length * angle * stumpff.c2)
    turn(by: angle)
    advance(by: length)
  }

  /// Changes direction on the spot by `angle` [rad], towards −x where it is positive.
  @inlinable
  public mutating func turn(by angle: C) {
    let (sine, cosine) = C.sincos(angle)
    let right = orientation.right * cosine + orientation.forward * sine
    orientation.forward = orientation.forward * cosine - orientation.right * sine
    orientation.right = right
  }
}

/// A vector in the laboratory: components x, y, z.
public struct Vector3<C: RealScalar>: Sendable {
  public var x, y, z: C

  @inlinable
  public init(_ x: C, _ y: C, _ z: C) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The same vector as another kind of number.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> Vector3<T> {
    Vector3<T>(transform(x), transform(y), transform(z))
  }

  @inlinable
  public static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y, a.z + b.z) }
  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y, a.z - b.z) }
  @inlinable
  public static func * (a: Self, b: C) -> Self { Self(a.x * b, a.y * b, a.z * b) }
}

/// The axes of the local frame, as vectors in the laboratory.
public struct Orientation<C: RealScalar>: Sendable {
  /// The direction of growing x.
  public var right: Vector3<C>
  /// The direction of growing y.
  public var up: Vector3<C>
  /// The direction of flight.
  public var forward: Vector3<C>

  @inlinable
  public init(right: Vector3<C>, up: Vector3<C>, forward: Vector3<C>) {
    self.right = right
    self.up = up
    self.forward = forward
  }

  /// Along the laboratory's own axes, flying along z.
  @inlinable
  public static var laboratory: Self {
    Self(
      right: Vector3(.one, .zero, .zero), up: Vector3(.zero, .one, .zero),
      forward: Vector3(.zero, .zero, .one))
  }
}
