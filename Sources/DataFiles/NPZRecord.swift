/// A piece of a ZIP archive, read from front to back: little-endian numbers, names, and parts.
struct NPZRecord {
  private let content: ArraySlice<UInt8>
  private var offset: Int

  /// What is wrong with an archive.
  struct Mistake: Error {
    var text: String
  }

  /// - Precondition: The bytes lie within the source.
  init(_ source: ByteSource, _ range: Range<Int>) throws(Mistake) {
    do throws(DataFileError) {
      self.init(try source.bytes(range)[...])
    } catch {
      throw Mistake(text: error.message)
    }
  }

  private init(_ content: ArraySlice<UInt8>) {
    self.content = content
    offset = content.startIndex
  }

  /// The bytes that have not been read.
  var rest: Int { max(0, content.endIndex - offset) }

  /// Goes to a place, counted from the beginning.
  mutating func move(to place: Int) { offset = content.startIndex + place }

  /// Skips bytes. That they are there is only checked when something is read behind them.
  mutating func skip(_ count: Int) { offset += count }

  mutating func bytes(_ count: Int) throws(Mistake) -> ArraySlice<UInt8> {
    guard count <= rest else { throw Mistake(text: "the directory is malformed: it ends early") }
    defer { offset += count }
    return content[offset..<(offset + count)]
  }

  /// An unsigned number of up to eight bytes.
  mutating func number(_ size: Int) throws(Mistake) -> Int {
    let value = try bytes(size).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw Mistake(text: "the size \(value) is larger than any file")
    }
    return number
  }

  /// The next bytes as a record of their own.
  mutating func part(_ count: Int) throws(Mistake) -> NPZRecord {
    NPZRecord(try bytes(count))
  }

  func startsWith(_ signature: UInt32) -> Bool {
    content.starts(with: (0..<4).map { UInt8(truncatingIfNeeded: signature >> (8 * $0)) })
  }

  /// The place of the last end-of-directory record whose comment reaches just to the end.
  func lastEnd() -> Int? {
    var place = content.endIndex - NPZDirectory.endSize
    while place >= content.startIndex {
      let comment = Int(content[place + 20]) | Int(content[place + 21]) << 8
      if comment == content.endIndex - place - NPZDirectory.endSize,
        NPZRecord(content[place...]).startsWith(NPZDirectory.endSignature)
      {
        return place - content.startIndex
      }
      place -= 1
    }
    return nil
  }
}
