import AutoDiff
import RandomNumbers

/// The inputs of a collective effect besides the particles.
public struct EffectSlice<C: RealScalar>: Sendable {
  /// The length that the kick stands for [m].
  public var length: C
  /// The reference particle at the place of the effect.
  public var reference: ReferenceParticle<C>
  /// The charge of a particle of weight 1, that is of one real particle [C], signed. Times a sum of
  /// weights it is a charge of the bunch.
  public var charge: C
  /// Curvature of the design orbit [1/m], positive where it bends towards −x.
  public var curvature: C
  /// Where, and in which turn, the effect acts.
  public var place: EffectPlace
  /// Values that replace some of the effect's parameters.
  public var substitutions: [ParameterSubstitution<C>] = []

  /// The inputs for a kick over `length` [m], for particles of `charge` [C] at weight 1, on a
  /// design orbit of `curvature` [1/m].
  @inlinable
  public init(
    length: C, reference: ReferenceParticle<C>, charge: C, curvature: C = .zero,
    place: EffectPlace = EffectPlace(name: "", slice: Slice())
  ) {
    self.length = length
    self.reference = reference
    self.charge = charge
    self.curvature = curvature
    self.place = place
  }

  /// The same inputs with each number transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> EffectSlice<T> {
    var slice = EffectSlice<T>(
      length: transform(length), reference: reference.map(transform), charge: transform(charge),
      curvature: transform(curvature), place: place)
    slice.substitutions = substitutions.map { $0.map(transform) }
    return slice
  }

  /// The parameters of `effect`, which this slice is for, with the ``substitutions`` in place; the
  /// numbers may carry derivatives.
  ///
  ///     let q = slice.lifted(self)
  ///     let scale = q.strength * slice.length
  @inlinable
  public func lifted<Effect: CatalogEffect>(_ effect: Effect) -> Lifted<Effect, C> {
    effect.lifted(substitutions)
  }
}

/// Where a collective effect acts.
public struct EffectPlace: Sendable {
  /// The name of the place, one of `Beamline.placeNames`.
  public let name: String
  /// The slice of the element that the effect stands for.
  public let slice: Slice
  /// The turn, from 1.
  public let turn: Int
  /// The number of the passage, from the start of the run; unique within the run.
  public let passage: Int

  /// A place of this name, in a slice, turn and passage.
  @inlinable
  public init(name: String, slice: Slice, turn: Int = 1, passage: Int = 0) {
    self.name = name
    self.slice = slice
    self.turn = turn
    self.passage = passage
  }
}

extension EffectPlace {
  /// Random numbers for one particle at this place. They depend on the seed, the passage and the
  /// particle's number only, not on the number of threads.
  public func generator(seed: UInt64, particle: Int) -> PhiloxGenerator {
    // Passages and particles fill 32 bits each, and rarely more: higher bits of the passage go into
    // the seed.
    let rest = UInt64(passage >> 32) &* 0x9E37_79B9_7F4A_7C15
    return PhiloxGenerator(
      seed: seed &+ rest, stream: UInt32(truncatingIfNeeded: passage), item: UInt64(particle))
  }
}
