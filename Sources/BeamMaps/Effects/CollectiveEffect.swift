import AutoDiff
import Communication

/// What the particles of a bunch do to each other, or what is done to them besides the maps of
/// elements: space charge, wakes, scattering.
///
/// Between two places where an effect acts, particles do not see each other; there, all of them wait.
/// A run has a list of effects, which act one after the other. What an effect keeps between two places
/// (plans, meshes) belongs to an ``EffectRun``, of which each run of the beam has its own.
///
/// To add one, write a type that conforms, in any package. Where it has the common shape of
/// ``EffectBySums``, or moves each particle by itself (``LocalEffect``), its derivatives come by
/// themselves; else its runs conform to ``DifferentiableEffectRun``, or a gradient through them is an
/// error that says so.
public protocol CollectiveEffect: Sendable {
  /// Its name in messages.
  static var kind: String { get }
  /// In which coordinates it acts; those of tracking unless it says otherwise.
  var frame: EffectFrame { get }
  /// How it follows the slices of an element; in their middle unless it says otherwise.
  var slicing: EffectSlicing { get }
  /// Whether it changes the reference particle's energy; false unless it says otherwise.
  var changesReferenceEnergy: Bool { get }
  /// What the reference particle's γ gains behind the effect: energy over rest energy. It is asked for
  /// where ``changesReferenceEnergy`` says so, and zero unless the effect has its own.
  ///
  /// Particles keep their energies and directions; their coordinates are those about the new reference
  /// particle, which is also what the next effect sees. Written once, generic over the scalar, it has
  /// its derivatives.
  func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T
  /// Begins a run.
  func begin(_ workers: Workers) -> any EffectRun
}

extension CollectiveEffect {
  public static var kind: String { "\(Self.self)" }
  public var frame: EffectFrame { .fixedPosition }
  public var slicing: EffectSlicing { .strang }
  public var changesReferenceEnergy: Bool { false }
  public func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T { .zero }
}

/// The coordinates in which a ``CollectiveEffect`` acts.
public enum EffectFrame: Sendable {
  /// Those of tracking: all particles at the same s, each at its time t.
  case fixedPosition
  /// All particles at the same time: x, px, y, py, z, pz, with z [m] from the reference particle
  /// along its flight and pz = Pz/p0 − 1.
  case fixedTime
}

/// How effects and maps follow each other along an element.
public enum EffectSlicing: String, Sendable, CaseIterable {
  /// Half the slice, the effect of the whole slice, the other half: of second order in the slice's
  /// length (G. Strang, SIAM J. Numer. Anal. 5, 506 (1968)).
  case strang
  /// The effect, then the slice: of first order.
  case kickFirst = "kick-first"
}

/// Why particles of a bunch as it is cannot act on each other: to an optimizer, a step that was too
/// long.
public protocol EffectFailure: Error, CustomStringConvertible {}

/// A derivative was asked for through an effect that has none.
public struct EffectWithoutDerivatives: Error, Equatable, CustomStringConvertible {
  /// The effect's ``CollectiveEffect/kind``.
  public let kind: String
  /// The first place where it acts.
  public let place: String

  package init(kind: String, place: String) {
    self.kind = kind
    self.place = place
  }

  public var description: String {
    "\(place): the effect \"\(kind)\" has no derivatives; leave it out, or make its runs a "
      + "DifferentiableEffectRun"
  }
}

/// A collective effect in one run: it keeps what the next place can use again.
///
/// Particles are given in the effect's frame. It goes through them tile by tile
/// (``ParticleBlocks/forEachTile(_:_:)``), and may lose some (``ParticleBlocks/TileView/lose(_:)``).
public protocol EffectRun: AnyObject, Sendable {
  /// Acts on a bunch.
  func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws
  func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws
  /// What it keeps from one place to the next, and from turn to turn, where that changes what it does:
  /// a bunch's own past. A way back puts it where it was before each place. nil if there is nothing.
  var state: (any Sendable)? { get set }
  /// What its parts have taken so far [s], in order.
  var seconds: [(part: String, seconds: Double)] { get }
  /// What a user should know before trusting it so far; a sentence each.
  var remarks: [String] { get }
}

extension EffectRun {
  /// Nothing is kept.
  public var state: (any Sendable)? {
    get { nil }
    set {}
  }
  /// Nothing is measured.
  public var seconds: [(part: String, seconds: Double)] { [] }
  /// None.
  public var remarks: [String] { [] }
}

/// An effect with its tangent and its way back.
///
/// Cotangents w are given as v = Ω⁻¹w, as in ``TangentKernel``. Particles that the effect has lost live
/// again, where it left them and with cotangents of zero: what they have given to others counts.
/// Derivatives to the slice's ``EffectSlice/substitutions`` are among the result.
public protocol DifferentiableEffectRun: EffectRun {
  /// Acts on a bunch whose coordinates have a tangent each.
  func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>) throws
  /// Takes cotangents back through the effect, and the particles to where they were before it.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>
  ) throws -> EffectCotangents<Double>
  /// The same where coordinates and cotangents have a tangent each.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>>
}
