import Communication
import DataFiles

extension EventTable {
  /// Reads one number for each event, such as weights: an `.npy` array of one axis, or a column of
  /// a `.csv`.
  ///
  /// - Throws: `DataFileError` if there is not one finite number for each event.
  public static func readNumbers(
    _ path: String, column: String = "weight", count: Int
  ) throws -> [Double] {
    try readNumbers(path, column: column, of: EventShare(allOf: count), workers: .one)
  }

  /// Reads one number for each event of a share; as ``readNumbers(_:column:count:)``.
  ///
  /// - Throws: `DataFileError` if there is not one finite number for each event, the same in all processes.
  public static func readNumbers(
    _ path: String, column: String = "weight", of share: EventShare, workers: Workers
  ) throws -> [Double] {
    let communicator = workers.communicator
    let values: [Double]
    let total: Int
    if path.hasSuffix(".npy") {
      (values, total) = try communicator.together(failing: DataFileError.self) {
        // The rows of a file of another length are not those of the events: it is refused below.
        let (array, total) = try NPYFile.read(path) { share.events.clamped(to: 0..<$0) }
        guard array.shape.count == 1 else {
          throw DataFileError(
            path: path,
            "the array has the shape \([total] + array.shape.dropFirst()); expected (\(share.total),)"
          )
        }
        return (array.values, total)
      }
    } else {
      let (file, count) = try CSVFile.read(path, columns: { $0 == column }, workers: workers) {
        EventShare(of: $0, communicator, rank: $1).events
      }
      guard let found = file.values(of: column) else {
        throw DataFileError(path: path, "there is no column \"\(column)\"")
      }
      (values, total) = (found, count)
    }
    guard total == share.total else {
      throw DataFileError(path: path, "there are \(total) numbers for \(share.total) events")
    }
    if let (place, value) = try share.first(
      communicator, where: { !values[$0].isFinite }, { values[$0] })
    {
      throw DataFileError(path: path, "number \(place) (counted from 0) is \(value)")
    }
    return values
  }
}
