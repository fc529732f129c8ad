import AutoDiff
import Communication

/// A kick that the particles of a bunch give each other, such as that of space charge.
///
/// It changes momenta and leaves positions. Between two of them particles do not see each other;
/// at a kick all of them wait. What it holds between kicks (plans, meshes) belongs to a
/// ``CollectiveKickRun``, of which each run has its own.
public protocol CollectiveKick: Sendable {
  /// In which coordinates it acts.
  var frame: KickFrame { get }
  /// How it is divided among the slices of an element.
  var slicing: KickSlicing { get }
  /// Begins a run.
  func begin(_ workers: Workers) -> any CollectiveKickRun
}

/// The coordinates in which a ``CollectiveKick`` acts.
public enum KickFrame: Sendable {
  /// Those of tracking: all particles at the same s, each at its time t.
  case fixedPosition
  /// All particles at the same time: x, px, y, py, z, pz, with z [m] from the reference particle
  /// along its flight and pz = Pz/p0 − 1.
  case fixedTime
}

/// How kicks and maps follow each other along an element.
public enum KickSlicing: String, Sendable, CaseIterable {
  /// Half the slice, the kick of the whole slice, the other half: of second order in the slice's
  /// length (G. Strang, SIAM J. Numer. Anal. 5, 506 (1968)).
  case strang
  /// The kick, then the slice: of first order.
  case kickFirst = "kick-first"
}

/// What a collective kick depends on besides the particles.
public struct KickInputs<C: RealScalar>: Sendable {
  /// The length that the kick stands for [m].
  public var length: C
  public var reference: ReferenceParticle<C>
  /// The charge of a particle of weight 1 [C], with its sign.
  public var charge: C

  public init(length: C, reference: ReferenceParticle<C>, charge: C) {
    self.length = length
    self.reference = reference
    self.charge = charge
  }
}

/// Where a collective kick is made.
public struct KickPlace: Sendable {
  /// The name of the place, as ``Beamline/placeNames`` has it.
  public let name: String
  /// The slice of the element that the kick stands for.
  public let slice: Slice
}

/// Why particles of a bunch as it is cannot kick each other: to an optimizer, a step that was too
/// long.
public protocol KickFailure: Error, CustomStringConvertible {}

/// The derivatives of an objective to what a ``KickInputs`` holds.
public struct KickCotangents<C: RealScalar>: Sendable {
  public var length: C
  public var kineticEnergyOverMass: C
  public var charge: C

  public init(length: C = .zero, kineticEnergyOverMass: C = .zero, charge: C = .zero) {
    self.length = length
    self.kineticEnergyOverMass = kineticEnergyOverMass
    self.charge = charge
  }
}

/// A collective kick in one run: it keeps what the next kick can use again.
///
/// Particles are given in the kick's frame. Cotangents w are given as v = Ω⁻¹w, as in
/// ``TangentKernel``.
public protocol CollectiveKickRun: AnyObject, Sendable {
  /// Kicks a bunch.
  func apply(to particles: ParticleBlocks<Double>, _ inputs: KickInputs<Double>) throws
  func apply(to particles: ParticleBlocks<Float>, _ inputs: KickInputs<Double>) throws
  /// Kicks a bunch whose coordinates have a tangent each.
  func apply(to particles: ParticleBlocks<Double>, _ inputs: KickInputs<Tangent<Double>>) throws
  /// Takes cotangents back through a kick, and the particles to where they were before it.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: KickInputs<Double>
  ) throws -> KickCotangents<Double>
  /// The same where coordinates and cotangents have a tangent each.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: KickInputs<Tangent<Double>>
  ) throws -> KickCotangents<Tangent<Double>>
  /// What the parts of the kicks so far have taken [s], in order.
  var seconds: [(part: String, seconds: Double)] { get }
  /// What a user should know before trusting the kicks so far; a sentence each.
  var remarks: [String] { get }
}

extension CollectiveKickRun {
  /// None.
  public var remarks: [String] { [] }
}
