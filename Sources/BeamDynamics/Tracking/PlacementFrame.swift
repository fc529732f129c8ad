import AutoDiff
struct PlacementFrame: Sendable {
  func leave<S: RealScalar>(_ z: inout PhaseSpace<S>) {}
}
