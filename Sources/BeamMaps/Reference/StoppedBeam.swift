/// The error of a reference particle that has lost all its kinetic energy: it cannot be advanced
/// further.
public struct StoppedBeam: Error, Equatable, CustomStringConvertible {
  /// The place of the element that stopped it.
  public let place: String

  package init(place: String) { self.place = place }

  public var description: String {
    "\(place): the reference particle is stopped here; it needs a lower voltage, another phase or "
      + "more energy at the start"
  }
}
