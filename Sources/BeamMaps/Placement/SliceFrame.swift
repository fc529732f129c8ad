import AutoDiff

/// The frame in which a slice of an element is passed, where that is not the nominal one: the changes
/// of coordinates at the slice's entrance and exit.
public enum SliceFrame<S: RealScalar>: Sendable {
  /// A frame displaced across the flight and rolled, the same at both ends.
  case planar(PlacementFrame<S>)
  /// Any displacement, exactly.
  case exact(entry: FrameChange<S>, exit: FrameChange<S>)
  /// Any displacement to first order about the nominal axis, for linear elements.
  case affine(entry: AffineFrameChange<S>, exit: AffineFrameChange<S>)

  /// The same frame with each number transformed.
  @inlinable
  package func map<T: RealScalar>(_ transform: (S) -> T) -> SliceFrame<T> {
    switch self {
    case .planar(let frame): .planar(frame.map(transform))
    case .exact(let entry, let exit):
      .exact(entry: entry.map(transform), exit: exit.map(transform))
    case .affine(let entry, let exit):
      .affine(entry: entry.map(transform), exit: exit.map(transform))
    }
  }

  /// Transforms from the nominal frame at the slice's entrance into the element's.
  ///
  /// - Returns: False where the particle does not fly forward in one of the frames.
  @inlinable @discardableResult
  public func enter(_ z: inout PhaseSpace<S>) -> S.Mask {
    switch self {
    case .planar(let frame): frame.enter(&z)
    case .exact(let entry, _): return entry.move(&z)
    case .affine(let entry, _): entry.move(&z)
    }
    return S.Mask(repeating: true)
  }

  /// Transforms from the element's frame at the slice's exit into the nominal one.
  ///
  /// - Returns: False where the particle does not fly forward in one of the frames.
  @inlinable @discardableResult
  public func leave(_ z: inout PhaseSpace<S>) -> S.Mask {
    switch self {
    case .planar(let frame): frame.leave(&z)
    case .exact(_, let exit): return exit.move(&z)
    case .affine(_, let exit): exit.move(&z)
    }
    return S.Mask(repeating: true)
  }
}

extension SliceFrame {
  /// Transforms from the element's frame at the slice's entrance back into the nominal one there.
  ///
  /// - Returns: False where the particle does not fly forward in one of the frames.
  @inlinable
  package func leaveBackward(_ z: inout PhaseSpace<S>) -> S.Mask {
    if case .exact(let entry, _) = self { return entry.inverse.move(&z) }
    return leave(&z)
  }

  /// The frame of a slice of a displaced body; the reference particle is given at both ends of the
  /// slice.
  @inlinable
  package init(
    of shape: BodyShape<S>, moved motion: RigidMotion<S>, about pivot: Pivot, in slice: Slice,
    isLinear: Bool, _ before: ReferenceParticle<S>, _ after: ReferenceParticle<S>
  ) {
    func frame(_ boundary: Int) -> BodyFrame<S> {
      BodyFrame(
        of: shape, moved: motion, about: pivot, at: Double(boundary) / Double(slice.count))
    }
    let (entry, exit) = (frame(slice.index), frame(slice.index + 1).inverse)
    self =
      isLinear
      ? .affine(entry: .init(into: entry, before), exit: .init(into: exit, after))
      : .exact(entry: .init(into: entry, before), exit: .init(into: exit, after))
  }

  /// The same for a body with a displacement of its own only.
  @inlinable
  package init(
    of shape: BodyShape<S>, displaced displacement: Displacement<S>, about pivot: Pivot,
    in slice: Slice, isLinear: Bool, _ before: ReferenceParticle<S>, _ after: ReferenceParticle<S>
  ) {
    self.init(
      of: shape, moved: RigidMotion(displacement), about: pivot, in: slice, isLinear: isLinear,
      before, after)
  }
}
