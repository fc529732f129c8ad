import BeamMaps

/// A position between the passages of an itinerary. A copy can be stored, and iteration continued
/// from it later.
package struct PassageCursor: Sendable {
  package let itinerary: Itinerary
  private var index: Itinerary.Index
  private var visit: Visit?
  private var passagesDone = 0

  /// At the start.
  package init(_ itinerary: Itinerary) {
    self.itinerary = itinerary
    index = itinerary.startIndex
    visit = index < itinerary.endIndex ? itinerary[index] : nil
  }

  /// At the end of a turn.
  init(_ itinerary: Itinerary, after turn: Int) {
    self.itinerary = itinerary
    index = itinerary.startIndex(after: turn)
    visit = index < itinerary.endIndex ? itinerary[index] : nil
  }

  /// The next passage; nil at the end.
  package mutating func next() -> Passage? {
    guard let visit else { return nil }
    let passage = visit[passagesDone]
    passagesDone += 1
    if passagesDone == visit.count {
      passagesDone = 0
      itinerary.formIndex(after: &index)
      self.visit = index < itinerary.endIndex ? itinerary[index] : nil
    }
    return passage
  }

  /// Goes to a position in an itinerary with the same passages.
  mutating func advance(to other: PassageCursor) {
    index = other.index
    passagesDone = other.passagesDone
    visit = index < itinerary.endIndex ? itinerary[index] : nil
  }

  /// The number of the next passage.
  package var passage: Int { index.passage + passagesDone }
  /// The turn of the next passage.
  package var turn: Int { index.turn }
  /// The place of the next passage.
  package var place: Int { index.place }
  package var isAtEnd: Bool { visit == nil }
  /// Whether the next passage is the first of a turn, or none is left.
  package var isBetweenTurns: Bool { index.place == 0 && passagesDone == 0 }
  /// The fraction of the visits that are done.
  package var fractionDone: Double {
    let places = itinerary.beamline.count
    return Double((index.turn - 1) * places + index.place) / Double(max(itinerary.count, 1))
  }
}
