import AutoDiff
import BeamMaps
import Communication

/// The scalar of a sweep, which tracks a beam through a beamline and may propagate derivatives:
/// `Double` for values and gradients, `Tangent<Double>` for derivatives along a direction and, in
/// the backward pass, for Hessian-vector products.
///
/// Its functions select the requirement of an element that is specialised for this scalar.
public protocol SweepScalar: ParticleScalar, EffectScalar, Mergeable, Packable, Equatable
where Constant == Self, Word == Double, Base == Self {
  /// The same number during recording on a tape.
  associatedtype Recorded: RealScalar
  /// Four of these numbers in lanes; with two more they hold a column of a 6×6 matrix.
  associatedtype Four: ParticleScalar where Four.Constant == Self, Four.Word == Double
  associatedtype Two: ParticleScalar where Two.Constant == Self, Two.Word == Double

  /// The derivative along the direction; 0 where there is none.
  var derivative: Double { get }

  /// a·b + c, with one rounding or two.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self

  // Recording on a tape.

  /// Begins the recording of operations on a number.
  static func record(_ number: Self, on tape: Tape) -> Recorded
  /// The value of a recorded number.
  static func value(of number: Recorded) -> Self
  /// Sets the derivative with respect to `result` to `cotangent`.
  static func seed(_ cotangent: Self, to result: Recorded, _ seeds: inout Tape.Seeds)
  /// The derivative with respect to a number whose recording began with ``record(_:on:)``.
  static func cotangent(of number: Recorded, on tape: Tape) -> Self

  // Functions for an element.

  /// The kernel that moves tiles through a slice; numbers with derivatives are of double precision.
  static func kernel<Storage: ParticleWord>(
    of element: any Element, _ inputs: SliceInputs<Self>
  ) -> TileKernel<Storage>
  /// The map about the design orbit, in the beamline's frame also for a misaligned element.
  ///
  /// - Parameters:
  ///   - element: The element.
  ///   - index: The index of the element in the beamline of the recordings; nil if it is not one
  ///     of its elements.
  ///   - inputs: The slice, with the reference particle at its end.
  ///   - frame: The frame of a misaligned element; nil if it is aligned.
  ///   - recordings: Recordings for scalars for which the map is not compiled.
  static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Self>,
    in frame: SliceFrame<Self>?, _ recordings: SliceRecordings
  ) -> AffineMap<Self>
  /// The same with a derivative along one direction.
  static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Self>>,
    in frame: SliceFrame<Tangent<Self>>?, _ recordings: SliceRecordings
  ) -> AffineMap<Tangent<Self>>
  /// The map with one tangent for each coordinate. The arguments are those of an affine map.
  static func tangentKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Self>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel
  /// The map with two tangents. The arguments are those of an affine map.
  static func pairKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<TangentPair<Self>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel
  static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Self>
  ) -> ReferenceParticle<Self>
  static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> ReferenceParticle<Tangent<Self>>

  // Functions for other steps.

  /// The kernel of the transformation into the frame of a misaligned element, or out of it.
  static func frameKernel<Storage: ParticleWord>(
    _ frame: SliceFrame<Self>, _ crossing: FrameCrossing
  ) -> TileKernel<Storage>
  static func frameKernel(
    _ frame: SliceFrame<Tangent<Self>>, _ crossing: FrameCrossing
  ) -> TangentKernel
  /// The kernel of several linear elements in one.
  static func affineKernel(_ map: AffineMap<Self>) -> TangentKernel
  /// Applies an effect to particles whose coordinates are such numbers.
  static func apply<Storage: ParticleWord>(
    _ effect: any EffectRun, to particles: ParticleBlocks<Storage>,
    _ slice: EffectSlice<Self>
  ) throws
  /// Propagates cotangents backward through an effect.
  static func pullBack(
    _ effect: any DifferentiableEffectRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Self>
  ) throws -> EffectCotangents<Self>
}

extension SweepScalar {
  /// a·b + c with two roundings.
  @inlinable @inline(__always)
  public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self { a * b + c }

  /// True if the number and its derivative are zero.
  @inlinable package var vanishes: Bool { plain == 0 && derivative == 0 }

  /// The length of a collective kick in a slice.
  @inlinable
  package static func kickLength(_ element: any Element, _ inputs: SliceInputs<Self>) -> Self {
    if element.isCollective { return element.collectiveLength(inputs.substitutions) }
    return referenceAfter(element, inputs.fromOrigin).s
  }

