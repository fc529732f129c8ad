import AutoDiff
import ParameterTables

/// How an element is tracked, from the coarsest approximation of its Hamiltonian to none.
public enum Model: String, Sendable, CaseIterable {
  /// Expanded to second order in all coordinates: a matrix.
  case linear
  /// Expanded to second order in x, px, y, py, exact in pt.
  case chromatic
  /// The full Hamiltonian, where need be by symplectic splitting.
  case exact
  /// A kick at one place: the element has no length.
  case thin

  /// The model of `available` that a run's default `model` stands for: itself, or else the next
  /// more accurate one, or else the most accurate one.
  public static func resolve(_ model: Model, among available: [Model]) -> Model {
    let ranks = allCases.filter { available.contains($0) }
    let wanted = allCases.firstIndex(of: model) ?? 0
    let accurate = ranks.first { (allCases.firstIndex(of: $0) ?? 0) >= wanted }
    return accurate ?? ranks.last ?? model
  }
}

/// How the map of an element is undone; reverse-mode differentiation rests on it.
public enum Inversion: Sendable {
  /// The map of the slice passed backward (negative length, reversed kicks) is its inverse.
  case backwardSlice
  /// There is no cheap inverse: differentiate by local Jacobians, with the coordinates kept.
  case localJacobian
}

/// Which slices of an element are alike: they have one and the same map as long as the reference
/// particle's energy is the same, do not change that energy, and take the reference particle
/// together where one slice of the same length would.
public enum AlikeSlices: Sendable {
  /// None, or nobody knows.
  case none
  /// All but the first and the last: those hold the element's faces.
  case inner
  case all
}

/// A kind of beamline element: a plain struct of numbers that a user holds, a table that names
/// them, and the physics, generic over the scalar.
///
/// To add a kind of element, write one file with a struct that conforms, and one line in
/// ``ElementCatalog``. The compiler specialises the tracking kernels for the type that conforms;
/// nothing else is needed for full speed.
public protocol Element: Parameterized {
  /// The physical thing's name in run files, such as "Quadrupole"; the type's name unless it says
  /// otherwise.
  static var kind: String { get }
  /// What it is, in one sentence.
  static var summary: String { get }
  /// The ways in which it can be tracked; thin by default.
  static var modelChoice: ModelChoice<Self> { get }
  /// Where its length along the design orbit is: `.along(\.length)`, or `.none` for a thin element.
  static var orbitLength: OrbitLength<Self> { get }
  /// Where the length is that a collective kick at this place stands for; `.none` for an element
  /// that is no such place. It then has no length along the orbit.
  static var collectiveLength: OrbitLength<Self> { get }

  /// An element with the default of every parameter.
  init()

  /// True if the map is affine, so that neighbours may be merged into one matrix.
  var isLinear: Bool { get }
  var inversion: Inversion { get }
  /// What is said here saves work, and is tested over the catalog.
  var alikeSlices: AlikeSlices { get }
  /// True if all particles are written to a file here.
  var recordsParticles: Bool { get }
  /// An effect that acts on the particles in the element's slices, besides those of the run, and
  /// nowhere else; none unless it says otherwise.
  ///
  /// A number of the effect that has the name and the value of one of the element's is the same number:
  /// it varies with it, if the effect lets it vary. Derivatives to numbers that come into the effect in
  /// another way are refused.
  var effect: (any CatalogEffect)? { get }
  /// What is wrong with this combination of parameters, if anything: sentences for an error
  /// message.
  var mistakes: [String] { get }

