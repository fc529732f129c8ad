import AutoDiff

/// The number that the constants of a sweep are: `Double` for values and gradients,
/// `Tangent<Double>` for Hessian-vector products.
///
/// It finds, among an element's specialised requirements, those of its own kind.
public protocol SweepScalar: ParticleScalar where Constant == Self, Word == Double, Mask == Bool {
  /// The map of a point along one direction.
  static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> TransferMap<Tangent<Self>>
  /// The same along one direction, with one derivative more.
  static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Self>>>
  ) -> TransferMap<Tangent<Tangent<Self>>>
  static func tangentKernel(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> TangentKernel
  /// The map with two tangents; nil if there is none: the derivative to a parameter then goes back
  /// by itself.
  static func pairKernel(
    _ element: any Element, _ inputs: SliceInputs<TangentPair<Self>>
  ) -> TangentKernel?
  /// The way into the frame of a misplaced element, or out of it.
  static func frameKernel(
    entering: Bool, dx: Tangent<Self>, dy: Tangent<Self>, tilt: Tangent<Self>
  ) -> TangentKernel
  /// Several linear elements in one.
  static func affineKernel(_ map: AffineMap<Self>) -> TangentKernel
  static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Self>
  ) -> ReferenceParticle<Self>
  static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> ReferenceParticle<Tangent<Self>>
}

extension Double: SweepScalar {
  public static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> TransferMap<Tangent<Double>> { element.pointMap(inputs) }
  public static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TransferMap<Tangent<Tangent<Double>>> { element.pointMap(inputs) }
  public static func tangentKernel(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> TangentKernel { element.tangentKernel(inputs) }
  public static func pairKernel(
    _ element: any Element, _ inputs: SliceInputs<TangentPair<Double>>
  ) -> TangentKernel? { element.tangentKernel(inputs) }
  public static func frameKernel(
    entering: Bool, dx: Tangent<Double>, dy: Tangent<Double>, tilt: Tangent<Double>
  ) -> TangentKernel {
    let frame = PlacementFrame<Tangent<Lanes<NativeDoubleShape.Shape>>>(dx: dx, dy: dy, tilt: tilt)
    return entering
      ? TangentKernel(TransferMap(FrameEntry(frame: frame)))
      : TangentKernel(TransferMap(FrameExit(frame: frame)))
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

extension Tangent: SweepScalar where Value == Double {
  public static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TransferMap<Tangent<Tangent<Double>>> { element.pointMap(inputs) }
  public static func pointMap(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Tangent<Double>>>>
  ) -> TransferMap<Tangent<Tangent<Tangent<Double>>>> { element.pointMap(inputs) }
  public static func tangentKernel(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel { element.tangentKernel(inputs) }
  public static func pairKernel(
    _ element: any Element, _ inputs: SliceInputs<TangentPair<Tangent<Double>>>
  ) -> TangentKernel? { nil }
  public static func frameKernel(
    entering: Bool, dx: Tangent<Tangent<Double>>, dy: Tangent<Tangent<Double>>,
    tilt: Tangent<Tangent<Double>>
  ) -> TangentKernel {
    let frame = PlacementFrame<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>>(
      dx: dx, dy: dy, tilt: tilt)
    return entering
      ? TangentKernel(TransferMap(FrameEntry(frame: frame)))
      : TangentKernel(TransferMap(FrameExit(frame: frame)))
  }
  public static func affineKernel(_ map: AffineMap<Tangent<Double>>) -> TangentKernel {
    TangentKernel(
      TransferMap(AffineMotion<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>>(map.lifted)))
  }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> ReferenceParticle<Tangent<Double>> { element.referenceAfter(inputs) }
  public static func referenceAfter(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> ReferenceParticle<Tangent<Tangent<Double>>> { element.referenceAfter(inputs) }
}
