import AutoDiff

/// Where the moments of the beam are taken.
public enum MomentsPlaces: String, Sendable, CaseIterable {
  /// At the start and after each element.
  case element
  /// At the start and after each slice.
  case slice
  /// At the start and at the end only.
  case none
}

/// A place where the beam is looked at, and the reference particle there.
public struct Observation: Sendable {
  /// The name of the place: "start", or that of the element just passed.
  public let name: String
  /// The place after which it is; nil at the start.
  public let place: Int?
  /// From 1.
  public let turn: Int
  public let reference: ReferenceParticle<Double>
}

/// One thing that is done to a tile on its way.
package enum TileStep<Word: ParticleWord>: Sendable {
  /// Moves the particles through a slice of the element at `place` that begins at `s`; passages
  /// count slices from the start of the run.
  case move(TileKernel<Word>, passage: Int, place: Int, s: Double)
  /// Goes into a misplaced element's frame.
  case enter(PlacementFrame<Double>, TileKernel<Word>)
  /// Comes back from it.
  case leave(TileKernel<Word>)
  /// Loses, for a cause, what a test behind the element at `place` does not let through, at `s`.
  case test(TileKernel<Word>, ParticleLoss.Cause, passage: Int, place: Int, s: Double)
  /// Takes the moments.
  case observe

  /// Does it; there is nothing to do for ``observe``.
  package func apply(to tile: inout Tile<Word>) {
    switch self {
    case .move(let kernel, let passage, let place, let s):
      tile.passage = passage
      tile.place = place
      tile.s = s
      kernel(&tile)
    case .enter(let frame, let kernel):
      kernel(&tile)
      tile.frame = frame
    case .leave(let kernel):
      tile.frame = nil
      kernel(&tile)
    case .test(let kernel, let cause, let passage, let place, let s):
      tile.passage = passage
      tile.place = place
      tile.s = s
      tile.cause = cause
      kernel(&tile)
      tile.cause = .domain
    case .observe:
      break
    }
  }
}

/// A stretch of the beamline that each tile passes without waiting for the others.
package struct TrackingSegment<Word: ParticleWord>: Sendable {
  package var steps: [TileStep<Word>] = []
  package var observations: [Observation] = []
  /// The turn in which the segment begins; a segment never reaches into the next turn.
  var turn: Int
  /// Where it begins: the place, the passage and s [m].
  var start: (passage: Int, place: Int, s: Double)
  /// The place of the monitor at the segment's end, if there is one.
  var monitor: Int?
  /// The collective kick at the segment's end, if there is one; the particles are in its frame.
  package var kick: KickInputs<Double>?
  /// Where that kick is, if it is looked at.
  var kickPlace: KickPlace?
  /// The fraction of the whole run that is done after it.
  var fractionDone = 0.0
}

