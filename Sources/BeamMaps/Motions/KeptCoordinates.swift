/// The coordinates that a motion leaves as they are, bit by bit: what has been summed of them before is
/// still valid.
public enum KeptCoordinates: Comparable, Sendable {
  /// None that is known.
  case none
  /// pt: no work is done, as in a magnet.
  case energy
  /// px, py and pt: there is no force, as in a drift.
  case momenta
  /// All: particles are at most lost.
  case all
}
