import AutoDiff
import BeamMaps

/// The numbers of one element that the values of an evaluation replace.
@usableFromInline
package struct VariedElement<C: SweepScalar>: Sendable {
  /// The numbers that replace the element's own parameters.
  @usableFromInline package var substitutions: [ParameterSubstitution<C>] = []
  /// For each of these, its index among the parameters of the evaluation.
  @usableFromInline package var own: [Int] = []
  /// The parameters of the evaluation that are misalignments.
  @usableFromInline package var placed: [(number: Int, site: BeamlineParameter.Site)] = []
  @usableFromInline var dx, dy, tilt: C
  /// False where the element is aligned and no misalignment varies.
  @usableFromInline package var isMisplaced: Bool

  @inlinable
  package init(_ placement: Placement) {
    dx = C(placement.dx)
    dy = C(placement.dy)
    tilt = C(placement.tilt)
    isMisplaced = placement.frame != nil
  }

  /// Whether any of its numbers varies.
  @inlinable
  package var isVaried: Bool { !own.isEmpty || !placed.isEmpty }

  /// Adds parameter `number` of the evaluation.
  @inlinable
  package mutating func add(_ site: BeamlineParameter.Site, number: Int, _ value: C) {
    if case .own(let parameter, let entry) = site {
      own.append(number)
      substitutions.append(ParameterSubstitution(parameter: parameter, entry: entry, value: value))
    } else {
      placed.append((number, site))
      isMisplaced = true
      place(site, value)
    }
  }

  /// Sets the values of the evaluation.
  @inlinable
  package mutating func take(_ values: [C]) {
    for (i, number) in own.enumerated() { substitutions[i].value = values[number] }
    for (number, site) in placed { place(site, values[number]) }
  }

  @inlinable mutating func place(_ site: BeamlineParameter.Site, _ value: C) {
    switch site {
    case .own: break
    case .dx: dx = value
    case .dy: dy = value
    case .tilt: tilt = value
    }
  }

  /// The inputs of the map of a slice, with each number transformed.
  ///
  /// - Parameters:
  ///   - lift: The transformation; it is told whether the number is parameter `direction` of the
  ///     evaluation.
  @inlinable @inline(__always)
  package func inputs<T: RealScalar>(
    _ slice: Slice, _ reference: ReferenceParticle<T>, along direction: Int? = nil,
    _ lift: (C, Bool) -> T
  ) -> SliceInputs<T> {
    var lifted: [ParameterSubstitution<T>] = []
    if !own.isEmpty {
      lifted = zip(own, substitutions).map { number, substitution in
        substitution.map { lift($0, number == direction) }
      }
    }
    return SliceInputs(slice, reference, substituting: lifted)
  }

  /// The same with tangents along one direction: that of parameter `direction`, or that of the
  /// reference particle's tangents.
  @inlinable @inline(__always)
  package func tangents(
    _ slice: Slice, _ reference: ReferenceParticle<Tangent<C>>, along direction: Int? = nil
  ) -> SliceInputs<Tangent<C>> {
    inputs(slice, reference, along: direction) { Tangent($0, tangent: $1 ? .one : .zero) }
  }

  /// The element's frame, with each number transformed; nil if the element is aligned and no
  /// misalignment varies.
  @inlinable @inline(__always)
  package func placement<T: RealScalar>(
    along direction: Int? = nil, _ lift: (C, Bool) -> T
  ) -> (dx: T, dy: T, tilt: T)? {
    guard isMisplaced else { return nil }
    func lifted(_ value: C, _ site: BeamlineParameter.Site) -> T {
      lift(value, placed.contains { $0.site == site && $0.number == direction })
    }
    return (lifted(dx, .dx), lifted(dy, .dy), lifted(tilt, .tilt))
  }

  /// The element's frame, with each number transformed in the same manner.
  @inlinable @inline(__always)
  package func frame<T: RealScalar>(
    along direction: Int? = nil, _ lift: (C, Bool) -> T
  ) -> PlacementFrame<T>? where T.Constant == T {
    placement(along: direction, lift).map { PlacementFrame(dx: $0.dx, dy: $0.dy, tilt: $0.tilt) }
  }
}
