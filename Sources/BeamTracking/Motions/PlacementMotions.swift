import AutoDiff
import BeamMaps

/// The transformation into a misaligned element's frame.
struct FrameEntry<S: ParticleScalar>: Motion {
  let frame: PlacementFrame<S>

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    frame.enter(&z)
    return S.Mask(repeating: true)
  }
}

/// The transformation out of a misaligned element's frame.
struct FrameExit<S: ParticleScalar>: Motion {
  let frame: PlacementFrame<S>

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    frame.leave(&z)
    return S.Mask(repeating: true)
  }
}

/// The exact change from one frame to another.
struct ExactFrameChange<S: ParticleScalar>: Motion {
  let change: FrameChange<S>

  init(_ change: FrameChange<S.Constant>) where S.Constant: RealScalar {
    self.change = change.map { S($0) }
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask { change.move(&z) }
}

/// Passes particles that an aperture does not stop.
struct ApertureTest<S: ParticleScalar>: Motion {
  static var kept: KeptCoordinates { .all }

  let region: ApertureRegion<S>

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask { region.passes(z.x, z.y) }
}
