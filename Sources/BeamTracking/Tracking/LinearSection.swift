import AutoDiff
import BeamMaps

/// Consecutive linear elements that nobody looks between: one matrix, or, where it is a single one,
/// its own sparse formula.
package struct LinearSection: Sendable {
  private var map: AffineMap<Double>?
  /// The only element so far, where it stands as it should.
  private var single: (element: any Element, inputs: SliceInputs<Double>)?

  package init() {}

  /// Adds a slice of `item`; `inputs` have the reference particle at the slice's end.
  package mutating func append(_ item: BeamlineElement, _ inputs: SliceInputs<Double>) {
    single = map == nil && item.placement.frame == nil ? (item.element, inputs) : nil
    var map = map ?? .identity
    map.follow(
      by: item.element.pointMap(inputs.map { Tangent($0) }),
      in: item.placement.frame(of: Tangent<Double>.self))
    self.map = map
  }

  /// What takes a tile through all of it, which is then forgotten; nil where nothing moves.
  package mutating func takeKernel<Word: ParticleWord>() -> TileKernel<Word>? {
    defer { self = LinearSection() }
    guard let map, !map.isIdentity else { return nil }
    return single.map { Double.kernel(of: $0.element, $0.inputs) } ?? .affine(map)
  }
}
