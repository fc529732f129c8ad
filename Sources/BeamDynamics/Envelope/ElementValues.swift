import AutoDiff

/// The numbers of one element that an evaluation replaces by its own.
struct ElementValues<C: EnvelopeScalar> {
  var substitutions: [ParameterSubstitution<C>] = []
  var dx, dy, tilt: C
  /// False where the element is where it should be, and stays there.
  var isMisplaced: Bool
  /// Indices into the evaluation's parameters, with where they act.
  var active: [(number: Int, site: BeamlineParameter.Site)] = []

  init(_ placement: Placement) {
    dx = C(placement.dx)
    dy = C(placement.dy)
    tilt = C(placement.tilt)
    isMisplaced = placement.frame != nil
  }

  /// Makes a place for parameter `number` of the evaluation.
  ///
  /// - Returns: The number of its substitution, if it is one.
  mutating func add(_ site: BeamlineParameter.Site, number: Int) -> Int? {
    active.append((number, site))
    guard case .own(let parameter, let entry) = site else {
      isMisplaced = true
      return nil
    }
    substitutions.append(ParameterSubstitution(parameter: parameter, entry: entry, value: .zero))
    return substitutions.count - 1
  }

  /// Puts `value` in the place that was made for it.
  mutating func set(_ site: BeamlineParameter.Site, _ substitution: Int?, to value: C) {
    switch site {
    case .own: if let substitution { substitutions[substitution].value = value }
    case .dx: dx = value
    case .dy: dy = value
    case .tilt: tilt = value
    }
  }

  /// What the map of a slice depends on.
  @inline(__always)
  func inputs(_ slice: Slice, _ reference: ReferenceParticle<C>) -> SliceInputs<Tangent<C>> {
    SliceInputs(
      slice, reference.map { Tangent($0) },
      substituting: substitutions.map { $0.map { Tangent($0) } })
  }

  /// The same, along the direction of one parameter of the element's own.
  @inline(__always)
  func inputs(
    _ slice: Slice, _ reference: ReferenceParticle<C>, along parameter: Int, _ entry: Int?
  ) -> SliceInputs<Tangent<C>> {
    var inputs = inputs(slice, reference)
    for i in inputs.substitutions.indices
    where inputs.substitutions[i].parameter == parameter && inputs.substitutions[i].entry == entry {
      inputs.substitutions[i].value.tangent = .one
    }
    return inputs
  }

  /// The element's frame, along the direction of an error of placement if `site` is one.
  @inline(__always)
  func frame(along site: BeamlineParameter.Site?) -> PlacementFrame<Tangent<Tangent<C>>>? {
    guard isMisplaced else { return nil }
    func lifted(_ value: C, _ isDirection: Bool) -> Tangent<Tangent<C>> {
      Tangent(Tangent(value, tangent: isDirection ? .one : .zero), tangent: .zero)
    }
    return PlacementFrame(
      dx: lifted(dx, site == .dx), dy: lifted(dy, site == .dy), tilt: lifted(tilt, site == .tilt))
  }

  /// The element's frame as another kind of number.
  @inline(__always)
  func frame<S: RealScalar>(_ transform: (C) -> S) -> PlacementFrame<S>? where S.Constant == S {
    guard isMisplaced else { return nil }
    return PlacementFrame(dx: transform(dx), dy: transform(dy), tilt: transform(tilt))
  }
}