  @inlinable
  package static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> Tangent<Self> {
    if element.isCollective { return element.collectiveLength(inputs.substitutions) }
    return referenceAfter(element, inputs.fromOrigin).s
  }
}

extension SliceInputs {
  /// The same inputs with the path length counted from here, so that no digits are lost at large
  /// path lengths.
  @inlinable package var fromOrigin: Self {
    var inputs = self
    inputs.reference.s = .zero
    return inputs
  }
}

extension Element {
  /// The length of all collective kicks in the element [m]: its length along the design orbit, or
  /// its collective length where the element is only a place for a kick.
  package var kickLength: Double { isCollective ? collectiveLength([]) : length }

  /// The collective length of the element [m]; 0 if it has none.
  @inlinable
  package func collectiveLength<C: RealScalar>(
    _ substitutions: [ParameterSubstitution<C>]
  ) -> C {
    guard let offset = Self.collectiveLength.offset else { return .zero }
    return lifted(substitutions)[offset: offset]
  }
}

extension Double: SweepScalar {
  public typealias Four = Lanes<DoubleX4>
  public typealias Two = Lanes<DoubleX2>
  public var derivative: Double { 0 }

  @inlinable @inline(__always)
  public static func multiplyAdd(_ a: Double, _ b: Double, _ c: Double) -> Double {
    contracted(a, b, plus: c)
  }

  public static func record(_ number: Double, on tape: Tape) -> Adjoint { tape.variable(number) }

  public static func value(of number: Adjoint) -> Double { number.value }

  public static func seed(_ cotangent: Double, to result: Adjoint, _ seeds: inout Tape.Seeds) {
    seeds.add(cotangent, to: result)
  }

  public static func cotangent(of number: Adjoint, on tape: Tape) -> Double {
    tape.adjoint(of: number)
  }

  public static func kernel<Storage: ParticleWord>(
    of element: any Element, _ inputs: SliceInputs<Double>
  ) -> TileKernel<Storage> {
    precondition(inputs.substitutions.isEmpty, "plain numbers are stored in the element itself")
    return Storage.kernel(
      double: element.kernelInDouble(inputs.slice, inputs.reference),
      single: element.kernelInSingle(inputs.slice, inputs.reference))
  }
  public static func frameKernel<Storage: ParticleWord>(
    _ frame: SliceFrame<Double>, _ crossing: FrameCrossing
  ) -> TileKernel<Storage> { .frame(frame, crossing) }
  public static func apply<Storage: ParticleWord>(
    _ effect: any EffectRun, to particles: ParticleBlocks<Storage>,
    _ slice: EffectSlice<Double>
  ) throws { try Storage.apply(effect, to: particles, slice) }
  public static func pullBack(
    _ effect: any DifferentiableEffectRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>
  ) throws -> EffectCotangents<Double> { try effect.pullBack(cotangents, particles, slice) }

  public static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Double>,
    in frame: SliceFrame<Double>?, _ recordings: SliceRecordings
  ) -> AffineMap<Double> {
    var map = AffineMap<Double>.identity
    map.follow(
      by: element.pointMap(inputs.map { Tangent($0) }), in: frame.map { $0.map { Tangent($0) } })
    return map
  }
  public static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Double>>,
    in frame: SliceFrame<Tangent<Double>>?, _ recordings: SliceRecordings
  ) -> AffineMap<Tangent<Double>> {
    recordings.affineMap(of: element, index: index, inputs, in: frame)
  }
  public static func tangentKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Double>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel { element.tangentKernel(inputs) }
  public static func pairKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<TangentPair<Double>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel { element.tangentKernel(inputs) }
  public static func frameKernel(
    _ frame: SliceFrame<Tangent<Double>>, _ crossing: FrameCrossing
  ) -> TangentKernel {
    typealias S = Tangent<Lanes<NativeDoubleShape.Shape>>
    return TangentKernel(frame.transferMap(crossing) { AffineMotion<S>($0) })
  }
  public static func affineKernel(_ map: AffineMap<Double>) -> TangentKernel {
    TangentKernel(TransferMap(AffineMotion<Tangent<Lanes<NativeDoubleShape.Shape>>>(map.lifted)))
  }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Double>
  ) -> ReferenceParticle<Double> { element.referenceAfter(inputs) }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> ReferenceParticle<Tangent<Double>> { element.referenceAfter(inputs) }
}

extension Tangent: Packable where Value: Packable {}

extension Tangent: Mergeable where Value == Double {
  public mutating func merge(_ later: Self) { self = self + later }
}

