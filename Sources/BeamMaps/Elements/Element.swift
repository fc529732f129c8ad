import AutoDiff
import ParameterTables

/// How the map of an element is undone; reverse-mode differentiation rests on it.
public enum Inversion: Sendable {
  /// The map of the slice passed backward (negative length, reversed kicks) is its inverse, and it
  /// is symplectic, but for the reference momentum: derivatives go backward through its derivatives.
  case backwardSlice
  /// There is no cheap inverse: differentiate by local Jacobians, with the coordinates kept.
  case localJacobian
}

/// Which slices of an element are equivalent. Equivalent slices have the same map at the same
/// reference energy, and do not change that energy. Advancing the reference particle over several
/// of them equals advancing it over one slice of the same total length.
public enum EquivalentSlices: Sendable {
  /// None, or it is not known.
  case none
  /// All but the first and the last, which contain the element's faces.
  case inner
  /// All slices.
  case all
}

/// A kind of beamline element: a plain struct of parameters that a user holds, a table of their
/// names, and the physics, generic over the scalar.
///
/// To add a kind of element, write one file with a struct that conforms, and put the type into an
/// ``ElementCatalog``. The compiler specialises the tracking kernels for the type that conforms;
/// nothing else is needed for full speed.
public protocol Element: Parameterized {
  /// The name of the kind in run files, such as "Quadrupole"; by default the name of the type.
  static var kind: String { get }
  /// What the element is, in one sentence.
  static var summary: String { get }
  /// The models by which it can be tracked; thin by default.
  static var modelChoice: ModelChoice<Self> { get }
  /// The model where neither an element nor its run names one. By default, chromatic or what
  /// ``ElementModel/resolve(_:among:)`` takes for it.
  static var unnamedModel: ElementModel { get }
  /// The parameter that holds its length along the design orbit: `.along(\.length)`, or `.none` for
  /// a thin element.
  static var orbitLength: OrbitLength<Self> { get }
  /// The parameter that holds the length that a collective kick at this element stands for. An
  /// element that has it has no length along the orbit. `.none` for all other elements.
  static var collectiveLength: OrbitLength<Self> { get }
  /// False for an element whose map is known as a whole only: it has one slice, whatever its
  /// length. True by default.
  static var isDivisible: Bool { get }

  /// The parameter that holds the roll of the plane of bending, which belongs to the design, see
  /// ``BodyShape/roll``; nil, the default, if it has none.
  static var designRoll: (WritableKeyPath<Self, Double> & Sendable)? { get }

  /// Whether it can be displaced, and have an aperture: true by default. A kind that has none of it
  /// may have parameters of the same names.
  static var isPlaceable: Bool { get }
  /// Where the aperture of its placement is tested if a run file does not say so: at the end of each
  /// slice by default.
  static var aperturePosition: PlacedAperture.Position { get }

  /// An element with the default of every parameter.
  init()

  /// True if the map is affine, so that neighbours may be merged into one matrix.
  var isLinear: Bool { get }
  /// How the map is inverted.
  var inversion: Inversion { get }
  /// The slices that are equivalent: the kernel of one serves for all. The tests check it for the
  /// whole catalog.
  var equivalentSlices: EquivalentSlices { get }
  /// True if the coordinates of all particles are written to a file here.
  var recordsParticles: Bool { get }
  /// What a monitor that records particles reads of their positions; nil, the default, for the
  /// positions themselves.
  var reading: MonitorReading? { get }
  /// The aperture that belongs to the element itself, tested like that of its ``Placement``: at the
  /// end of each slice, in the element's frame. nil lets every particle pass; the default.
  var aperture: ApertureShape? { get }
  /// An effect that acts on the particles in the element's slices only, in addition to the effects
  /// of the run; none by default.
  ///
  /// A parameter of the effect that has the name and the value of one of the element's parameters
  /// is the same number: if it is among ``CatalogEffect/variableParameters``, both vary together.
  /// Derivatives with respect to an element's parameter that enters the effect in any other form
  /// are an error.
  var effect: (any CatalogEffect)? { get }
  /// What is wrong with this combination of parameters: sentences for an error message; empty if
  /// nothing is wrong.
  var mistakes: [String] { get }
  /// What is doubtful about this combination of parameters, which has no mistakes: sentences for a
  /// warning; empty if nothing is.
  var warnings: [String] { get }

