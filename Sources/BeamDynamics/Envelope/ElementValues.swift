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

  /// The same with another kind of number.
  @inline(__always)
  func frame<S: RealScalar>(_ transform: (C) -> S) -> PlacementFrame<S>? where S.Constant == S {
    guard isMisplaced else { return nil }
    return PlacementFrame(dx: transform(dx), dy: transform(dy), tilt: transform(tilt))
  }
}