extension Tangent: SweepScalar where Value == Double {
  public typealias Four = Tangent<Lanes<DoubleX4>>
  public typealias Two = Tangent<Lanes<DoubleX2>>
  public var derivative: Double { tangent }

  public static func record(_ number: Tangent<Double>, on tape: Tape) -> Tangent<Adjoint> {
    Tangent<Adjoint>(tape.variable(number.value), tangent: tape.variable(number.tangent))
  }

  public static func value(of number: Tangent<Adjoint>) -> Tangent<Double> {
    Tangent<Double>(number.value.value, tangent: number.tangent.value)
  }

  /// The quantity whose derivatives the tape propagates is L = Σ λ·ẏ + λ̇·y, with the results y,
  /// their tangents ẏ and the cotangents λ, λ̇.
  public static func seed(
    _ cotangent: Tangent<Double>, to result: Tangent<Adjoint>, _ seeds: inout Tape.Seeds
  ) {
    seeds.add(cotangent.value, to: result.tangent)
    seeds.add(cotangent.tangent, to: result.value)
  }

  /// ∂L/∂ẋ = Σ λ·∂y/∂x is the cotangent, and ∂L/∂x its derivative along the direction.
  public static func cotangent(
    of number: Tangent<Adjoint>, on tape: Tape
  ) -> Tangent<Double> {
    Tangent<Double>(tape.adjoint(of: number.tangent), tangent: tape.adjoint(of: number.value))
  }

  public static func kernel<Storage: ParticleWord>(
    of element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> TileKernel<Storage> {
    .ofDoubles(TileKernel(element.tangentKernel(inputs)))
  }
  public static func frameKernel<Storage: ParticleWord>(
    _ frame: SliceFrame<Tangent<Double>>, _ crossing: FrameCrossing
  ) -> TileKernel<Storage> { .ofDoubles(TileKernel(Double.frameKernel(frame, crossing))) }
  public static func apply<Storage: ParticleWord>(
    _ effect: any EffectRun, to particles: ParticleBlocks<Storage>,
    _ slice: EffectSlice<Tangent<Double>>
  ) throws {
    guard let particles = particles as? ParticleBlocks<Double>,
      let effect = effect as? any DifferentiableEffectRun
    else {
      preconditionFailure(
        "coordinates with tangents are of double precision, effects differentiable")
    }
    try effect.apply(to: particles, slice)
  }
  public static func pullBack(
    _ effect: any DifferentiableEffectRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ slice: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>> {
    try effect.pullBack(cotangents, particles, slice)
  }

  public static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Double>>,
    in frame: SliceFrame<Tangent<Double>>?, _ recordings: SliceRecordings
  ) -> AffineMap<Tangent<Double>> {
    recordings.affineMap(of: element, index: index, inputs, in: frame)
  }
  public static func affineMap(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>,
    in frame: SliceFrame<Tangent<Tangent<Double>>>?, _ recordings: SliceRecordings
  ) -> AffineMap<Tangent<Tangent<Double>>> {
    recordings.affineMap(of: element, index: index, inputs, in: frame)
  }
  public static func tangentKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel {
    element.tangentKernel(inputs) ?? recordings.tangentKernel(of: element, index: index, inputs)
  }
  public static func pairKernel(
    _ element: any Element, index: Int?, _ inputs: SliceInputs<TangentPair<Tangent<Double>>>,
    _ recordings: SliceRecordings
  ) -> TangentKernel {
    element.tangentKernel(inputs) ?? recordings.tangentKernel(of: element, index: index, inputs)
  }
  public static func frameKernel(
    _ frame: SliceFrame<Tangent<Tangent<Double>>>, _ crossing: FrameCrossing
  ) -> TangentKernel {
    typealias S = Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>
    return TangentKernel(frame.transferMap(crossing) { RowwiseAffineMotion<S>($0) })
  }
  public static func affineKernel(_ map: AffineMap<Tangent<Double>>) -> TangentKernel {
    TangentKernel(
      TransferMap(
        RowwiseAffineMotion<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>>(map.lifted)))
  }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> ReferenceParticle<Tangent<Double>> { element.referenceAfter(inputs) }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> ReferenceParticle<Tangent<Tangent<Double>>> { element.referenceAfter(inputs) }
}

extension TileKernel {
  /// A kernel of double precision, which is that of the tile.
  fileprivate static func ofDoubles(_ kernel: TileKernel<Double>) -> Self {
    Word.kernel(
      double: kernel,
      single: { preconditionFailure("coordinates with tangents are of double precision") }())
  }
}
