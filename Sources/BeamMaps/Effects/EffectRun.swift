import AutoDiff

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
  /// The numbers with which another run of the effect, in this process or in a later one, goes on with
  /// the same bits: all that its further action depends on. They are taken at the end of a turn, and
  /// given before the first action. None, as by default, for an effect that keeps nothing; an effect
  /// that has a ``state`` needs them for a run to be continued from a checkpoint.
  var memory: [Double] { get set }
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
  /// Nothing is kept.
  public var memory: [Double] {
    get { [] }
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