  /// Advances the reference particle over one slice.
  func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>)

  /// The design orbit in the element's body, which a displacement moves; `reference` is at the end
  /// of a slice. A straight line of the element's length by default.
  func bodyShape<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> BodyShape<C>
  /// Whether the design orbit bends in the element: its displaced body then has another frame in
  /// every slice. False by default.
  var bendsOrbit: Bool { get }

  /// The transfer map of one slice. `reference` is at the slice's end; for a backward slice, at its
  /// beginning.
  ///
  /// `q` has the parameters: `q.k1` is a number that may carry derivatives, where `self.k1` carries
  /// none. The map of a backward slice has to be the inverse (``Slice/length(of:)`` and
  /// ``Slice/kick(_:)`` see to the signs), or else ``inversion`` has to say that it is not:
  /// tracking does not need the inverse, gradients do.
  func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S>

  // The functions that tracking calls. The defaults are sufficient. They are requirements so that
  // the compiler specialises them for each conforming type.

  func kernelInDouble(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Double>
  func kernelInSingle(_ slice: Slice, _ reference: ReferenceParticle<Double>)
    -> TileKernel<Float>
  /// The map with one tangent for each coordinate, or with two.
  func tangentKernel(_ inputs: SliceInputs<Tangent<Double>>) -> TangentKernel
  func tangentKernel(_ inputs: SliceInputs<TangentPair<Double>>) -> TangentKernel
  /// The map with an additional tangent, where coordinates and constants carry one already: second
  /// derivatives of particles. nil, the default, where it is not compiled: tracking then runs the
  /// recorded formula, which takes about 1.5 times as long. A kind that many variables belong to
  /// returns ``compiledTangentKernel(_:)``, for several seconds of compilation.
  func tangentKernel(_ inputs: SliceInputs<Tangent<Tangent<Double>>>) -> TangentKernel?
  /// The same with two tangents, by which a Hessian-vector product goes backward through an element
  /// of which one number varies.
  func tangentKernel(_ inputs: SliceInputs<TangentPair<Tangent<Double>>>) -> TangentKernel?
  /// The map of a point, with one direction of differentiation.
  func pointMap(_ inputs: SliceInputs<Tangent<Double>>) -> TransferMap<Tangent<Double>>
  /// The reference particle after the slice, where `inputs` give it before the slice.
  func referenceAfter(_ inputs: SliceInputs<Double>) -> ReferenceParticle<Double>
  func referenceAfter(_ inputs: SliceInputs<Tangent<Double>>) -> ReferenceParticle<Tangent<Double>>
  func referenceAfter(_ inputs: SliceInputs<Tangent<Tangent<Double>>>)
    -> ReferenceParticle<Tangent<Tangent<Double>>>
}

extension Element {
  public static var kind: String { String(describing: Self.self) }
  public static var modelChoice: ModelChoice<Self> { .only(.thin) }
  public static var unnamedModel: ElementModel { .resolve(.chromatic, among: models) }
  public static var collectiveLength: OrbitLength<Self> { .none }
  public static var isDivisible: Bool { true }
  public static var designRoll: (WritableKeyPath<Self, Double> & Sendable)? { nil }
  public static var isPlaceable: Bool { true }
  public static var aperturePosition: PlacedAperture.Position { .slices }
  public var bendsOrbit: Bool { false }
  public var isLinear: Bool { model == .linear }
  public var inversion: Inversion { .backwardSlice }
  public var equivalentSlices: EquivalentSlices { .none }
  public var recordsParticles: Bool { false }
  public var reading: MonitorReading? { nil }
  public var aperture: ApertureShape? { nil }
  public var effect: (any CatalogEffect)? { nil }
  public var mistakes: [String] { [] }
  public var warnings: [String] { [] }

  /// A straight line.
  @inlinable
  public func bodyShape<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> BodyShape<C> {
    BodyShape(length: Self.orbitLength.offset.map { q[offset: $0] } ?? .zero)
  }

  /// Advances straight over the slice's part of the length.
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
  public func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? { nil }
  public func tangentKernel(
    _ inputs: SliceInputs<TangentPair<Tangent<Double>>>
  ) -> TangentKernel? { nil }

  /// The map with second derivatives of particles, compiled for this kind where it is called.
  @inlinable
  public func compiledTangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel {
    let map: TransferMap<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>> = map(inputs)
    return TangentKernel(map)
  }
  /// The same with two tangents.
  @inlinable
  public func compiledTangentKernel(
    _ inputs: SliceInputs<TangentPair<Tangent<Double>>>
  ) -> TangentKernel {
    let map: TransferMap<TangentPair<Tangent<Lanes<NativeDoubleShape.Shape>>>> = map(inputs)
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

  /// Advances the reference particle over one slice.
  public func advance(_ reference: inout ReferenceParticle<Double>, over slice: Slice) {
    reference = referenceAfter(SliceInputs(slice, reference))
  }
}
