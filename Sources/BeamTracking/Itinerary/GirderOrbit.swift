import AutoDiff
import BeamMaps

/// The design orbit over a girder, along which elements stand on it.
@usableFromInline
package struct GirderOrbit<C: RealScalar> {
  /// The elements on the girder, with the numbers that replace their parameters.
  @usableFromInline let members: [(element: any Element, substitutions: [ParameterSubstitution<C>])]
  @usableFromInline let pivot: Pivot

  @inlinable
  package init(
    through members: [(element: any Element, substitutions: [ParameterSubstitution<C>])],
    pivot: Pivot
  ) {
    self.members = members
    self.pivot = pivot
  }

  /// The frame of the girder's pivot, seen from the pivot of the element with this index.
  ///
  /// It is found by passing the reference particle from the element's entrance back to that of the
  /// girder, and on to the girder's exit: as far from the laboratory's origin as a girder is long.
  ///
  /// - Parameters:
  ///   - index: Which of the elements it is.
  ///   - reference: The reference particle at its entrance.
  ///   - own: The element's pivot.
  @inlinable
  package func girderFrame(
    seenFrom index: Int, entered reference: ReferenceParticle<C>, about own: Pivot
  ) -> BodyFrame<C> {
    var start = reference
    start.position = Vector3(.zero, .zero, .zero)
    start.orientation = .laboratory
    var particle = start
    for member in members[..<index].reversed() {
      pass(member, &particle, Slice(backward: true))
    }
    let entrance = BodyFrame(origin: particle.position, axes: particle.orientation)
    var girder = entrance
    var end = start
    pass(members[index], &end, Slice())
    let shape = members[index].element.bodyShape(members[index].substitutions, end)
    if pivot == .center {
      for member in members[(index + 1)...] { pass(member, &end, Slice()) }
      let exit = BodyFrame(origin: end.position, axes: end.orientation).seen(from: entrance)
      girder = Self.chordFrame(to: exit.origin).placed(in: entrance)
    }
    return girder.seen(from: shape.nominalFrame(at: 0, from: own).inverse)
  }

  /// The frame in the middle of the line to `exit` [m] with z along it, turned by the least rotation.
  /// Where the line has no length, z stays along the flight.
  @inlinable
  static func chordFrame(to exit: Vector3<C>) -> BodyFrame<C> {
    let square = exit.dot(exit)
    let middle = exit * C(0.5)
    if (square <= .zero).all { return BodyFrame(origin: middle, axes: .laboratory) }
    let z = exit * (1.0 / C.sqrt(square))
    // Rodrigues' rotation that takes (0, 0, 1) to z.
    let k = 1.0 / (1.0 + z.z)
    let mixed = C.zero - z.x * z.y * k
    return BodyFrame(
      origin: middle,
      axes: Orientation(
        right: Vector3(1.0 - z.x * z.x * k, mixed, C.zero - z.x),
        up: Vector3(mixed, 1.0 - z.y * z.y * k, C.zero - z.y), forward: z))
  }

  @inlinable
  func pass(
    _ member: (element: any Element, substitutions: [ParameterSubstitution<C>]),
    _ particle: inout ReferenceParticle<C>, _ slice: Slice
  ) {
    func advance<E: Element>(_ element: E) {
      element.advance(&particle, over: slice, element.lifted(member.substitutions))
    }
    advance(member.element)
  }
}
