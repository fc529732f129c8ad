/// The record of a lost particle: where, when and why it was lost.
public struct ParticleLoss: Sendable, Equatable {
  /// Why a particle is lost.
  public enum Cause: String, Sendable, CaseIterable {
    /// The particle hit an aperture.
    case aperture
    /// The coordinates were outside the domain of an element's map: the particle turned round.
    case domain
    /// The total energy fell to the rest energy or below.
    case energy
    /// A collective effect declared the particle lost.
    case effect
    /// A coordinate was no longer a finite number, or was so large before a collective kick that
    /// the kick could not be computed.
    case overflow
  }

  /// The particle's index in the bunch, from 0.
  public let particle: Int
  /// The place of the loss: an index into `Beamline.placeNames`.
  public let place: Int
  /// The turn, from 1.
  public let turn: Int
  /// The path length at which the coordinates were taken [m]: after the slice at an aperture or for
  /// an energy loss, before the slice for the cases ``Cause/domain`` and ``Cause/overflow``, and
  /// after an effect that lost the particle.
  public let s: Double
  /// Why the particle was lost.
  public let cause: Cause
  /// The number of the passage, from the start of the run; −1 before the first. `==` ignores it:
  /// place, turn and s already determine it.
  @usableFromInline package let passage: Int
  /// Whether the loss was at a change of frame at one end of the passage; `==` ignores it.
  @usableFromInline package var stage = PassageStage.inside

  /// The record of a loss at path length `s` [m].
  public init(
    particle: Int, place: Int, turn: Int, s: Double, cause: Cause, passage: Int = -1
  ) {
    self.particle = particle
    self.place = place
    self.turn = turn
    self.s = s
    self.cause = cause
    self.passage = passage
  }

  public static func == (a: Self, b: Self) -> Bool {
    (a.particle, a.place, a.turn, a.s, a.cause) == (b.particle, b.place, b.turn, b.s, b.cause)
  }
}

/// The position of a tile along the beamline.
@usableFromInline
package struct Whereabouts: Sendable {
  @usableFromInline package var stage = PassageStage.inside
  /// The number of the passage; −1 before the first.
  @usableFromInline package var passage: Int
  @usableFromInline var shortPlace: Int32
  @usableFromInline var shortTurn: Int32
  /// The reference particle's path length [m].
  @usableFromInline package var s: Double

  @inlinable package var place: Int { Int(shortPlace) }
  /// The turn, from 1.
  @inlinable package var turn: Int { Int(shortTurn) }

  @inlinable
  package init(passage: Int, place: Int, turn: Int, s: Double) {
    self.passage = passage
    shortPlace = Int32(place)
    shortTurn = Int32(turn)
    self.s = s
  }
}

/// The stages of the passage of a slice of a displaced element.
@usableFromInline
package enum PassageStage: Sendable {
  /// The change into the element's frame.
  case entering
  /// The slice itself.
  case inside
  /// The change out of the frame.
  case leaving
}
