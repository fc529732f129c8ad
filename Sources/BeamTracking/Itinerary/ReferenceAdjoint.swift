import AutoDiff
import BeamMaps

/// Propagates the derivatives of an objective with respect to the reference particle backward along
/// the beamline.
///
/// A shift of the path length, or of the position in the laboratory, at the beginning of a slice
/// shifts the end by the same amount. All other derivatives are computed by differentiating the
/// element's function for the reference particle once for each variable.
@usableFromInline
package struct ReferenceAdjoint<C: SweepScalar> {
  /// The derivatives with respect to the reference particle at the present position of the backward
  /// pass.
  @usableFromInline package var cotangent = ReferenceCotangent<C>.zero

  @inlinable
  package init() {}

  /// Propagates the derivatives backward through a slice of an element.
  ///
  /// - Parameters:
  ///   - before: The reference particle at the slice's beginning.
  ///   - values: The element's numbers.
  ///   - gradient: Derivatives with respect to the parameters of the evaluation; those of this
  ///     element are added.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package mutating func goBack(
    through element: any Element, _ slice: Slice, _ before: ReferenceParticle<C>,
    _ values: VariedElement<C>, addingTo gradient: inout [C]
  ) {
    let after = cotangent
    if after.isZero { return }
    let still = before.map { Tangent($0, tangent: .zero) }
    func slope(_ reference: ReferenceParticle<Tangent<C>>, along direction: Int? = nil) -> C {
      let inputs = values.tangents(slice, reference, along: direction)
      return after.dot(C.referenceAfter(element, inputs).tangents())
    }
    func slope(along number: ReferenceNumber) -> C {
      var reference = still
      number.set(&reference) { Tangent($0.value, tangent: .one) }
      return slope(reference)
    }
    for number in values.own { gradient[number] += slope(still, along: number) }
    cotangent.kineticEnergyOverMass = slope(along: .energy)
    // Elements whose slices are equivalent depend on neither time nor position.
    if case .none = element.equivalentSlices {
      cotangent.t = slope(along: .time)
      cotangent.s = slope(along: .path)
      cotangent.crestPhase = slope(along: .crestPhase)
    }
    guard after.reachesLaboratory else { return }
    typealias Axis = WritableKeyPath<Orientation<Tangent<C>>, Vector3<Tangent<C>>>
    func slope(along axis: Axis) -> Vector3<C> {
      func component(_ path: WritableKeyPath<Vector3<Tangent<C>>, Tangent<C>>) -> C {
        var reference = still
        reference.orientation[keyPath: axis][keyPath: path].tangent = .one
        return slope(reference)
      }
      return Vector3(component(\.x), component(\.y), component(\.z))
    }
    cotangent.orientation = Orientation(
      right: slope(along: \.right), up: slope(along: \.up),
      forward: slope(along: \.forward))
  }
}
