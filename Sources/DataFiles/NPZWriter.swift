/// Writes an archive of arrays one by one, without compression.
///
///     try AtomicFile.write(to: "fit.npz") { file in
///       var archive = NPZWriter(file)
///       try archive.append(NPYFile(shape: [3], values: [1, 2, 3]), named: "parameters")
///       try archive.end()
///     }
///
/// All sizes and places are written with 64 bits, which is one form for small and large archives;
/// the time of each member is 1980-01-01, so that equal arrays make equal files.
public struct NPZWriter {
  private let file: FileWriter
  private var names: Set<String> = []
  /// The entries for the directory.
  private var directory: [UInt8] = []
  /// The bytes of the archive so far.
  private var size = 0

  /// The version of the format that introduced 64-bit sizes, 4.5.
  private static let version: UInt16 = 45
  /// 1980-01-01, the first day of the format.
  private static let date: UInt16 = 0x0021
  /// Names are in UTF-8.
  private static let flags: UInt16 = 0x0800

  /// Begins an archive; the file must hold nothing else.
  public init(_ file: FileWriter) { self.file = file }

  /// Appends an array.
  ///
  /// - Parameters:
  ///   - array: The numbers.
  ///   - name: Its name, without `.npy`; it must be new.
  ///   - format: How a number is stored.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func append(
    _ array: NPYFile, named name: String, as format: NPYFile.Format = .float64
  ) throws(DataFileError) {
    precondition(names.insert(name).inserted, "the array \(name) is in the archive already")
    let fileName = Array((name + ".npy").utf8)
    precondition(fileName.count <= UInt16.max, "the name of an array has more than 65535 bytes")
    let head = NPYHeader.bytes(type: format.typeName, shape: array.shape)
    let count = UInt64(head.count + array.values.count * format.size)
    // The checksum stands before the data, so that the numbers are converted twice.
    var sum = CRC32()
    head.withUnsafeBytes { sum.append($0) }
    try Self.pieces(of: array.values, format) { piece in piece.withUnsafeBytes { sum.append($0) } }

    let start = UInt64(size)
    var member: [UInt8] = []
    member.append(NPZDirectory.memberSignature)
    member.append(Self.version)
    Self.appendCommon(to: &member, sum.value, nameLength: fileName.count, extraLength: 20)
    member += fileName
    member.append(UInt16(1))
    member.append(UInt16(16))
    member.append(count)
    member.append(count)
    try file.append(bytes: member)
    try file.append(bytes: head)
    let file = file
    try Self.pieces(of: array.values, format) { piece throws(DataFileError) in
      try file.append(bytes: piece)
    }
    size += member.count + Int(count)

    directory.append(NPZDirectory.entrySignature)
    directory.append(Self.version)
    directory.append(Self.version)
    Self.appendCommon(to: &directory, sum.value, nameLength: fileName.count, extraLength: 28)
    directory.append(UInt16(0))  // no comment
    directory.append(UInt16(0))  // the first disk
    directory.append(UInt16(0))
    directory.append(UInt32(0))
    directory.append(UInt32.max)
    directory += fileName
    directory.append(UInt16(1))
    directory.append(UInt16(24))
    directory.append(count)
    directory.append(count)
    directory.append(start)
  }

  /// Writes the directory, which completes the archive.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func end() throws(DataFileError) {
    var end = directory
    end.append(NPZDirectory.end64Signature)
    end.append(UInt64(NPZDirectory.end64Size - 12))
    end.append(Self.version)
    end.append(Self.version)
    end.append(UInt32(0))
    end.append(UInt32(0))
    end.append(UInt64(names.count))
    end.append(UInt64(names.count))
    end.append(UInt64(directory.count))
    end.append(UInt64(size))
    end.append(NPZDirectory.locator64Signature)
    end.append(UInt32(0))
    end.append(UInt64(size + directory.count))
    end.append(UInt32(1))
    end.append(NPZDirectory.endSignature)
    end.append(UInt32(0))
    end.append(UInt16.max)
    end.append(UInt16.max)
    end.append(UInt32.max)
    end.append(UInt32.max)
    end.append(UInt16(0))
    try file.append(bytes: end)
  }

  /// What a member's header and its entry in the directory have in common.
  private static func appendCommon(
    to bytes: inout [UInt8], _ checksum: UInt32, nameLength: Int, extraLength: UInt16
  ) {
    bytes.append(flags)
    bytes.append(NPZDirectory.Method.stored.rawValue)
    bytes.append(UInt16(0))  // midnight
    bytes.append(date)
    bytes.append(checksum)
    bytes.append(UInt32.max)  // both sizes stand in the 64-bit field
    bytes.append(UInt32.max)
    bytes.append(UInt16(nameLength))
    bytes.append(extraLength)
  }

  /// The bytes of numbers in pieces of some hundred kilobytes.
  private static func pieces(
    of values: [Double], _ format: NPYFile.Format,
    _ body: ([UInt8]) throws(DataFileError) -> Void
  ) throws(DataFileError) {
    let length = 1 << 15
    for start in stride(from: 0, to: values.count, by: length) {
      var piece: [UInt8] = []
      piece.reserveCapacity(length * format.size)
      for value in values[start..<min(start + length, values.count)] {
        switch format {
        case .float64: piece.append(value.bitPattern)
        case .float32: piece.append(Float(value).bitPattern)
        }
      }
      try body(piece)
    }
  }
}

extension [UInt8] {
  /// Appends an integer, the least significant byte first.
  fileprivate mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
