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
