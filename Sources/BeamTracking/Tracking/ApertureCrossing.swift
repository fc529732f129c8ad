import BeamMaps

/// A test of an aperture at one end of a slice.
package struct ApertureCrossing: Sendable {
  /// The shape that is tested.
  let shape: ApertureShape
  /// Whether it is at the slice's entrance, or at its exit.
  package let isEntrance: Bool
  /// Whether it is in the nominal frame, and not in the element's.
  package let isNominal: Bool

  /// The stage of the passage to which its losses belong.
  package var stage: PassageStage {
    isEntrance ? .entering : isNominal ? .leaving : .inside
  }
}

extension BeamlineElement {
  /// The tests of apertures in a passage.
  package func apertures(in passage: Passage) -> [ApertureCrossing] {
    var tests: [ApertureCrossing] = []
    if let placed = placement.aperture {
      if placed.position.includesEntrance && passage.slice.isFirst {
        tests.append(.init(shape: placed.shape, isEntrance: true, isNominal: placed.isFixed))
      }
      if passage.completes && placed.position.includesEnd(isLast: passage.isEnd) {
        tests.append(.init(shape: placed.shape, isEntrance: false, isNominal: placed.isFixed))
      }
    }
    if let own = element.aperture, passage.completes {
      tests.append(.init(shape: own, isEntrance: false, isNominal: false))
    }
    return tests
  }

  /// Whether it has an aperture, of its own or by its placement.
  package var hasAperture: Bool { element.aperture != nil || placement.aperture != nil }
}
