/// The directory of a ZIP archive, as far as archives of arrays need it (PKWARE's APPNOTE 6.3.10,
/// sections 4.3 to 4.5): one disk, no encryption, sizes of 32 or 64 bits.
struct NPZDirectory: Sendable {
  /// The members in the order of the archive.
  let members: [Member]

  /// A file within the archive.
  struct Member: Sendable {
    var name: String
    var method: Method
    /// The checksum of the restored bytes.
    var checksum: UInt32
    var storedSize: Int
    var size: Int
    /// Where the member's own header begins.
    var start: Int
  }

  /// How a member is stored.
  enum Method: UInt16, Sendable {
    case stored = 0
    case deflated = 8
  }

  static let memberSignature: UInt32 = 0x0403_4B50
  static let entrySignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let end64Signature: UInt32 = 0x0606_4B50
  static let locator64Signature: UInt32 = 0x0706_4B50

  /// The sizes of these records without names, further fields and comments.
  static let memberSize = 30
  /// Where the checksum stands in the header of a member.
  static let checksumOffset = 14
  static let entrySize = 46
  static let endSize = 22
  static let end64Size = 56
  static let locator64Size = 20

  /// Where the directory stands, as the end of the archive tells it.
  private struct End {
    var entryCount: Int
    var size: Int
    var start: Int
  }

  /// Reads the directory of an archive.
  ///
  /// - Throws: ``DataFileError`` if this is no archive, or one of whose members some could not be
  ///   read: encrypted, compressed by another method, overlapping, or reaching beyond the file.
  init(_ source: ByteSource) throws(DataFileError) {
    func fail(_ message: String) -> DataFileError {
      DataFileError(path: source.path, message)
    }
    do throws(NPZRecord.Mistake) {
      let end = try Self.end(source)
      // Each entry takes 46 bytes at least, so the count is bounded by the file.
      guard end.entryCount <= end.size / Self.entrySize else {
        throw .init(text: "the directory is too short for its \(end.entryCount) entries")
      }
      var record = try NPZRecord(source, end.start..<(end.start + end.size))
      var members: [Member] = []
      for _ in 0..<end.entryCount { members.append(try Self.member(&record)) }
      try Self.check(members, directoryStart: end.start)
      self.members = members
    } catch {
      throw fail(error.text)
    }
  }

  // MARK: The end of the archive

