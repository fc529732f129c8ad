import BeamDynamics
import Testing

/// The order of what happens on the way.
@Suite struct ItineraryTests {
  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.1), slices: 3),
      BeamlineElement("q", Quadrupole(length: 0.2, k1: 1)),
      BeamlineElement("m", Marker()),
    ], order: [0, 1, 2, 0])

  private static func itinerary(_ effects: [Itinerary.Effect], turns: Int = 2) -> Itinerary {
    Itinerary(line, turns: turns, slices: 2, effects: effects)
  }

  private static let effects: [[Itinerary.Effect]] = {
    func effect(_ slicing: EffectSlicing, _ frame: EffectFrame, gains: Bool = false)
      -> Itinerary.Effect
    {
      var effect = Itinerary.Effect(slicing, in: frame, acts: [true, true, false])
      effect.changesReferenceEnergy = gains
      return effect
    }
    return [
      [], [effect(.strang, .fixedPosition)], [effect(.kickFirst, .fixedTime)],
      [
        effect(.strang, .fixedTime), effect(.strang, .fixedTime, gains: true),
        effect(.strang, .fixedPosition), effect(.kickFirst, .fixedTime),
      ],
    ]
  }()

  private static func description(_ passage: Passage) -> String {
    "\(passage.index) \(passage.turn) \(passage.place) \(passage.element) \(passage.slice) "
      + "\(passage.kind) \(passage.completes) \(passage.isEnd)"
  }

  @Test(arguments: effects.indices)
  func theWayBackIsTheWayThereReversed(_ i: Int) {
    let itinerary = Self.itinerary(Self.effects[i])
    let there = itinerary.flatMap { visit in visit.map(Self.description) }
    let back = itinerary.reversed().flatMap { visit in visit.reversed().map(Self.description) }
    #expect(there == back.reversed())
    #expect(itinerary.flatMap { visit in visit.map(\.index) } == Array(0..<there.count))
    #expect(itinerary.endIndex == itinerary.index(itinerary.startIndex, offsetBy: 8))
    #expect(itinerary.index(itinerary.endIndex, offsetBy: -8) == itinerary.startIndex)
  }

  @Test func effectsAtFixedTimeShareTheirFrame() {
    let visit = Self.itinerary(Self.effects[3])[Self.itinerary(Self.effects[3]).startIndex]
    let kinds = visit.prefix(visit.count / 3).map(\.kind)
    #expect(
      kinds == [
        .frame(isExit: false), .effect(3), .frame(isExit: true), .slice, .frame(isExit: false),
        .effect(0), .effect(1), .gain(1), .frame(isExit: true), .effect(2), .slice,
      ])
    #expect(visit.count(where: \.completes) == 3 && visit.count(where: \.isEnd) == 1)
  }

  @Test func placesAreFoundInAnyTurn() {
    let many = Self.itinerary(Self.effects[1], turns: 100_000)
    #expect(many.count == 400_000)
    let last = many.index(before: many.endIndex)
    #expect(last.turn == 100_000 && last.place == 3)
    let first = Self.itinerary(Self.effects[1], turns: 1)
    let perTurn = first.endIndex.passage
    #expect(many.endIndex.passage == 100_000 * perTurn)
    #expect(
      many[last].firstPassage == 99_999 * perTurn
        + first[first.index(before: first.endIndex)].firstPassage)
  }

  @Test func nothingIsAnItineraryToo() {
    let empty = Itinerary(Beamline(elements: [], order: []), turns: 3)
    #expect(empty.isEmpty && empty.count == 0 && Array(empty.reversed()).isEmpty)
  }
}
