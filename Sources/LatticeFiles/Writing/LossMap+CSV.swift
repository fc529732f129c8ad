import BeamDynamics
import DataFiles

extension LossMap {
  /// The names of its files among results.
  static let placesFile = "losses.csv"
  static let turnsFile = "losses-by-turn.csv"
  private static let causes = ParticleLoss.Cause.allCases
  static let placeColumns =
    ["s", "element"] + causes.map(\.rawValue) + [
      "lost", "cumulative", "charge", "cumulative_charge",
    ]
  static let turnColumns = ["turn"] + causes.map(\.rawValue) + ["lost", "cumulative", "alive"]

  /// Writes a row for each place where particles were lost.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  func writePlaces(to writer: inout CSVWriter) throws {
    for place in places {
      writer.field(place.s)
      writer.field(place.name)
      for cause in Self.causes { writer.field(place.counts[cause]) }
      writer.field(place.counts.total)
      writer.field(place.cumulativeCount)
      writer.field(place.charge)
      writer.field(place.cumulativeCharge)
      try writer.endRow()
    }
  }

  /// Writes a row for each turn in which particles were lost.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  func writeTurns(to writer: inout CSVWriter) throws {
    for turn in turns {
      writer.field(turn.turn)
      for cause in Self.causes { writer.field(turn.counts[cause]) }
      writer.field(turn.counts.total)
      writer.field(turn.cumulativeCount)
      writer.field(turn.alive)
      try writer.endRow()
    }
  }
}
