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
  /// The array that has been begun.
  private var member: Member?

  /// The version of the format that introduced 64-bit sizes, 4.5.
  private static let version: UInt16 = 45
  /// 1980-01-01, the first day of the format.
  private static let date: UInt16 = 0x0021
  /// Names are in UTF-8.
  private static let flags: UInt16 = 0x0800

  /// An array that is being written.
  private struct Member {
    let name: [UInt8]
    let format: NPYFile.Format
    /// Where its header begins.
    let start: Int
    /// The number of its bytes, with the head of the array.
    let count: UInt64
    /// How many numbers are missing.
    var missing: Int
    /// Of what has been written.
    var sum = CRC32()
  }

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
    try begin(name, shape: array.shape, as: format)
    try append(array.values)
    try endArray()
  }

  /// Begins an array whose numbers come in pieces.
  ///
  /// - Parameters:
  ///   - name: Its name, without `.npy`; it must be new.
  ///   - shape: The length of each axis.
  ///   - format: How a number is stored.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func begin(
    _ name: String, shape: [Int], as format: NPYFile.Format = .float64
  ) throws(DataFileError) {
    precondition(member == nil, "an array is ended before the next one begins")
    precondition(!names.contains(name), "the array \(name) is in the archive already")
    guard let values = NPYHeader.count(shape) else {
      preconditionFailure("the shape \(shape) is too large for any disk")
    }
    let fileName = Array((name + ".npy").utf8)
    precondition(fileName.count <= UInt16.max, "the name of an array has more than 65535 bytes")
    let head = NPYHeader.bytes(type: format.typeName, shape: shape)
    let count = UInt64(head.count + values * format.size)
    var bytes: [UInt8] = []
    bytes.append(NPZDirectory.memberSignature)
    bytes.append(Self.version)
    // The checksum is known in the end.
    Self.appendCommon(to: &bytes, 0, nameLength: fileName.count, extraLength: 20)
    bytes += fileName
    bytes.append(UInt16(1))
    bytes.append(UInt16(16))
    bytes.append(count)
    bytes.append(count)
    try file.append(bytes: bytes)
    try file.append(bytes: head)
    var member = Member(
      name: fileName, format: format, start: size, count: count, missing: values)
    head.withUnsafeBytes { member.sum.append($0) }
    self.member = member
  }

  /// Appends numbers of the array that has been begun, in row-major order.
  ///
  /// - Precondition: There are no more than the shape says.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func append(_ values: [Double]) throws(DataFileError) {
    guard var member else { preconditionFailure("no array has been begun") }
    precondition(values.count <= member.missing, "an array gets more numbers than its shape says")
    member.missing -= values.count
    let file = file
    var sum = member.sum
    try Self.pieces(of: values, member.format) { piece throws(DataFileError) in
      piece.withUnsafeBytes { sum.append($0) }
      try file.append(bytes: piece)
    }
    member.sum = sum
    self.member = member
  }

  /// Ends the array.
  ///
  /// - Precondition: All numbers have been appended.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func endArray() throws(DataFileError) {
    guard let member else { preconditionFailure("no array has been begun") }
    self.member = nil
    precondition(member.missing == 0, "\(member.missing) numbers of an array are missing")
    var checksum: [UInt8] = []
    checksum.append(member.sum.value)
    try file.replace(at: member.start + NPZDirectory.checksumOffset, with: checksum)
    size += NPZDirectory.memberSize + member.name.count + 20 + Int(member.count)
    names.insert(String(decoding: member.name.dropLast(4), as: UTF8.self))

    directory.append(NPZDirectory.entrySignature)
    directory.append(Self.version)
    directory.append(Self.version)
    Self.appendCommon(
      to: &directory, member.sum.value, nameLength: member.name.count, extraLength: 28)
    directory.append(UInt16(0))  // no comment
    directory.append(UInt16(0))  // the first disk
    directory.append(UInt16(0))
    directory.append(UInt32(0))
    directory.append(UInt32.max)
    directory += member.name
    directory.append(UInt16(1))
    directory.append(UInt16(24))
    directory.append(member.count)
    directory.append(member.count)
    directory.append(UInt64(member.start))
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
