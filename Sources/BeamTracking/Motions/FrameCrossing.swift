import AutoDiff
import BeamMaps

/// A change between the nominal frame and that of a displaced element, at one end of a slice.
public enum FrameCrossing: Sendable {
  /// Into the element's frame at the slice's entrance.
  case entry
  /// Out of it at the slice's exit.
  case exit
  /// The inverse of ``exit``: into the element's frame at the slice's exit.
  case backThroughExit
  /// The inverse of ``entry``: out of it at the slice's entrance.
  case backThroughEntry
}

extension SliceFrame where S: ParticleScalar, S.Constant == S {
  /// The motion of particles of the scalar `P` at a crossing.
  ///
  /// - Parameter affine: Makes the motion of an affine map.
  @inline(__always)
  func transferMap<P: ParticleScalar, A: Motion>(
    _ crossing: FrameCrossing, _ affine: (AffineMap<S>) -> A
  ) -> TransferMap<P> where P.Constant == S, A.S == P {
    switch self {
    case .planar(let frame):
      let lifted = frame.map { P($0) }
      switch crossing {
      case .entry, .backThroughExit: return TransferMap(FrameEntry(frame: lifted))
      case .exit, .backThroughEntry: return TransferMap(FrameExit(frame: lifted))
      }
    case .exact(let entry, let exit):
      let change =
        switch crossing {
        case .entry: entry
        case .exit: exit
        case .backThroughExit: exit.inverse
        case .backThroughEntry: entry.inverse
        }
      return TransferMap(ExactFrameChange<P>(change))
    case .affine:
      let frame = map { Tangent($0) }
      var map = AffineMap<S>.identity
      switch crossing {
      case .entry, .backThroughEntry: map.enter(frame)
      case .exit, .backThroughExit: map.leave(frame)
      }
      switch crossing {
      case .entry, .exit: return TransferMap(affine(map))
      case .backThroughExit, .backThroughEntry: return TransferMap(affine(map.symplecticInverse))
      }
    }
  }
}
