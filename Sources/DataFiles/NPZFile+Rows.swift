extension NPZFile {
  /// Some rows of an array, compressed or not, which are read or restored piece by piece: other rows take no
  /// memory, unless the array is stored column by column.
  ///
  /// - Parameters:
  ///   - name: The name of the array.
  ///   - verifies: Whether the checksum of an array that is not compressed is compared, for which all of it is
  ///     read.
  ///   - choose: The range of rows, of so many.
  /// - Returns: An array of these rows, and the number of all rows.
  /// - Throws: ``DataFileError`` as ``array(_:)``, and for a single number.
  public func rows(
    of name: String, verifies: Bool, _ choose: (_ rowCount: Int) -> Range<Int>
  ) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
    let member = try member(name)
    let range = try content(of: member)
    let subject = "\"\(member.name)\": "
    if member.method == .deflated {
      return try rowsByRestoring(member, range, subject, choose)
    }
    let layout = try NPYLayout(source, range: range, subject: subject)
    if layout.header.isColumnMajor, layout.header.shape.count > 1 {
      return try array(name).rows(of: path, choose)
    }
    if verifies, try checksum(range) != member.checksum { throw wrongChecksum(member) }
    return try NPYRows(layout, subject: subject).array(choose)
  }

  /// Restores an array, and keeps its head and the bytes of some rows, which are an array, too.
  private func rowsByRestoring(
    _ member: NPZDirectory.Member, _ range: Range<Int>, _ subject: String,
    _ choose: (Int) -> Range<Int>
  ) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
    var head: [UInt8] = []
    var wanted: Range<Int>?
    var needsAll = false
    var kept: [UInt8] = []
    var header: NPYHeader?
    var sum = CRC32()
    var offset = 0
    do throws(Inflate.Mistake) {
      try Inflate.pieces(source, range, size: member.size) { piece in
        sum.append(piece)
        let here = offset..<offset + piece.count
        offset = here.upperBound
        if needsAll { return }
        if header == nil {
          head += piece
          guard let extent = NPYHeader.extent(head), head.count >= extent else {
            needsAll = head.count > 1 << 20
            return
          }
          header = try? NPYHeader(head)
          guard let header, let rowSize = header.rowSize,
            header.dataStart + rowSize * header.shape[0] == member.size
          else {
            needsAll = true
            return
          }
          let rows = choose(header.shape[0])
          let bytes =
            header.dataStart + rows.lowerBound * rowSize..<header.dataStart + rows.upperBound
            * rowSize
          wanted = bytes
          kept += head[bytes.clamped(to: 0..<head.count)]
        } else if let bytes = wanted?.clamped(to: here) {
          kept += piece[bytes.lowerBound - here.lowerBound..<bytes.upperBound - here.lowerBound]
        }
      }
    } catch {
      throw fail(member, error.text)
    }
    // What is no array of rows is read, or refused, as a whole.
    guard sum.value == member.checksum, let header, let wanted, let rowSize = header.rowSize else {
      return try array(String(member.name.dropLast(4))).rows(of: path, choose)
    }
    let shape = [rowSize == 0 ? 0 : wanted.count / rowSize] + header.shape.dropFirst()
    let file = ByteSource(
      NPYHeader.bytes(type: header.type.name, shape: shape) + kept, path: path)
    return (
      try NPYFile(NPYLayout(file, range: 0..<file.count, subject: subject)), header.shape[0]
    )
  }
}

extension NPYFile {
  /// Reads some rows of a file; other rows take no memory, unless the array is stored column by column.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - choose: The range of rows, of so many.
  /// - Returns: An array of these rows, and the number of all rows.
  /// - Throws: ``DataFileError`` as ``read(_:)``, and for a single number.
  public static func read(
    _ path: String, _ choose: (_ rowCount: Int) -> Range<Int>
  ) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
    let source = try ByteSource(path: path)
    let layout = try NPYLayout(source, range: 0..<source.count)
    if layout.header.isColumnMajor, layout.header.shape.count > 1 {
      return try NPYFile(layout).rows(of: path, choose)
    }
    return try NPYRows(layout).array(choose)
  }

  /// Some rows of an array that is in memory.
  fileprivate func rows(
    of path: String, _ choose: (Int) -> Range<Int>
  ) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
    guard let count = shape.first else {
      throw DataFileError(path: path, "a single number has no rows; expected an array")
    }
    let (rows, length) = (choose(count), count == 0 ? 0 : values.count / count)
    return (
      NPYFile(
        shape: [rows.count] + shape.dropFirst(),
        values: Array(values[rows.lowerBound * length..<rows.upperBound * length])), count
    )
  }
}

extension NPYRows {
  fileprivate func array(
    _ choose: (Int) -> Range<Int>
  ) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
    let chosen = choose(rowCount)
    return (
      NPYFile(shape: [chosen.count] + shape.dropFirst(), values: try rows(chosen)), rowCount
    )
  }
}

extension NPYHeader {
  /// The bytes of a row; nil for a single number, an array in columns, and one that is too large.
  fileprivate var rowSize: Int? {
    guard !shape.isEmpty, !(isColumnMajor && shape.count > 1),
      let length = Self.count(Array(shape.dropFirst()))
    else { return nil }
    let (size, overflow) = length.multipliedReportingOverflow(by: type.size)
    return overflow || (shape[0] > 0 && size > .max / shape[0]) ? nil : size
  }
}
