import AutoDiff
import BeamDynamics

/// One step of a run: a slice of one place in one turn, or what goes with a collective kick.
struct Passage: Sendable {
  enum Kind: Sendable {
    /// Particles pass a slice of the element.
    case slice
    /// They change to the kick's frame, or back from it.
    case frame(FixedTimeFrame)
    /// They kick each other.
    case kick
  }

  let place: Int
  let turn: Int
  /// The slice that is passed, or that the kick stands for.
  let slice: Slice
  let kind: Kind
  /// Whether this is the end of one of the element's own slices.
  let completes: Bool

  /// Whether the element's end is reached.
  var isEnd: Bool { completes && slice.isLast }

  /// True for a slice of the element itself.
  var isSlice: Bool {
    if case .slice = kind { return true }
    return false
  }

  /// True for the way back from a kick's frame.
  var returns: Bool {
    if case .frame(let frame) = kind { return frame.isExit }
    return false
  }

  /// What is passed; nil at a kick.
  func element<C: SweepNumber>(of line: SweepBeamline<C>) -> (any Element)? {
    switch kind {
    case .slice: line.beamline[place: place].element
    case .frame(let frame): frame
    case .kick: nil
    }
  }

  /// All passages of a run, in order.
  static func all<C: SweepNumber>(of line: SweepBeamline<C>) -> [Passage] {
    var passages: [Passage] = []
    let kicksAtPlaces = line.beamline.hasCollectivePlaces
    for turn in 1...max(line.turns, 1) {
      for place in 0..<line.beamline.count {
        let steps = PassageStep.all(
          of: line.beamline[place: place], slices: line.slices, kick: line.kick?.slicing,
          kicksAtPlaces: kicksAtPlaces, lengthVaries: line.lengthVaries(at: place))
        func add(_ kind: Kind, _ slice: Slice, completes: Bool = false) {
          passages.append(
            Passage(place: place, turn: turn, slice: slice, kind: kind, completes: completes))
        }
        for step in steps {
          switch step {
          case .slice(let slice, let completes): add(.slice, slice, completes: completes)
          case .kick(let slice):
            let changesFrame = line.kick?.frame == .fixedTime
            if changesFrame { add(.frame(FixedTimeFrame(isExit: false)), Slice()) }
            add(.kick, slice)
            if changesFrame { add(.frame(FixedTimeFrame(isExit: true)), Slice()) }
          }
        }
      }
    }
    return passages
  }
}

extension SweepBeamline {
  /// What the kick in a passage depends on.
  ///
  /// - Parameter charge: Of a particle of weight 1 [C].
  func kickInputs(
    _ passage: Passage, _ reference: ReferenceParticle<C>, charge: C
  ) -> KickInputs<C> {
    let element = beamline[place: passage.place].element
    let length = C.kickLength(element, inputs(at: passage.place, passage.slice, reference))
    return KickInputs(length: length, reference: reference, charge: charge)
  }
}
