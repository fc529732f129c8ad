import AutoDiff

/// The ideal particle on the design orbit: its position and direction in the laboratory, its time
/// and its energy. All coordinates of a beam are relative to it.
///
/// It stores γ − 1 rather than γ: at low energy 1 − 1/γ² would lose the digits of β. Path length
/// and time are sums of one term per slice, over up to millions of turns. Their rounding errors are
/// compensated, because a cavity's phase is the time times its wavenumber.
public struct ReferenceParticle<C: RealScalar>: Sendable {
  /// The kind of particle.
  public let species: Species
  /// γ − 1: kinetic energy over rest energy.
  public var kineticEnergyOverMass: C
  /// The sum behind ``s`` [m], with its correction for rounding.
  public var pathSum: CompensatedSum<C>
  /// The sum behind ``t`` [m], with its correction for rounding.
  public var timeSum: CompensatedSum<C>
  /// The phase of greatest gain [rad] that the last element with autophase found at its entrance; 0 before.
  public var crestPhase: C
  /// Position in the laboratory [m].
  public var position: Vector3<C>
  /// The directions of x, of y and of flight in the laboratory: an orthonormal, right-handed frame.
  public var orientation: Orientation<C>

  /// At the laboratory's origin at time 0, flying along z.
  @inlinable
  public init(species: Species, kineticEnergyOverMass: C) {
    self.species = species
    self.kineticEnergyOverMass = kineticEnergyOverMass
    pathSum = CompensatedSum(.zero)
    timeSum = CompensatedSum(.zero)
    crestPhase = .zero
    position = Vector3(.zero, .zero, .zero)
    orientation = .laboratory
  }

  /// At the laboratory's origin, flying along z, with a kinetic energy [MeV].
  @inlinable
  public init(species: Species, kineticEnergy: Double) {
    self.init(species: species, kineticEnergyOverMass: C(kineticEnergy / species.mass))
  }

  /// The same particle with each number transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> ReferenceParticle<T> {
    var particle = ReferenceParticle<T>(
      species: species, kineticEnergyOverMass: transform(kineticEnergyOverMass))
    particle.pathSum = pathSum.map(transform)
    particle.timeSum = timeSum.map(transform)
    particle.crestPhase = transform(crestPhase)
    particle.position = position.map(transform)
    particle.orientation = orientation.map(transform)
    return particle
  }

  /// Path length along the design orbit since the start [m].
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
  /// Magnetic rigidity Bρ = p/q [T·m], negative for negatively charged particles.
  @inlinable
  public var rigidity: C { betaGamma * species.rigidityPerMomentum }
  /// Momentum over mc, as a vector in the laboratory.
  @inlinable
  public var momentum: Vector3<C> { orientation.forward * betaGamma }

  /// Advances straight over `length` [m].
  @inlinable
  public mutating func fly(over length: C) {
    position = position + orientation.forward * length
    advance(by: length)
  }

  /// Advances path length and time at the present velocity.
  @inlinable mutating func advance(by length: C) {
    timeSum += length / beta
    pathSum += length
  }

  /// Advances along an arc of `length` [m] through `angle` [rad], towards −x where the angle is
  /// positive.
  ///
  /// With Stumpff functions c₁, c₂ of angle², the straight line is a regular case: the displacement
  /// along the initial direction is length·c₁, and towards the centre length·angle·c₂.
  @inlinable
  public mutating func bend(over length: C, through angle: C) {
    let stumpff = Stumpff(angle * angle)
    position =
      position + orientation.forward * (length * stumpff.c1)
      - orientation.right * (length * angle * stumpff.c2)
    turn(by: angle)
    advance(by: length)
  }

  /// Turns the x and y axes about the direction of flight by `angle` [rad], x towards y.
  @inlinable
  public mutating func roll(by angle: C) {
    let (sine, cosine) = C.sincos(angle)
    let right = orientation.right * cosine + orientation.up * sine
    orientation.up = orientation.up * cosine - orientation.right * sine
    orientation.right = right
  }

  /// Turns the direction of flight by `angle` [rad] without a displacement, towards −x where it is
  /// positive.
  @inlinable
  public mutating func turn(by angle: C) {
    let (sine, cosine) = C.sincos(angle)
    let right = orientation.right * cosine + orientation.forward * sine
    orientation.forward = orientation.forward * cosine - orientation.right * sine
    orientation.right = right
  }
}

extension ReferenceParticle {
  /// Changes into `frame`, seen from the present one, over a path of `length` [m] at the present
  /// velocity.
  @inlinable
  public mutating func change(into frame: BodyFrame<C>, over length: C) {
    position = position + orientation.vector(frame.origin)
    orientation = Orientation(
      right: orientation.vector(frame.axes.right), up: orientation.vector(frame.axes.up),
      forward: orientation.vector(frame.axes.forward))
    advance(by: length)
  }
}

extension ReferenceParticle: CustomStringConvertible where C: CustomStringConvertible {
  /// "electron, 99.489 MeV, s = 0.0 m"
  public var description: String {
    "\(species.name ?? "ion"), \(kineticEnergy) MeV, s = \(s) m"
  }
}
