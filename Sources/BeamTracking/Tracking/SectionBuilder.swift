import AutoDiff
import BeamMaps

/// The observation points of the beam along an itinerary.
package struct ObservationSelection: Sendable {
  package var atStart = true
  package var atEnd = false
  /// After each slice, and not only after the last one of an element.
  package var behindSlices = false
  /// The places after which the beam is observed; nil for all.
  package var places: Set<Int>?
  package var inLastTurnOnly = false
  /// The beam is observed in the turns that are multiples of this.
  package var everyTurns = 1

  package init(behind places: Set<Int>?) { self.places = places }

  func contains(_ passage: Passage, of turns: Int) -> Bool {
    passage.completes && (behindSlices || passage.slice.isLast)
      && (places?.contains(passage.place) ?? true)
      && (!inLastTurnOnly || passage.turn == turns) && includes(turn: passage.turn)
  }

  /// Whether the beam is observed in a turn.
  func includes(turn: Int) -> Bool { everyTurns == 1 || turn.isMultiple(of: everyTurns) }
}

/// Makes the sections of an itinerary one after the other, and advances the reference particle.
package struct SectionBuilder<C: SweepScalar, Word: ParticleWord>: Sendable {
  /// How the itinerary is divided.
  package struct Settings: Sendable {
    package var selection: ObservationSelection
    /// The maximum number of observation points in a section; it limits the memory for observed
    /// values.
    package var observationLimit = Int.max
    /// Whether consecutive linear elements become one matrix where there is no observation point
    /// between them.
    package var mergesLinearElements = true
    /// Whether a section ends at the end of a turn, and at a monitor.
    package var endsForObservers = true
    /// Whether the backward pass needs coordinates before maps without an inverse.
    package var keepsPoints = false
    /// Whether lost particles keep the coordinates in the element's frame, from which the backward
    /// pass revives them.
    package var leavesLossesInFrames = false
    /// The places where the particles are observed before the kicks of the last turn.
    package var observedKicks: Set<Int> = []

    package init(selecting selection: ObservationSelection) { self.selection = selection }
  }

  /// The state of the builder at the beginning of a section.
  package struct Mark: Sendable {
    package let cursor: PassageCursor
    package let reference: ReferenceParticle<C>
    /// The position of the effect directly before, if the particles' energies are to be tested
    /// here.
    package let energyChange: Whereabouts?
  }

  package private(set) var line: VariedBeamline<C>
  private let effects: VariedEffects<C>
  private let settings: Settings
  /// The charge of a particle of weight 1 [C].
  package let charge: C
  private var cursor: PassageCursor
  package private(set) var reference: ReferenceParticle<C>
  private var pending = LinearSection()
  private var pendingEnd = Whereabouts(passage: -1, place: 0, turn: 1, s: 0)
  private var hasStarted = false
  /// Whether the beam is still to be observed at the end, where no passage is left.
  private var isEndPending = false
  private var energyChange: Whereabouts?
  package private(set) var energyChanges: EnergyChanges
  /// The joints passed so far, if the steps are to be shared.
  private(set) var joints: StepJoints<C>?
  private(set) var sharing: StepSharing<C, Word>?

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

  /// The state at the beginning of the next section.
  package var mark: Mark {
    Mark(cursor: cursor, reference: reference, energyChange: energyChange)
  }

  /// A builder that continues at a mark: it makes the section that began there again.
  package func again(from mark: Mark) -> Self {
    var copy = self
    copy.cursor = mark.cursor
    copy.reference = mark.reference
    copy.energyChange = mark.energyChange
    copy.hasStarted = mark.cursor.passage > 0
    return copy
  }

  /// Begins to note the joints of a run that has one section.
  mutating func noteJoints() { joints = StepJoints() }

  /// Takes what is the same from the steps of another run; both have one section.
  mutating func share(_ sharing: StepSharing<C, Word>) { self.sharing = sharing }

  /// A builder that continues at the end of a turn.
  ///
  /// - Parameters:
  ///   - turn: The number of turns that are over; 0 for the start.
  ///   - reference: The reference particle there.
  ///   - energyChanges: What has been determined in these turns.
  func continued(
    after turn: Int, _ reference: ReferenceParticle<C>, _ energyChanges: EnergyChanges
  ) -> Self {
    if turn == 0 { return self }
    var copy = self
    copy.cursor = PassageCursor(itinerary, after: turn)
    copy.reference = reference
    copy.energyChanges = energyChanges
    copy.hasStarted = true
    copy.isEndPending = copy.cursor.isAtEnd && settings.selection.atEnd
    return copy
  }

  /// The number of turns that are over, at the end of one; nil inside a turn.
  var turnsDone: Int? { cursor.isBetweenTurns ? cursor.turn - 1 : nil }
  /// The fraction of the run that is done.
  var fractionDone: Double { cursor.fractionDone }

  /// Changes the numbers of some elements between two turns.
  ///
  /// - Parameter body: Changes the beamline and returns the indices of the elements whose numbers
  ///   are other ones.
  mutating func change<E: Error>(
    _ body: (inout VariedBeamline<C>) throws(E) -> [Int]
  ) throws(E) {
    for index in try body(&line) { energyChanges.forget(index) }
  }

  /// The next section; nil at the end.
  @_specialize(exported:false,where C == Double, Word == Double)
  @_specialize(exported:false,where C == Double, Word == Float)
  @_specialize(exported:false,where C == Tangent<Double>, Word == Double)
  package mutating func next() throws(StoppedBeam) -> TileSection<C, Word>? {
    if hasStarted && cursor.isAtEnd && !isEndPending { return nil }
    isEndPending = false
    var section = TileSection<C, Word>(
      turn: cursor.turn,
      start: Whereabouts(
        passage: cursor.passage - 1, place: cursor.place, turn: cursor.turn, s: reference.s.plain))
    if !hasStarted { start(&section) }
    if let place = energyChange {
      energyChange = nil
      section.steps.append(.test(.energyTest(reference.plain), .energy, place))
    }
    while section.points.count < settings.observationLimit {
      if pending.isEmpty {
        joints?.addJoint(cursor, reference, behind: section.steps.count)
        if let (steps, end) = sharing?.steps(from: cursor, reference) {
          section.steps += steps
          cursor.advance(to: end.cursor)
          reference = end.reference
        }
      }
      guard let passage = cursor.next() else { break }
      joints?.notePassage(ofElement: passage.element)
      try pass(passage, &section)
      if section.monitor != nil || section.effect != nil { break }
      if cursor.isBetweenTurns {
        flush(into: &section)
        if settings.endsForObservers { break }
      }
    }
    flush(into: &section)
    if cursor.isAtEnd && settings.selection.atEnd {
      let (turns, places) = (itinerary.turns, itinerary.beamline.count)
      section.observe(
        ObservationPoint(
          place: places - 1, passage: cursor.passage - 1, name: "end", turn: turns,
          reference: reference))
    }
    section.fractionDone = cursor.fractionDone
    return section
  }

  private mutating func start(_ section: inout TileSection<C, Word>) {
    hasStarted = true
    if !cursor.isAtEnd {
      section.steps.append(.test(.energyTest(reference.plain), .energy, section.start))
    }
    if settings.selection.atStart {
      section.observe(
        ObservationPoint(place: nil, passage: -1, name: "start", turn: 1, reference: reference))
    }
  }

  private func whereabouts(_ passage: Passage) -> Whereabouts {
    Whereabouts(
      passage: passage.index, place: passage.place, turn: passage.turn, s: reference.s.plain)
  }

  private mutating func pass(
    _ passage: Passage, _ section: inout TileSection<C, Word>
  ) throws(StoppedBeam) {
    switch passage.kind {
    case .frame(let isExit):
      flush(into: &section)
      if !isExit { testReach(passage, &section) }
      section.steps.append(
        .move(
          C.kernel(of: FixedTimeFrame(isExit: isExit), SliceInputs(Slice(), reference)),
          whereabouts(passage)))
    case .effect(let number):
      flush(into: &section)
      if itinerary.frames[number] == .fixedPosition {
        testReach(passage, &section)
      } else if !passage.followsFrame {
        section.steps.append(.testAtFixedTime(.reachTest, reference.plain, whereabouts(passage)))
      }
      section.effect = EffectCall(
        effect: number,
        slice: effects.slice(of: number, passage, along: line, reference, charge: charge),
        whereabouts: whereabouts(passage))
      if testsEnergies(behind: number) { energyChange = whereabouts(passage) }
      section.observesEffect =
        passage.turn == itinerary.turns && settings.observedKicks.contains(passage.place)
    case .gain(let number):
      try passGain(of: number, passage, &section)
    case .slice:
      try passSlice(passage, &section)
    }
  }

  /// Whether the particles' energies are tested after an effect. At fixed time no test is needed:
  /// every momentum is valid. If the reference particle gains energy, the test is made after the
  /// gain.
  private func testsEnergies(behind effect: Int) -> Bool {
    itinerary.frames[effect] == .fixedPosition && !effects.effects[effect].changesReferenceEnergy
  }

  /// Adds the test of coordinates before an effect, and before the change to its frame.
  private func testReach(_ passage: Passage, _ section: inout TileSection<C, Word>) {
    section.steps.append(.test(.reachTest, .overflow, whereabouts(passage)))
  }

  private mutating func passGain(
    of number: Int, _ passage: Passage, _ section: inout TileSection<C, Word>
  ) throws(StoppedBeam) {
    let start = whereabouts(passage)
    let gain = effects.gain(of: number, passage, along: line, reference, charge: charge)
    reference = try gain.referenceAfter(along: line)
    section.steps.append(.move(C.kernel(of: gain.element, gain.inputs(reference)), start))
    // At fixed time every momentum is valid.
    if itinerary.frames[number] == .fixedPosition {
      section.steps.append(.test(.energyTest(reference.plain), .energy, whereabouts(passage)))
    }
  }

  private mutating func passSlice(
    _ passage: Passage, _ section: inout TileSection<C, Word>
  ) throws(StoppedBeam) {
    let start = whereabouts(passage)
    let before = reference
    reference = try line.referenceAfter(passage, reference)
    append(passage, from: start, before, to: &section)
    if settings.selection.contains(passage, of: itinerary.turns) {
      flush(into: &section)
      section.observe(
        ObservationPoint(
          place: passage.place, passage: passage.index,
          name: itinerary.beamline.placeNames[passage.place], turn: passage.turn,
          reference: reference))
    }
    if settings.endsForObservers && passage.isEnd
      && settings.selection.includes(turn: passage.turn)
      && line.beamline.elements[passage.element].element.recordsParticles
    {
      flush(into: &section)
      section.monitor = passage.place
    }
  }

  private mutating func append(
    _ passage: Passage, from start: Whereabouts, _ before: ReferenceParticle<C>,
    to section: inout TileSection<C, Word>
  ) {
    let item = line.beamline.elements[passage.element]
    let apertures = item.apertures(in: passage)
    let changesEnergy = energyChanges.include(
      passage.element, item.element, at: reference.plain)
    if settings.mergesLinearElements && item.element.isLinear && apertures.isEmpty && !changesEnergy
    {
      pending.append(
        item.element, SliceInputs(passage.slice, reference.plain),
        in: line.frame(of: passage.element, passage.slice, before, reference)?.map { $0.plain })
      pendingEnd = whereabouts(passage)
      return
    }
    flush(into: &section)
    let frame = line.frame(of: passage.element, passage.slice, before, reference)
    func test(_ crossings: [ApertureCrossing], at place: Whereabouts) {
      for crossing in crossings {
        var place = place
        place.stage = crossing.stage
        section.steps.append(.test(.test(crossing.shape), .aperture, place))
      }
    }
    test(apertures.filter { $0.isEntrance && $0.isNominal }, at: start)
    if let frame {
      section.steps.append(
        .enter(
          settings.leavesLossesInFrames ? nil : frame.map { $0.plain },
          C.frameKernel(frame, .entry), start))
    }
    test(apertures.filter { $0.isEntrance && !$0.isNominal }, at: start)
    if settings.keepsPoints && item.element.inversion == .localJacobian {
      section.steps.append(.keep(passage: passage.index))
    }
    section.steps.append(
      .move(
        C.kernel(of: item.element, line.inputs(of: passage.element, passage.slice, reference)),
        start))
    let end = whereabouts(passage)
    if changesEnergy {
      section.steps.append(.test(.energyTest(reference.plain), .energy, end))
    }
    test(apertures.filter { !$0.isEntrance && !$0.isNominal }, at: end)
    if let frame {
      section.steps.append(.leave(C.frameKernel(frame, .exit)))
    }
    test(apertures.filter { !$0.isEntrance && $0.isNominal }, at: end)
  }

  /// Adds the step of the pending linear elements.
  private mutating func flush(into section: inout TileSection<C, Word>) {
    if let kernel: TileKernel<Word> = pending.takeKernel() {
      section.steps.append(.move(kernel, pendingEnd))
    }
  }
}

extension TileSection {
  fileprivate mutating func observe(_ point: ObservationPoint<C>) {
    points.append(point)
    steps.append(.observe)
  }
}