/// Turns a beamline into segments, one after the other, and takes the reference particle along.
package struct TrackingProgram<Word: ParticleWord> {
  let beamline: Beamline
  let options: TrackingOptions
  /// No segment has more rows of moments than this, so that their memory stays bounded.
  let observationLimit: Int
  package private(set) var reference: ReferenceParticle<Double>
  private var turn = 1
  private var place = 0
  /// What happens at the place, and how much of it is done.
  private var stepsHere: [PassageStep] = []
  private var stepsDone = 0
  private var passage = 0
  private let kicksAtPlaces: Bool
  /// True if the particles are still in the frame of the last kick.
  private var isInKickFrame = false
  private var pending = LinearStretch()
  private var hasStarted = false
  private var energyChanges: EnergyChanges

  package init(
    _ beamline: Beamline, _ options: TrackingOptions, from reference: ReferenceParticle<Double>,
    observationLimit: Int
  ) {
    self.beamline = beamline.choosingSteps(from: reference, slices: options.slices)
    self.options = options
    self.reference = reference
    self.observationLimit = max(observationLimit, 1)
    kicksAtPlaces = beamline.hasCollectivePlaces
    energyChanges = EnergyChanges(beamline)
  }

  /// The next stretch; nil at the end.
  package mutating func nextSegment() throws(StoppedBeam) -> TrackingSegment<Word>? {
    var segment = TrackingSegment<Word>(
      turn: turn, start: (passage - 1, min(place, max(beamline.count - 1, 0)), reference.s))
    if !hasStarted {
      hasStarted = true
      if beamline.count > 0 {
        segment.steps.append(
          .test(.energyTest(reference), .energy, passage: -1, place: 0, s: reference.s))
      }
      segment.observe(Observation(name: "start", place: nil, turn: 1, reference: reference))
    } else if turn > options.turns {
      return nil
    }
    if isInKickFrame {
      isInKickFrame = false
      changeFrame(FixedTimeFrame(isExit: true), in: &segment)
    }
    while turn <= options.turns {
      if place == beamline.count {
        place = 0
        turn += 1
        break
      }
      if segment.observations.count >= observationLimit { break }
      try step(into: &segment)
      if segment.monitor != nil || segment.kick != nil { break }
    }
    flush(into: &segment, place: max(place - 1, 0))
    if turn > options.turns && options.moments == .none && options.observedPlaces == nil {
      segment.observe(
        Observation(
          name: "end", place: beamline.count - 1, turn: options.turns, reference: reference))
    }
    let placesDone = (turn - 1) * beamline.count + place
    segment.fractionDone =
      Double(placesDone) / Double(max(options.turns * beamline.count, 1))
    return segment
  }

  /// Does the next thing that happens at the place.
  private mutating func step(into segment: inout TrackingSegment<Word>) throws(StoppedBeam) {
    let item = beamline[place: place]
    if stepsDone == 0 {
      stepsHere = PassageStep.all(
        of: item, slices: options.slices, kick: options.collectiveKick?.slicing,
        kicksAtPlaces: kicksAtPlaces)
    }
    let next = stepsHere[stepsDone]
    stepsDone = stepsDone + 1 == stepsHere.count ? 0 : stepsDone + 1
    switch next {
    case .kick(let part): kick(item, part, in: &segment)
    case .slice(let part, let completes):
      try pass(item, part, completes: completes, into: &segment)
    }
    if stepsDone == 0 { place += 1 }
  }

  private mutating func kick(
    _ item: BeamlineElement, _ part: Slice, in segment: inout TrackingSegment<Word>
  ) {
    guard let collective = options.collectiveKick else { return }
    flush(into: &segment, place: max(place - 1, 0))
    segment.steps.append(
      .test(.reachTest, .overflow, passage: passage, place: place, s: reference.s))
    if collective.frame == .fixedTime {
      changeFrame(FixedTimeFrame(), in: &segment)
      isInKickFrame = true
    }
    segment.kick = KickInputs(
      length: item.element.kickLength(SliceInputs(part, reference)), reference: reference,
      charge: reference.species.charge)
    if turn == options.turns, options.observedKicks.contains(place) {
      segment.kickPlace = KickPlace(name: beamline.placeNames[place], slice: part)
    }
  }

  private func changeFrame(_ frame: FixedTimeFrame, in segment: inout TrackingSegment<Word>) {
    segment.steps.append(
      .move(
        Word.kernel(of: frame, SliceInputs(Slice(), reference)), passage: passage, place: place,
        s: reference.s))
  }

  private mutating func pass(
    _ item: BeamlineElement, _ part: Slice, completes: Bool,
    into segment: inout TrackingSegment<Word>
  ) throws(StoppedBeam) {
    let start = reference.s
    reference = item.element.referenceAfter(SliceInputs(part, reference))
    guard reference.kineticEnergyOverMass > 0 else {
      throw StoppedBeam(place: beamline.placeNames[place])
    }
    append(item, part, completes: completes, from: start, to: &segment)
    passage += 1
    if !completes { return }

    let isLast = part.isLast
    if observes(place, isLastSlice: isLast) {
      flush(into: &segment, place: place)
      segment.observe(
        Observation(
          name: beamline.placeNames[place], place: place, turn: turn, reference: reference))
    }
    if isLast && item.element.recordsParticles {
      flush(into: &segment, place: place)
      segment.monitor = place
    }
  }

  private func observes(_ place: Int, isLastSlice: Bool) -> Bool {
    if let places = options.observedPlaces { return isLastSlice && places.contains(place) }
    return options.moments == .slice || (options.moments == .element && isLastSlice)
  }

  private mutating func append(
    _ item: BeamlineElement, _ part: Slice, completes: Bool, from s: Double,
    to segment: inout TrackingSegment<Word>
  ) {
    let frame = item.placement.frame
    let aperture = completes ? item.placement.aperture : nil
    let changesEnergy = energyChanges.include(
      beamline.order[place], item.element, at: reference)
    if options.mergesLinearElements && item.element.isLinear && aperture == nil && !changesEnergy {
      pending.append(item, SliceInputs(part, reference))
      return
    }
    flush(into: &segment, place: max(place - 1, 0))
    if let frame { segment.steps.append(.enter(frame, .frame(entering: true, frame))) }
    segment.steps.append(
      .move(
        Word.kernel(of: item.element, SliceInputs(part, reference)), passage: passage,
        place: place, s: s))
    func test(_ kernel: TileKernel<Word>, _ cause: ParticleLoss.Cause) {
      segment.steps.append(.test(kernel, cause, passage: passage, place: place, s: reference.s))
    }
    if changesEnergy { test(.energyTest(reference), .energy) }
    if let aperture { test(.test(aperture), .aperture) }
    if let frame { segment.steps.append(.leave(.frame(entering: false, frame))) }
  }

  /// Emits the pending linear elements.
  private mutating func flush(into segment: inout TrackingSegment<Word>, place: Int) {
    if let kernel: TileKernel<Word> = pending.takeKernel() {
      segment.steps.append(.move(kernel, passage: passage, place: place, s: reference.s))
    }
  }
}

extension TrackingSegment {
  fileprivate mutating func observe(_ observation: Observation) {
    observations.append(observation)
    steps.append(.observe)
  }
}