  private static func end(_ source: ByteSource) throws(NPZRecord.Mistake) -> End {
    // The last record may be followed by a comment of up to 65535 bytes.
    let tailStart = max(0, source.count - endSize - 0xFFFF)
    let tail = try NPZRecord(source, tailStart..<source.count)
    guard let place = tail.lastEnd() else {
      let begin = try NPZRecord(source, 0..<min(4, source.count))
      throw .init(
        text: begin.startsWith(memberSignature)
          ? "the archive is truncated: its directory is missing"
          : "this is no .npz archive: it has no ZIP directory")
    }
    var record = tail
    record.move(to: place + 4)
    let disk = try record.number(2)
    let directoryDisk = try record.number(2)
    let countHere = try record.number(2)
    let count = try record.number(2)
    let size = try record.number(4)
    let start = try record.number(4)
    var end = End(entryCount: count, size: size, start: start)
    var limit = tailStart + place
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      limit = try readEnd64(source, before: limit, &end)
    } else if disk != 0 || directoryDisk != 0 || countHere != count {
      throw .init(text: "archives of several parts are not supported")
    }
    guard end.start <= limit, end.size <= limit - end.start else {
      throw .init(text: "the directory reaches beyond the file: the archive is damaged")
    }
    return end
  }

  /// The end of an archive whose sizes need 64 bits (sections 4.3.14 and 4.3.15); returns where it
  /// stands.
  private static func readEnd64(
    _ source: ByteSource, before limit: Int, _ end: inout End
  ) throws(NPZRecord.Mistake) -> Int {
    guard limit >= locator64Size else { throw .init(text: "the 64-bit directory is missing") }
    var locator = try NPZRecord(source, (limit - locator64Size)..<limit)
    guard locator.startsWith(locator64Signature) else {
      throw .init(text: "the 64-bit directory is missing")
    }
    locator.move(to: 8)
    let place = try locator.number(8)
    guard limit >= end64Size, place <= limit - end64Size else {
      throw .init(text: "the 64-bit directory reaches beyond the file")
    }
    var record = try NPZRecord(source, place..<(place + end64Size))
    guard record.startsWith(end64Signature) else {
      throw .init(text: "the 64-bit directory is missing")
    }
    record.move(to: 16)
    let disks = try (record.number(4), record.number(4))
    let countHere = try record.number(8)
    end.entryCount = try record.number(8)
    end.size = try record.number(8)
    end.start = try record.number(8)
    if disks != (0, 0) || countHere != end.entryCount {
      throw .init(text: "archives of several parts are not supported")
    }
    return place
  }

  // MARK: Entries

  private static func member(_ record: inout NPZRecord) throws(NPZRecord.Mistake) -> Member {
    guard try record.number(4) == Int(entrySignature) else {
      throw .init(text: "the directory is malformed")
    }
    record.skip(4)
    let flags = try record.number(2)
    let methodNumber = UInt16(try record.number(2))
    record.skip(4)
    let checksum = UInt32(try record.number(4))
    var storedSize = try record.number(4)
    var size = try record.number(4)
    let nameLength = try record.number(2)
    let extraLength = try record.number(2)
    let commentLength = try record.number(2)
    record.skip(8)
    var start = try record.number(4)
    guard let name = String(validating: try record.bytes(nameLength), as: UTF8.self) else {
      throw .init(text: "the name of a member is not valid UTF-8")
    }
    var extra = try record.part(extraLength)
    record.skip(commentLength)
    while extra.rest >= 4 {
      let kind = try extra.number(2)
      var field = try extra.part(try extra.number(2))
      guard kind == 1 else { continue }
      // Section 4.5.3: only what did not fit into 32 bits, in this order.
      if size == 0xFFFF_FFFF { size = try field.number(8) }
      if storedSize == 0xFFFF_FFFF { storedSize = try field.number(8) }
      if start == 0xFFFF_FFFF { start = try field.number(8) }
    }
    func mistake(_ text: String) -> NPZRecord.Mistake { .init(text: "\"\(name)\" \(text)") }
    if flags & 0x2041 != 0 { throw mistake("is encrypted") }
    guard let method = Method(rawValue: methodNumber) else {
      throw mistake(
        "is compressed by method \(methodNumber); expected 0 (stored, numpy.savez) or "
          + "8 (deflated, numpy.savez_compressed)")
    }
    if method == .stored, size != storedSize {
      throw mistake("is stored in \(storedSize) bytes, but its size is \(size)")
    }
    if size / Inflate.largestRatio > storedSize {
      throw mistake("cannot hold \(size) bytes in \(storedSize): the archive is damaged")
    }
    return Member(
      name: name, method: method, checksum: checksum, storedSize: storedSize, size: size,
      start: start)
  }

  /// Members have different names, and places of their own before the directory: what an archive
  /// unpacks to is then bounded by its size.
  private static func check(
    _ members: [Member], directoryStart: Int
  ) throws(NPZRecord.Mistake) {
    var names: Set<String> = []
    for member in members where !names.insert(member.name).inserted {
      throw .init(text: "\"\(member.name)\" stands twice in the archive")
    }
    var limit = directoryStart
    for member in members.sorted(by: { $0.start > $1.start }) {
      guard member.start <= limit, member.storedSize <= limit - member.start,
        memberSize <= limit - member.start - member.storedSize
      else {
        throw .init(
          text: "\"\(member.name)\" reaches beyond its place: the archive is damaged or truncated")
      }
      limit = member.start
    }
  }
}
