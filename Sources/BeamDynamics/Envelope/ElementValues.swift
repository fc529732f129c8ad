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

  /// Puts `value`, which is parameter `number` of the evaluation, in its place.
  mutating func set(_ site: BeamlineParameter.Site, to value: C, number: Int) {
    active.append((number, site))
    switch site {
    case .own(let parameter, let entry):
      substitutions.append(
        ParameterSubstitution(parameter: parameter, entry: entry, value: value))
    case .dx:
      dx = value
      isMisplaced = true
    case .dy:
      dy = value
      isMisplaced = true
    case .tilt:
      tilt = value
      isMisplaced = true
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
