import AutoDiff
import Communication

/// An effect on a bunch besides the maps of elements: particles that act on each other, or another
/// force or random process. Examples are space charge, wakes and scattering.
///
/// Between two places where an effect acts, particles are tracked independently; at such a place,
/// all of them must have arrived. A run has a list of effects, which act one after the other. What
/// an effect keeps from place to place (plans, meshes) belongs to an ``EffectRun``; each run of the
/// beam makes its own.
///
/// To add an effect, write a type that conforms, in any package. An effect of the common shape of
/// `EffectBySums`, or one that moves each particle by itself (`LocalEffect`), has derivatives
/// without further code. The runs of any other effect conform to ``DifferentiableEffectRun``;
/// without it, a gradient through the effect throws ``EffectWithoutDerivatives``.
public protocol CollectiveEffect: Sendable {
  /// The effect's name in messages.
  static var kind: String { get }
  /// The coordinates in which it acts; those of tracking by default.
  var frame: EffectFrame { get }
  /// The order of the effect and the slices of an element; in the middle of the slices by default.
  var slicing: EffectSlicing { get }
  /// Whether it changes the reference particle's energy; false by default.
  var changesReferenceEnergy: Bool { get }
  /// The gain of the reference particle's γ through the effect: energy over rest energy. It is
  /// evaluated only where ``changesReferenceEnergy`` is true, and is zero by default.
  ///
  /// Particles keep their energies and directions. Their coordinates become those about the new
  /// reference particle, and the next effect acts on these. The function is written once, generic
  /// over the scalar; its derivatives follow from that.
  func energyGain<T: RealScalar>(_ slice: EffectSlice<T>) -> T
  /// Makes the effect's run for one run of the beam.
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

/// The order of effects and maps along an element.
public enum EffectSlicing: String, Sendable, CaseIterable {
  /// Half the slice, the effect of the whole slice, the other half: of second order in the slice's
  /// length (G. Strang, SIAM J. Numer. Anal. 5, 506 (1968)).
  case strang
  /// The effect, then the slice: of first order.
  case kickFirst = "kick-first"
}

/// The particles are in a state in which the effect cannot be computed. An optimizer takes this as
/// a step that was too long.
public protocol EffectFailure: Error, CustomStringConvertible {}

/// The error of a derivative through an effect that has no derivatives.
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

/// A collective effect during one run of the beam; it keeps what it can use again at the next
/// place.
///
/// Particles are given in the effect's frame. The effect visits them tile by tile
/// (`ParticleBlocks.forEachTile(_:_:)`), and may lose some
/// (`ParticleBlocks.TileView.lose(_:)`).
public protocol EffectRun: AnyObject, Sendable {
  /// Acts on a bunch in place.
  func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) throws
  func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) throws
  /// What the effect keeps from one place to the next, and from turn to turn, if its action depends
  /// on it: the history of the bunch. A backward pass restores it for each place. nil if there is
  /// nothing.
  var state: (any Sendable)? { get set }
  /// The computing time of each part of the effect so far [s], in order.
  var seconds: [(part: String, seconds: Double)] { get }
  /// Warnings about the results so far, one sentence each.
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

/// An effect with forward and backward derivatives.
///
/// Cotangents w are given as v = Ω⁻¹w, as in ``TangentKernel``. The backward pass revives particles
/// that the effect has lost, at the coordinates of the loss and with zero cotangents: their effect
/// on other particles before the loss counts. The result contains the derivatives with respect to
/// the slice's ``EffectSlice/substitutions``.
public protocol DifferentiableEffectRun: EffectRun {
  /// Acts on a bunch in place; each coordinate has a tangent.
  func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>) throws
  /// Propagates cotangents backward through the effect, and moves the particles back to where they
  /// were before it.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>
  ) throws -> EffectCotangents<Double>
  /// The same, where each coordinate and each cotangent has a tangent.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>>
}
