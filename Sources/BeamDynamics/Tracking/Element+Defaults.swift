import AutoDiff
extension Element {
  /// Straight on, over the slice's share of the length.
  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
  }
}
