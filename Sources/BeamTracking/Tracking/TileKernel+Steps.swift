import AutoDiff
import BeamMaps

/// The kernels of steps other than elements.
extension TileKernel {
  private typealias DoubleGroup = Lanes<NativeDoubleShape.Shape>
  private typealias FloatGroup = Lanes<NativeFloatShape.Shape>

  /// Loses particles without kinetic energy.
  package static func energyTest(_ reference: ReferenceParticle<Double>) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(EnergyTest<DoubleGroup>(reference))),
      single: TileKernel<Float>(TransferMap(EnergyTest<FloatGroup>(reference))))
  }

  /// Loses particles whose coordinates are too large for collective kicks.
  package static var reachTest: Self {
    let test = Word.kernel(
      double: TileKernel<Double>(TransferMap(ReachTest<DoubleGroup>(limit: Double.kickReach))),
      single: TileKernel<Float>(TransferMap(ReachTest<FloatGroup>(limit: Double(Float.kickReach)))))
    return Self({ tile in if !tile.isBelow(Word.kickReach) { test(&tile) } }, kept: .all)
  }

  /// Loses particles that hit an aperture.
  package static func test(_ aperture: ApertureShape) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(ApertureTest<DoubleGroup>(region: .init(aperture)))),
      single: TileKernel<Float>(TransferMap(ApertureTest<FloatGroup>(region: .init(aperture)))))
  }

  /// The transformation into a misaligned element's frame, or out of it.
  package static func frame(_ frame: SliceFrame<Double>, _ crossing: FrameCrossing) -> Self {
    Word.kernel(
      double: TileKernel<Double>(
        frame.transferMap(crossing) { AffineMotion<DoubleGroup>($0) } as TransferMap<DoubleGroup>),
      single: TileKernel<Float>(
        frame.transferMap(crossing) { AffineMotion<FloatGroup>($0) } as TransferMap<FloatGroup>))
  }

  /// Several linear elements in one.
  package static func affine(_ map: AffineMap<Double>) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(AffineMotion<DoubleGroup>(map))),
      single: TileKernel<Float>(TransferMap(AffineMotion<FloatGroup>(map))))
  }
}

/// Passes particles whose coordinates are all below a limit.
private struct ReachTest<S: ParticleScalar>: Motion {
  static var kept: KeptCoordinates { .all }

  let limit: S

  init(limit: S.Constant) { self.limit = S(limit) }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    (S.abs(z.x) < limit) .& (S.abs(z.px) < limit) .& (S.abs(z.y) < limit)
      .& (S.abs(z.py) < limit) .& (S.abs(z.t) < limit) .& (S.abs(z.pt) < limit)
  }
}
