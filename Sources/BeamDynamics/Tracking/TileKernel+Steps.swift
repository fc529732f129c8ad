import AutoDiff

extension TileKernel<Double> {
  /// Loses particles that cannot exist.
  package static func energyTest(_ reference: ReferenceParticle<Double>) -> Self {
    TileKernel(TransferMap(EnergyTest<Lanes<NativeDoubleShape.Shape>>(reference)))
  }

  /// Loses what an aperture does not let through.
  package static func test(_ aperture: EllipticAperture) -> Self {
    TileKernel(TransferMap(EllipseTest<Lanes<NativeDoubleShape.Shape>>(aperture)))
  }

  /// The way into a misplaced element's frame, or out of it.
  package static func frame(entering: Bool, _ frame: PlacementFrame<Double>) -> Self {
    typealias Group = Lanes<NativeDoubleShape.Shape>
    let lanes = PlacementFrame<Group>(frame)
    return entering
      ? TileKernel(TransferMap(FrameEntry(frame: lanes)))
      : TileKernel(TransferMap(FrameExit(frame: lanes)))
  }

  /// Several linear elements in one.
  package static func affine(_ map: AffineMap<Double>) -> Self {
    TileKernel(TransferMap(AffineMotion<Lanes<NativeDoubleShape.Shape>>(map)))
  }
}
