import AutoDiff
import BeamMaps

/// The place of an element on its girder, with the values of an evaluation in the place of some
/// numbers.
@usableFromInline
package struct VariedMount<C: SweepScalar>: Sendable {
  @usableFromInline let mount: GirderMount
  /// The girder's displacement.
  @usableFromInline var displacement: Displacement<C>
  /// The parameters of the evaluation that it consists of.
  @usableFromInline var numbers: [(number: Int, degree: DegreeOfFreedom)] = []
  /// The numbers of the elements on the girder, where one moves the girder's pivot.
  @usableFromInline var members: [VariedNumbers<C>] = []

  @inlinable
  init(_ mount: GirderMount) {
    self.mount = mount
    displacement = Displacement { C(mount.displacement[$0]) }
  }

  /// Adds a displacement of the girder.
  @usableFromInline
  mutating func add(_ degree: DegreeOfFreedom, number: Int, _ value: C) {
    numbers.append((number, degree))
    displacement[degree] = value
  }

  /// Adds a number of one of the elements on the girder.
  @usableFromInline
  mutating func add(
    _ parameter: Int, _ entry: Int?, ofMember index: Int, number: Int, _ value: C
  ) {
    if members.isEmpty {
      members = mount.members.map { VariedNumbers($0.element, $0.built) }
    }
    members[index].add(parameter, entry, number: number, value)
  }

  /// Sets the values of the evaluation.
  @usableFromInline
  mutating func take(_ values: [C]) {
    for (number, degree) in numbers { displacement[degree] = values[number] }
    for index in members.indices { members[index].take(values) }
  }

  /// The motion of the element's body that its own motion on the girder and the girder's are, with
  /// each number transformed.
  ///
  /// - Parameters:
  ///   - own: The body's motion relative to the girder.
  ///   - pivot: The element's pivot.
  ///   - inputs: The slice of the element.
  ///   - before: The reference particle at the slice's entrance.
  @inlinable
  func carry<T: RealScalar>(
    _ own: RigidMotion<T>, about pivot: Pivot, _ inputs: SliceInputs<T>,
    _ before: ReferenceParticle<T>, along direction: Int?, _ lift: (C, Bool) -> T
  ) -> RigidMotion<T> {
    let girder = RigidMotion(
      Displacement { degree in
        mount.built(
          degree,
          lift(
            displacement[degree],
            numbers.contains { $0.degree == degree && $0.number == direction }))
      })
    return own.carried(
      by: girder, in: frame(about: pivot, inputs, before, along: direction, lift))
  }

  /// The frame of the girder's pivot, seen from that of the element's pivot.
  @inlinable
  func frame<T: RealScalar>(
    about pivot: Pivot, _ inputs: SliceInputs<T>, _ before: ReferenceParticle<T>,
    along direction: Int?, _ lift: (C, Bool) -> T
  ) -> BodyFrame<T> {
    if let frame = mount.frame, members.isEmpty { return frame.map { T($0) } }
    var orbit: [(element: any Element, substitutions: [ParameterSubstitution<T>])] = []
    for (index, member) in mount.members.enumerated() {
      orbit.append(
        (
          member.element,
          members.isEmpty ? [] : members[index].lifted(along: direction, lift)
        ))
    }
    orbit[mount.index].substitutions = inputs.substitutions
    // From the slice back to the entrance of the element.
    var reference = before
    func goBack<E: Element>(_ element: E) {
      let numbers = element.lifted(inputs.substitutions)
      for slice in (0..<inputs.slice.index).reversed() {
        element.advance(
          &reference, over: Slice(index: slice, of: inputs.slice.count, backward: true), numbers)
      }
    }
    goBack(mount.members[mount.index].element)
    return GirderOrbit(through: orbit, pivot: mount.pivot)
      .girderFrame(seenFrom: mount.index, entered: reference, about: pivot)
  }
}
