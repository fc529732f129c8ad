import DataFiles

/// Blocks of events on the disk: an array of shape (blocks, columns, events in a block).
struct BlockFile: Sendable {
  private let rows: NPYRows

  /// Writes such a file block by block.
  struct Writer {
    private let path: String
    private let file: FileWriter
    private var rows: NPYRowWriter

    init(path: String, blocks: Int, columns: Int) throws {
      self.path = path
      file = try FileWriter(path: path)
      rows = try NPYRowWriter(
        file, shape: [blocks, columns, EventBlock.capacity], as: .float64)
    }

    mutating func append(_ block: UnsafeBufferPointer<Double>) throws { try rows.append(block) }

    /// Completes the file and opens it for reading.
    mutating func finish() throws -> BlockFile {
      rows.end()
      try file.commit()
      return BlockFile(rows: try NPYRows(path: path))
    }
  }

  /// Reads consecutive blocks; several threads may read at the same time.
  ///
  /// - Throws: `DataFileError` if the file has changed or cannot be read.
  func read(blocks: Range<Int>, into words: UnsafeMutablePointer<Double>) throws {
    try rows.rows(
      blocks, into: UnsafeMutableBufferPointer(start: words, count: blocks.count * rows.rowLength))
  }
}
