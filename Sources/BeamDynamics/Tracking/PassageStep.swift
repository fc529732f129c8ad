import AutoDiff

/// One thing after the other that happens at a place of a beamline.
package enum PassageStep: Sendable {
  /// Particles pass a slice; where it `completes` one of the element's own slices, apertures act and
  /// the beam may be looked at.
  case slice(Slice, completes: Bool)
  /// Particles kick each other, for the length of this slice.
  case kick(Slice)

  /// What happens at the place of `item`, in order.
  ///
  /// - Parameters:
  ///   - slices: Of elements that name none.
  ///   - kick: If particles kick each other, how kicks and slices follow.
  ///   - kicksAtPlaces: Whether that happens where the beamline says so, and nowhere else.
  ///   - lengthVaries: Whether a derivative to the length that kicks stand for is wanted: it is not
  ///     zero where the length is.
  package static func all(
    of item: BeamlineElement, slices: Int, kick: KickSlicing?, kicksAtPlaces: Bool,
    lengthVaries: Bool = false
  ) -> [PassageStep] {
    let element = item.element
    let count = item.sliceCount(default: slices)
    let parts = (0..<count).map { Slice(index: $0, of: count) }
    guard let kick, element.isCollective || !kicksAtPlaces,
      element.kickLength != 0 || lengthVaries
    else { return parts.map { .slice($0, completes: true) } }
    if element.isCollective { return [.kick(parts[0]), .slice(parts[0], completes: true)] }
    switch kick {
    case .kickFirst:
      return parts.flatMap { [.kick($0), .slice($0, completes: true)] }
    case .strang:
      return parts.flatMap { part -> [PassageStep] in
        let (first, second) = (2 * part.index, 2 * part.index + 1)
        return [
          .slice(Slice(index: first, of: 2 * count), completes: false), .kick(part),
          .slice(Slice(index: second, of: 2 * count), completes: true),
        ]
      }
    }
  }
}

extension Beamline {
  /// Whether collective kicks have places of their own.
  package var hasCollectivePlaces: Bool {
    order.contains { elements[$0].element.isCollective }
  }
}

extension Element {
  /// The length that all kicks in the element stand for [m]: of the design orbit, or of its own
  /// collective length where the element is nothing but a kick.
  package var kickLength: Double {
    Self.collectiveLength.offset.map { Lifted<Self, Double>(self)[offset: $0] } ?? length
  }

  /// The same in a slice.
  package func kickLength(_ inputs: SliceInputs<Double>) -> Double {
    kickLength(inputs) { $0.referenceAfter($1) }
  }

  package func kickLength(_ inputs: SliceInputs<Tangent<Double>>) -> Tangent<Double> {
    kickLength(inputs) { $0.referenceAfter($1) }
  }

  package func kickLength(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> Tangent<Tangent<Double>> {
    kickLength(inputs) { $0.referenceAfter($1) }
  }

  private func kickLength<C: RealScalar>(
    _ inputs: SliceInputs<C>, _ after: (Self, SliceInputs<C>) -> ReferenceParticle<C>
  ) -> C {
    if let offset = Self.collectiveLength.offset {
      return lifted(inputs.substitutions)[offset: offset]
    }
    // From zero, so that no digits are lost far down the line.
    var inputs = inputs
    inputs.reference.s = .zero
    return after(self, inputs).s
  }
}
