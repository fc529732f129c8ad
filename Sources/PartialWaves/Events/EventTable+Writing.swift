import Communication
import DataFiles

extension EventTable {
  /// Events that go to the first process at a time.
  private static let chunk = 4096

  /// Writes the events as `.npy`, shape (events, particles, 4), or as `.csv` with the columns
  /// `p1_px`, …. The first process writes those of all, chunk by chunk.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - communicator: The processes, all of which call this.
  /// - Throws: `DataFileError` if the file cannot be written, in all processes.
  public func write(
    to path: String, _ communicator: any Communicator = SingleProcess()
  ) throws {
    let columns = 4 * particleCount
    let chunks = (count + Self.chunk - 1) / Self.chunk
    try AtomicFile.write(to: path, communicator, chunks: chunks) { chunk in
      let events = chunk * Self.chunk..<min((chunk + 1) * Self.chunk, count)
      return events.flatMap { event in
        (0..<columns).map { components[$0 * count + event] }
      }.packed
    } _: { file, collect in
      if path.hasSuffix(".npy") {
        var rows = try NPYRowWriter(file, shape: [share.total, particleCount, 4])
        try collect { try rows.append([Double](packed: $0)) }
        return rows.end()
      }
      var table = try CSVWriter(file, columns: Self.columns(particles: particleCount))
      try collect { chunk in
        let values = [Double](packed: chunk)
        try table.append(rows: values.count / columns) { row, fields in
          fields.fields(values[row * columns..<(row + 1) * columns])
        }
      }
    }
  }
}

extension EventShare {
  /// Writes one number for each event as an array `.npy`; the first process writes those of all.
  ///
  /// - Parameters:
  ///   - numbers: Those of this process.
  ///   - path: The file.
  ///   - communicator: The processes, all of which call this.
  /// - Throws: `DataFileError` if the file cannot be written, in all processes.
  public func write(
    _ numbers: [Double], to path: String, _ communicator: any Communicator
  ) throws {
    let length = 1 << 16
    let chunks = (numbers.count + length - 1) / length
    try AtomicFile.write(to: path, communicator, chunks: chunks) { chunk in
      Array(numbers[chunk * length..<min((chunk + 1) * length, numbers.count)]).packed
    } _: { file, collect in
      var rows = try NPYRowWriter(file, shape: [total])
      try collect { try rows.append([Double](packed: $0)) }
      rows.end()
    }
  }
}
