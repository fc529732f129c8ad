/// Arrays by name in NumPy's archive format `.npz`: a ZIP archive with one `.npy` file for each, as
/// `numpy.savez` and `numpy.savez_compressed` write it.
///
/// Only the directory is read at first; an array follows when it is asked for:
///
///     let archive = try NPZFile.read("events.npz")
///     let momenta = try archive.array("momenta")
public struct NPZFile: Sendable {
  /// The file as the user named it.
  public let path: String
  /// The names of the arrays, without `.npy`, in the order of the archive. Members that are no
  /// `.npy` files are left out.
  public let names: [String]
  let source: ByteSource
  private let members: [String: NPZDirectory.Member]

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be opened, is no archive or a truncated one, or
  ///   if a member is encrypted, compressed by an unknown method, there twice, or reaches beyond
  ///   the file.
  public static func read(_ path: String) throws(DataFileError) -> NPZFile {
    try NPZFile(ByteSource(path: path))
  }

  /// Reads the directory of an archive that is in memory already; otherwise like ``read(_:)``.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: The name for error messages.
  public static func parse(_ bytes: [UInt8], path: String) throws(DataFileError) -> NPZFile {
    try NPZFile(ByteSource(bytes, path: path))
  }

  /// Writes an archive of arrays that are not compressed; an existing file is replaced when the new
  /// one is complete. For arrays that are not in memory all at once there is ``NPZWriter``.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public static func write(
    _ arrays: KeyValuePairs<String, NPYFile>, to path: String, as format: NPYFile.Format = .float64
  ) throws(DataFileError) {
    let file = try FileWriter(path: path)
    var archive = NPZWriter(file)
    for (name, array) in arrays { try archive.append(array, named: name, as: format) }
    try archive.end()
    try file.commit()
  }

  private init(_ source: ByteSource) throws(DataFileError) {
    let arrays = try NPZDirectory(source).members.filter { $0.name.hasSuffix(".npy") }
    path = source.path
    self.source = source
    names = arrays.map { String($0.name.dropLast(4)) }
    members = Dictionary(uniqueKeysWithValues: zip(names, arrays))
  }

  /// Reads an array.
  ///
  /// - Throws: ``DataFileError`` if there is none of this name, its checksum is wrong, or it cannot
  ///   be restored; otherwise like ``NPYFile/read(_:)``.
  public func array(_ name: String) throws(DataFileError) -> NPYFile {
    let member = try member(name)
    let range = try content(of: member)
    let subject = "\"\(member.name)\": "
    switch member.method {
    case .stored:
      guard try checksum(range) == member.checksum else { throw wrongChecksum(member) }
      return try NPYFile(NPYLayout(source, range: range, subject: subject))
    case .deflated:
      let packed = try source.bytes(range)
      let bytes: [UInt8]
      do throws(Inflate.Mistake) {
        bytes = try Inflate.bytes(packed, size: member.size)
      } catch {
        throw fail(member, error.text)
      }
      guard CRC32.of(bytes) == member.checksum else { throw wrongChecksum(member) }
      let restored = ByteSource(bytes, path: path)
      return try NPYFile(NPYLayout(restored, range: 0..<bytes.count, subject: subject))
    }
  }

  /// Reads all arrays.
  ///
  /// - Throws: As ``array(_:)``.
  public func arrays() throws(DataFileError) -> [String: NPYFile] {
    var arrays: [String: NPYFile] = [:]
    for name in names { arrays[name] = try array(name) }
    return arrays
  }

  /// The rows of an array that is not compressed, to be read from the disk as they are needed; the
  /// checksum, which is that of the whole array, is not verified.
  ///
  /// - Throws: ``DataFileError`` if there is no array of this name, or it is compressed; otherwise
  ///   like ``NPYRows/init(path:)``.
  public func rows(of name: String) throws(DataFileError) -> NPYRows {
    let member = try member(name)
    guard member.method == .stored else {
      throw fail(
        member, "is compressed; rows are read from an archive that numpy.savez has written")
    }
    let subject = "\"\(member.name)\": "
    return try NPYRows(
      NPYLayout(source, range: try content(of: member), subject: subject), subject: subject)
  }

  // MARK: Members

  func member(_ name: String) throws(DataFileError) -> NPZDirectory.Member {
    if let member = members[name] { return member }
    let known = names.isEmpty ? "no arrays" : names.joined(separator: ", ")
    throw DataFileError(path: path, "the archive has no array \"\(name)\"; it has: \(known)")
  }

  /// The bytes of a member behind its own header, which repeats the directory but for the lengths of
  /// its name and further fields (section 4.3.7).
  func content(of member: NPZDirectory.Member) throws(DataFileError) -> Range<Int> {
    let dataStart = member.start + NPZDirectory.memberSize
    do throws(NPZRecord.Mistake) {
      var record = try NPZRecord(source, member.start..<dataStart)
      guard record.startsWith(NPZDirectory.memberSignature) else {
        throw .init(text: "has no header where the directory says")
      }
      record.move(to: 26)
      let start = dataStart + (try record.number(2)) + (try record.number(2))
      guard start <= source.count, member.storedSize <= source.count - start else {
        throw .init(text: "reaches beyond the file")
      }
      return start..<(start + member.storedSize)
    } catch {
      throw fail(member, error.text)
    }
  }

  func checksum(_ range: Range<Int>) throws(DataFileError) -> UInt32 {
    var sum = CRC32()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
      let piece = try source.bytes(start..<min(start + 1 << 20, range.upperBound))
      piece.withUnsafeBytes { sum.append($0) }
    }
    return sum.value
  }

  func wrongChecksum(_ member: NPZDirectory.Member) -> DataFileError {
    fail(member, "has a wrong checksum: the archive is damaged")
  }

  func fail(_ member: NPZDirectory.Member, _ message: String) -> DataFileError {
    DataFileError(path: path, "\"\(member.name)\" \(message)")
  }
}
