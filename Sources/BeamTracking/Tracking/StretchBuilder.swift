import AutoDiff
import BeamMaps

/// At which places a walker looks at the beam.
package struct Lookouts: Sendable {
  package var atStart = true
  package var atEnd = false
  /// Behind each slice, and not only behind the last of an element.
  package var behindSlices = false
  /// Behind which elements, by their places; nil for all.
  package var places: Set<Int>?
  package var inLastTurnOnly = false

  package init(behind places: Set<Int>?) { self.places = places }

  func contains(_ passage: Passage, of turns: Int) -> Bool {
    passage.completes && (behindSlices || passage.slice.isLast)
      && (places?.contains(passage.place) ?? true)
      && (!inLastTurnOnly || passage.turn == turns)
  }
}

/// Makes the stretches of a way, one after the other, and takes the reference particle along.
package struct StretchBuilder<C: SweepScalar, Word: ParticleWord>: Sendable {
  /// How it divides the way.
  package struct Settings: Sendable {
    package var lookouts: Lookouts
    /// No stretch has more lookouts than this, so that the memory of what is seen stays bounded.
    package var lookoutLimit = Int.max
    /// Whether neighbours that are linear become one matrix where nobody looks in between.
    package var mergesLinearElements = true
    /// Whether a stretch ends with its turn, and at a monitor.
    package var endsForObservers = true
    /// Whether the way back will need coordinates before maps without an inverse.
    package var keepsPoints = false
    /// Whether lost particles stay as the element saw them: that is where the way back revives them.
    package var leavesLossesInFrames = false
    /// Places at whose kicks somebody looks in the last turn.
    package var observedKicks: Set<Int> = []

    package init(lookouts: Lookouts) { self.lookouts = lookouts }
  }

  /// Where a stretch begins.
  package struct Mark: Sendable {
    package let cursor: PassageCursor
    package let reference: ReferenceParticle<C>
    /// The effect right before, if the energies that it leaves particles with are looked at here.
    package let energyChange: Whereabouts?
  }

  private let line: VariedBeamline<C>
  private let effects: VariedEffects<C>
  private let settings: Settings
  /// Of a particle of weight 1 [C].
  package let charge: C
  private var cursor: PassageCursor
  package private(set) var reference: ReferenceParticle<C>
  private var pending = LinearStretch()
  private var pendingEnd = Whereabouts(passage: -1, place: 0, turn: 1, s: 0)
  private var hasStarted = false
  private var energyChange: Whereabouts?
  package private(set) var energyChanges: EnergyChanges

  private var itinerary: Itinerary { cursor.itinerary }

  package init(
    _ itinerary: Itinerary, _ line: VariedBeamline<C>, _ effects: VariedEffects<C>,
    from reference: ReferenceParticle<C>, charge: C, _ settings: Settings
  ) {
    self.line = line
    self.effects = effects
    self.settings = settings
    self.charge = charge
    self.reference = reference
    cursor = PassageCursor(itinerary)
    energyChanges = EnergyChanges(line.beamline)
  }

  /// Where the next stretch will begin.
  package var mark: Mark {
    Mark(cursor: cursor, reference: reference, energyChange: energyChange)
  }

  /// Goes on at a mark: makes the stretch that began there again.
  package func again(from mark: Mark) -> Self {
    var copy = self
    copy.cursor = mark.cursor
    copy.reference = mark.reference
    copy.energyChange = mark.energyChange
    copy.hasStarted = mark.cursor.passage > 0
    return copy
  }

  /// The next stretch; nil at the end.
  @_specialize(exported:false,where C == Double, Word == Double)
  @_specialize(exported:false,where C == Double, Word == Float)
  @_specialize(exported:false,where C == Tangent<Double>, Word == Double)
  package mutating func next() throws(StoppedBeam) -> TileStretch<C, Word>? {
    if hasStarted && cursor.isAtEnd { return nil }
    var stretch = TileStretch<C, Word>(
      turn: cursor.turn,
      start: Whereabouts(
        passage: cursor.passage - 1, place: cursor.place, turn: cursor.turn, s: reference.s.plain))
    if !hasStarted { start(&stretch) }
    if let place = energyChange {
      energyChange = nil
      stretch.steps.append(.test(.energyTest(reference.plain), .energy, place))
    }
    while stretch.lookouts.count < settings.lookoutLimit, let passage = cursor.next() {
      try pass(passage, &stretch)
      if stretch.monitor != nil || stretch.effect != nil { break }
      if cursor.isBetweenTurns {
        flush(into: &stretch)
        if settings.endsForObservers { break }
      }
    }
    flush(into: &stretch)
    if cursor.isAtEnd && settings.lookouts.atEnd {
      let (turns, places) = (itinerary.turns, itinerary.beamline.count)
      stretch.look(
        Lookout(
          place: places - 1, passage: cursor.passage - 1, name: "end", turn: turns,
          reference: reference))
    }
    stretch.fractionDone = cursor.fractionDone
    return stretch
  }

  private mutating func start(_ stretch: inout TileStretch<C, Word>) {
    hasStarted = true
    if !cursor.isAtEnd {
      stretch.steps.append(.test(.energyTest(reference.plain), .energy, stretch.start))
    }
    if settings.lookouts.atStart {
      stretch.look(Lookout(place: nil, passage: -1, name: "start", turn: 1, reference: reference))
    }
  }

  private func whereabouts(_ passage: Passage) -> Whereabouts {
    Whereabouts(
      passage: passage.number, place: passage.place, turn: passage.turn, s: reference.s.plain)
  }

  private mutating func pass(
    _ passage: Passage, _ stretch: inout TileStretch<C, Word>
  ) throws(StoppedBeam) {
    switch passage.kind {
    case .frame(let isExit):
      flush(into: &stretch)
      if !isExit { testReach(passage, &stretch) }
      stretch.steps.append(
        .move(
          C.kernel(of: FixedTimeFrame(isExit: isExit), SliceInputs(Slice(), reference)),
          whereabouts(passage)))
    case .effect(let number):
      flush(into: &stretch)
      if itinerary.frames[number] == .fixedPosition {
        testReach(passage, &stretch)
      } else if !passage.followsFrame {
        stretch.steps.append(.testAtFixedTime(.reachTest, reference.plain, whereabouts(passage)))
      }
      stretch.effect = EffectCall(
        number: number,
        slice: effects.slice(of: number, passage, along: line, reference, charge: charge),
        whereabouts: whereabouts(passage))
      if testsEnergies(behind: number) { energyChange = whereabouts(passage) }
      stretch.observesEffect =
        passage.turn == itinerary.turns && settings.observedKicks.contains(passage.place)
    case .gain(let number):
      try passGain(of: number, passage, &stretch)
    case .slice:
      try passSlice(passage, &stretch)
    }
  }

  /// Whether an effect may leave particles without energy. At fixed time momenta are real, whatever they
  /// are; where the reference particle gains energy, particles are looked at behind the gain.
  private func testsEnergies(behind effect: Int) -> Bool {
    itinerary.frames[effect] == .fixedPosition && !effects.effects[effect].changesReferenceEnergy
  }

  /// Before particles act on each other, and before they change to its frame.
  private func testReach(_ passage: Passage, _ stretch: inout TileStretch<C, Word>) {
    stretch.steps.append(.test(.reachTest, .overflow, whereabouts(passage)))
  }

  private mutating func passGain(
    of number: Int, _ passage: Passage, _ stretch: inout TileStretch<C, Word>
  ) throws(StoppedBeam) {
    let start = whereabouts(passage)
    let gain = effects.gain(of: number, passage, along: line, reference, charge: charge)
    reference = try gain.referenceAfter(along: line)
    stretch.steps.append(.move(C.kernel(of: gain.element, gain.inputs(reference)), start))
    // At fixed time momenta are real, whatever they are.
    if itinerary.frames[number] == .fixedPosition {
      stretch.steps.append(.test(.energyTest(reference.plain), .energy, whereabouts(passage)))
    }
  }

  private mutating func passSlice(
    _ passage: Passage, _ stretch: inout TileStretch<C, Word>
  ) throws(StoppedBeam) {
    let start = whereabouts(passage)
    reference = try line.referenceAfter(passage, reference)
    append(passage, from: start, to: &stretch)
    if settings.lookouts.contains(passage, of: itinerary.turns) {
      flush(into: &stretch)
      stretch.look(
        Lookout(
          place: passage.place, passage: passage.number,
          name: itinerary.beamline.placeNames[passage.place], turn: passage.turn,
          reference: reference))
    }
    if settings.endsForObservers && passage.isEnd
      && line.beamline.elements[passage.element].element.recordsParticles
    {
      flush(into: &stretch)
      stretch.monitor = passage.place
    }
  }

  private mutating func append(
    _ passage: Passage, from start: Whereabouts, to stretch: inout TileStretch<C, Word>
  ) {
    let item = line.beamline.elements[passage.element]
    let aperture = passage.completes ? item.placement.aperture : nil
    let changesEnergy = energyChanges.include(
      passage.element, item.element, at: reference.plain)
    if settings.mergesLinearElements && item.element.isLinear && aperture == nil && !changesEnergy {
      pending.append(item, SliceInputs(passage.slice, reference.plain))
      pendingEnd = whereabouts(passage)
      return
    }
    flush(into: &stretch)
    let frame = line.elements[passage.element].placement { value, _ in value }
    if let frame {
      stretch.steps.append(
        .enter(
          settings.leavesLossesInFrames ? nil : item.placement.frame,
          C.frameKernel(entering: true, dx: frame.dx, dy: frame.dy, tilt: frame.tilt), start))
    }
    if settings.keepsPoints && item.element.inversion == .localJacobian {
      stretch.steps.append(.keep(passage: passage.number))
    }
    stretch.steps.append(
      .move(
        C.kernel(of: item.element, line.inputs(of: passage.element, passage.slice, reference)),
        start))
    let end = whereabouts(passage)
    if changesEnergy {
      stretch.steps.append(.test(.energyTest(reference.plain), .energy, end))
    }
    if let aperture { stretch.steps.append(.test(.test(aperture), .aperture, end)) }
    if let frame {
      stretch.steps.append(
        .leave(C.frameKernel(entering: false, dx: frame.dx, dy: frame.dy, tilt: frame.tilt)))
    }
  }

  /// Emits the pending linear elements.
  private mutating func flush(into stretch: inout TileStretch<C, Word>) {
    if let kernel: TileKernel<Word> = pending.takeKernel() {
      stretch.steps.append(.move(kernel, pendingEnd))
    }
  }
}

extension TileStretch {
  fileprivate mutating func look(_ lookout: Lookout<C>) {
    lookouts.append(lookout)
    steps.append(.observe)
  }
}
