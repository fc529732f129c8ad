import AutoDiff

/// What a tile meets on its way besides elements.
extension TileKernel {
  private typealias DoubleGroup = Lanes<NativeDoubleShape.Shape>
  private typealias FloatGroup = Lanes<NativeFloatShape.Shape>

  /// Loses particles that cannot exist.
  package static func energyTest(_ reference: ReferenceParticle<Double>) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(EnergyTest<DoubleGroup>(reference))),
      single: TileKernel<Float>(TransferMap(EnergyTest<FloatGroup>(reference))))
  }

  /// Loses what an aperture does not let through.
  package static func test(_ aperture: EllipticAperture) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(EllipseTest<DoubleGroup>(aperture))),
      single: TileKernel<Float>(TransferMap(EllipseTest<FloatGroup>(aperture))))
  }

  /// The way into a misplaced element's frame, or out of it.
  package static func frame(entering: Bool, _ frame: PlacementFrame<Double>) -> Self {
    entering
      ? Word.kernel(
        double: TileKernel<Double>(TransferMap(FrameEntry<DoubleGroup>(frame: .init(frame)))),
        single: TileKernel<Float>(TransferMap(FrameEntry<FloatGroup>(frame: .init(frame)))))
      : Word.kernel(
        double: TileKernel<Double>(TransferMap(FrameExit<DoubleGroup>(frame: .init(frame)))),
        single: TileKernel<Float>(TransferMap(FrameExit<FloatGroup>(frame: .init(frame)))))
  }

  /// Several linear elements in one.
  package static func affine(_ map: AffineMap<Double>) -> Self {
    Word.kernel(
      double: TileKernel<Double>(TransferMap(AffineMotion<DoubleGroup>(map))),
      single: TileKernel<Float>(TransferMap(AffineMotion<FloatGroup>(map))))
  }
}
