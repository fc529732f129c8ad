import AutoDiff
import RandomNumbers

/// What a collective effect depends on besides the particles.
public struct EffectSlice<C: RealScalar>: Sendable {
  /// The length that it stands for [m].
  public var length: C
  public var reference: ReferenceParticle<C>
  /// The charge of a particle of weight 1 [C], with its sign.
  public var charge: C
  /// Of the design orbit [1/m], positive where it bends towards −x.
  public var curvature: C
  /// Where and in which turn it acts.
  public var place: EffectPlace
  /// Numbers in the place of some of the effect's parameters.
  public var substitutions: [ParameterSubstitution<C>] = []

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

  /// The same as another kind of number.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> EffectSlice<T> {
    var slice = EffectSlice<T>(
      length: transform(length), reference: reference.map(transform), charge: transform(charge),
      curvature: transform(curvature), place: place)
    slice.substitutions = substitutions.map { $0.map(transform) }
    return slice
  }

  /// The parameters of `effect`, which this slice is for, as numbers that may carry derivatives.
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
  /// The name of the place, as ``Beamline/placeNames`` has it.
  public let name: String
  /// The slice of the element that the effect stands for.
  public let slice: Slice
  /// From 1.
  public let turn: Int
  /// The number of the passage, from the start of the run: no other has it.
  public let passage: Int

  @inlinable
  public init(name: String, slice: Slice, turn: Int = 1, passage: Int = 0) {
    self.name = name
    self.slice = slice
    self.turn = turn
    self.passage = passage
  }
}

extension EffectPlace {
  /// Random numbers for one particle here: the same in every run with this seed, whatever the threads.
  public func generator(seed: UInt64, particle: Int) -> PhiloxGenerator {
    // Passages and particles fill 32 bits each, and rarely more: what is more goes to the seed.
    let rest = UInt64(passage >> 32) &* 0x9E37_79B9_7F4A_7C15
    return PhiloxGenerator(
      seed: seed &+ rest, stream: UInt32(truncatingIfNeeded: passage), item: UInt64(particle))
  }
}

/// The derivatives of an objective to what an ``EffectSlice`` holds.
public struct EffectCotangents<C: RealScalar>: Sendable {
  public var length: C
  public var kineticEnergyOverMass: C
  public var charge: C
  public var curvature = C.zero
  /// To the reference particle's path length and time.
  public var s = C.zero
  public var t = C.zero
  /// To the ``EffectSlice/substitutions``, in their order.
  public var parameters: [C]

  @inlinable
  public init(
    length: C = .zero, kineticEnergyOverMass: C = .zero, charge: C = .zero, parameters: [C] = []
  ) {
    self.length = length
    self.kineticEnergyOverMass = kineticEnergyOverMass
    self.charge = charge
    self.parameters = parameters
  }
}
