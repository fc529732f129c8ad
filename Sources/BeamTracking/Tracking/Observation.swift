import AutoDiff

/// Where the moments of the beam are computed.
public enum ObservationPlaces: String, Sendable, CaseIterable {
  /// At the start and after each element.
  case element
  /// At the start and after each slice.
  case slice
  /// At the start and at the end only.
  case none
}

/// An observation point of the beam, with the reference particle there.
public struct Observation: Sendable {
  /// The name of the place: "start", "end", or that of the place just passed.
  public let name: String
  /// The place after which the beam is observed, an index into ``Beamline/placeNames``; nil at the
  /// start.
  public let place: Int?
  /// The turn, from 1.
  public let turn: Int
  /// The reference particle there.
  public let reference: ReferenceParticle<Double>

  package init(name: String, place: Int?, turn: Int, reference: ReferenceParticle<Double>) {
    self.name = name
    self.place = place
    self.turn = turn
    self.reference = reference
  }
}
