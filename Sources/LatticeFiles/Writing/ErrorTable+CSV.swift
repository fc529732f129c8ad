import BeamDynamics
import DataFiles

extension ErrorTable {
  /// The name of its file among results.
  static let fileName = "errors.csv"
  static let columns = [
    "place", "occurrence", "s", "family", "parameter", "nominal", "error", "value",
  ]

  /// Writes a row for each error.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  func write(to writer: inout CSVWriter) throws {
    for row in rows {
      writer.field(row.place)
      writer.field(row.occurrence)
      writer.field(row.s)
      writer.field(row.family)
      writer.field(row.parameter)
      writer.field(row.nominal)
      writer.field(row.error)
      writer.field(row.value)
      try writer.endRow()
    }
  }
}