  /// Takes the reference particle through one slice.
  func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>)

  /// The transfer map of one slice. `reference` is at the slice's end; on the way back, at its
  /// beginning.
  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S>

  // What the engines ask for. The defaults serve; they are requirements so that each conforming
  // type has its own, specialised.

  func kernelInDouble(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Double>
  func kernelInSingle(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Float>
  /// The map with one tangent beside each coordinate, or with two.
  func tangentKernel(_ inputs: SliceInputs<Tangent<Double>>) -> TangentKernel
  func tangentKernel(_ inputs: SliceInputs<TangentPair<Double>>) -> TangentKernel
  /// The map with a tangent where coordinates and constants carry one already: second derivatives.
  func tangentKernel(_ inputs: SliceInputs<Tangent<Tangent<Double>>>) -> TangentKernel
  /// The map of a point with one direction of differentiation.
  func pointMap(_ inputs: SliceInputs<Tangent<Double>>) -> TransferMap<Tangent<Double>>
  /// The reference particle after the slice that `inputs` put it before.
  func referenceAfter(_ inputs: SliceInputs<Double>) -> ReferenceParticle<Double>
  func referenceAfter(_ inputs: SliceInputs<Tangent<Double>>) -> ReferenceParticle<Tangent<Double>>
  func referenceAfter(_ inputs: SliceInputs<Tangent<Tangent<Double>>>)
    -> ReferenceParticle<Tangent<Tangent<Double>>>
}

extension Element {
  public static var kind: String { String(describing: Self.self) }
  public static var modelChoice: ModelChoice<Self> { .only(.thin) }
  public static var collectiveLength: OrbitLength<Self> { .none }
  public var isLinear: Bool { model == .linear }
  public var inversion: Inversion { .backwardSlice }
  public var alikeSlices: AlikeSlices { .none }
  public var recordsParticles: Bool { false }
  public var effect: (any CatalogEffect)? { nil }
  public var mistakes: [String] { [] }

  /// Straight on, over the slice's share of the length.
  @inlinable
  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    if let offset = Self.orbitLength.offset {
      reference.fly(over: slice.length(of: q[offset: offset]))
    }
  }

  @inlinable
  public func kernelInDouble(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Double>
  {
    let map: TransferMap<Lanes<NativeDoubleShape.Shape>> = map(Lifted(self), slice, reference)
    return TileKernel(map)
  }

  @inlinable
  public func kernelInSingle(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Float>
  {
    let map: TransferMap<Lanes<NativeFloatShape.Shape>> = map(Lifted(self), slice, reference)
    return TileKernel(map)
  }

  @inlinable
  public func tangentKernel(_ inputs: SliceInputs<Tangent<Double>>) -> TangentKernel {
    let map: TransferMap<Tangent<Lanes<NativeDoubleShape.Shape>>> = map(inputs)
    return TangentKernel(map)
  }
  @inlinable
  public func tangentKernel(_ inputs: SliceInputs<TangentPair<Double>>) -> TangentKernel {
    let map: TransferMap<TangentPair<Lanes<NativeDoubleShape.Shape>>> = map(inputs)
    return TangentKernel(map)
  }
  @inlinable
  public func tangentKernel(_ inputs: SliceInputs<Tangent<Tangent<Double>>>) -> TangentKernel {
    let map: TransferMap<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>> = map(inputs)
    return TangentKernel(map)
  }
  @inlinable
  public func pointMap(
    _ inputs: SliceInputs<Tangent<Double>>
  ) -> TransferMap<Tangent<Double>> { map(inputs) }

  @inlinable
  public func referenceAfter(_ inputs: SliceInputs<Double>) -> ReferenceParticle<Double> {
    advanced(inputs)
  }
  @inlinable
  public func referenceAfter(
    _ inputs: SliceInputs<Tangent<Double>>
  ) -> ReferenceParticle<Tangent<Double>> { advanced(inputs) }
  @inlinable
  public func referenceAfter(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> ReferenceParticle<Tangent<Tangent<Double>>> { advanced(inputs) }

  @inlinable
  func advanced<C: RealScalar>(_ inputs: SliceInputs<C>) -> ReferenceParticle<C> {
    var reference = inputs.reference
    advance(&reference, over: inputs.slice, lifted(inputs.substitutions))
    return reference
  }

  /// Takes the reference particle through one slice.
  public func advance(_ reference: inout ReferenceParticle<Double>, over slice: Slice) {
    reference = referenceAfter(SliceInputs(slice, reference))
  }
}
