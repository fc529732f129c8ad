import AutoDiff
import BeamMaps

/// Consecutive linear elements without an observation point between them: one matrix, or, for a
/// single element, its own sparse formula.
package struct LinearSection: Sendable {
  private var map: AffineMap<Double>?
  /// The only element so far, if it is aligned.
  private var single: (element: any Element, inputs: SliceInputs<Double>)?

  package init() {}

  /// Whether nothing has been appended since the last kernel.
  var isEmpty: Bool { map == nil }

  /// Appends a slice of an element; `inputs` contain the reference particle at the slice's end.
  ///
  /// - Parameter frame: The frame of the slice; nil for the nominal one.
  package mutating func append(
    _ element: any Element, _ inputs: SliceInputs<Double>, in frame: SliceFrame<Double>?
  ) {
    single = map == nil && frame == nil ? (element, inputs) : nil
    var map = map ?? .identity
    map.follow(
      by: element.pointMap(inputs.map { Tangent($0) }), in: frame.map { $0.map { Tangent($0) } })
    self.map = map
  }

  /// The kernel of all appended elements, which are then removed; nil for the identity.
  package mutating func takeKernel<Word: ParticleWord>() -> TileKernel<Word>? {
    defer { self = LinearSection() }
    guard let map, !map.isIdentity else { return nil }
    return single.map { Double.kernel(of: $0.element, $0.inputs) } ?? .affine(map)
  }
}
