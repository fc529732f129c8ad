import AutoDiff
import BeamMaps

/// What distinguishes the element at one place, as it is built, from the design: the design's
/// numbers, the errors on top of them, and the girder that it stands on.
@usableFromInline
package struct BuiltElement: Sendable {
  /// The element of the design; lists are as long as errors need them.
  @usableFromInline package let design: any Element
  /// Its own displacement by design, relative to its girder.
  @usableFromInline package let displacement: Displacement<Double>
  /// The errors of its numbers.
  @usableFromInline package let errors: [PlaceError]
  /// Its girder; nil if it stands on none.
  @usableFromInline package let mount: GirderMount?

  package init(
    design: any Element, displacement: Displacement<Double>, errors: [PlaceError],
    mount: GirderMount?
  ) {
    self.design = design
    self.displacement = displacement
    self.errors = errors
    self.mount = mount
  }

  /// A number with its errors.
  ///
  /// - Parameters:
  ///   - number: The number by design.
  ///   - whole: What the factor of a relative error multiplies.
  @inlinable
  package func built<C: RealScalar>(
    _ site: BeamlineParameter.Site, _ number: C, whole: (PlaceError.Whole) -> C
  ) -> C { errors.added(to: number, site, whole: whole) }
}

extension [PlaceError] {
  /// A number with those of the errors that are its own: n + Σ amounts + Σ factors × wholes.
  @inlinable
  package func added<C: RealScalar>(
    to number: C, _ site: BeamlineParameter.Site, whole: (PlaceError.Whole) -> C
  ) -> C {
    var sum = number
    for error in self where error.site == site {
      if let part = error.whole {
        sum = sum + whole(part) * error.amount
      } else {
        sum = sum + error.amount
      }
    }
    return sum
  }
}

extension BuiltElement {
  /// A number of the design, unless it is among `numbers`.
  @inlinable
  package func value<C: RealScalar>(
    ofParameter parameter: Int, _ entry: Int?, _ numbers: [ParameterSubstitution<C>]
  ) -> C {
    numbers.first { $0.parameter == parameter && $0.entry == entry }?.value
      ?? C(design.value(ofParameter: parameter, entry))
  }

  /// What the factor of a relative error multiplies, by design and with `numbers` in the place of
  /// parameters.
  @inlinable
  package func value<C: RealScalar>(
    of whole: PlaceError.Whole, _ numbers: [ParameterSubstitution<C>]
  ) -> C {
    switch whole {
    case .number(.own(let parameter, let entry)):
      return value(ofParameter: parameter, entry, numbers)
    case .number(.placed(let degree)): return C(displacement[degree])
    case .number(.girder): return .zero
    case .curvature:
      // Fields, which depend on the reference particle, are refused where errors are made.
      let shape = design.bodyShape(
        numbers, ReferenceParticle<C>(species: .electron, kineticEnergyOverMass: .one))
      return shape.angle / shape.length
    }
  }

  /// A number by design.
  package func designNumber(_ site: BeamlineParameter.Site) -> Double {
    value(of: .number(site), [])
  }

  /// A number with its errors.
  package func builtNumber(_ site: BeamlineParameter.Site) -> Double {
    built(site, designNumber(site)) { value(of: $0, []) }
  }
}

/// The place of an element on its girder.
@usableFromInline
package struct GirderMount: Sendable {
  /// The displacement of the girder by design, in the frame of its pivot.
  @usableFromInline package let displacement: Displacement<Double>
  /// The errors of the girder.
  @usableFromInline package let errors: [PlaceError]
  @usableFromInline package let pivot: Pivot
  /// The elements on the girder, as they are built.
  @usableFromInline package let members: [BeamlineElement]
  /// Which of them this is.
  @usableFromInline package let index: Int
  /// The frame of the girder's pivot, seen from that of the element's pivot; nil where it depends on
  /// the energy of the reference particle.
  @usableFromInline package let frame: BodyFrame<Double>?

  init(
    _ girder: Girder, with errors: [PlaceError], _ members: [BeamlineElement], _ index: Int
  ) {
    self.errors = errors
    displacement = girder.displacement
    pivot = girder.pivot
    self.members = members
    self.index = index
    frame = Self.fixedFrame(members, index, girder.pivot)
  }

  /// A displacement of the girder with its errors; a relative one is one of the same number.
  @inlinable
  package func built<C: RealScalar>(_ degree: DegreeOfFreedom, _ number: C) -> C {
    errors.added(to: number, .girder(degree)) { _ in number }
  }

  /// The frame, if it does not depend on the energy of the reference particle.
  private static func fixedFrame(
    _ members: [BeamlineElement], _ index: Int, _ pivot: Pivot
  ) -> BodyFrame<Double>? {
    let orbit = GirderOrbit<Double>(through: members.map { ($0.element, []) }, pivot: pivot)
    func numbers(_ energy: Double) -> (frame: BodyFrame<Double>, all: [Double]) {
      let frame = orbit.girderFrame(
        seenFrom: index,
        entered: ReferenceParticle(species: .electron, kineticEnergyOverMass: energy),
        about: members[index].placement.pivot)
      var all: [Double] = []
      _ = frame.map { (number: Double) -> Double in
        all.append(number)
        return number
      }
      return (frame, all)
    }
    let frame = numbers(1)
    return frame.all == numbers(10).all ? frame.frame : nil
  }
}
