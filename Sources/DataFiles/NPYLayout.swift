/// Where the numbers of an array stand among the bytes of a file, and how to fetch them.
struct NPYLayout: Sendable {
  let source: ByteSource
  let header: NPYHeader
  /// The number of numbers.
  let count: Int
  /// The beginning of error messages: which array of an archive they are about.
  private let subject: String
  /// Where the numbers begin.
  private let start: Int

  /// The bytes that are converted at a time; a multiple of every size of a number.
  private static let pieceSize = 1 << 20

  /// Reads the head of an array, and checks that there are as many bytes as it promises.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - range: The bytes of the array, head included.
  ///   - subject: What precedes the message of an error.
  init(
    _ source: ByteSource, range: Range<Int>, subject: String = ""
  ) throws(DataFileError) {
    self.source = source
    self.subject = subject
    // Each header that we understand is far shorter; NumPy makes 64 bytes or 128 of it.
    var prefix = try source.bytes(range.prefix(4096))
    if let needed = NPYHeader.extent(prefix), needed > prefix.count {
      prefix = try source.bytes(range.prefix(needed))
    }
    do throws(NPYHeader.Mistake) {
      header = try NPYHeader(prefix)
      let present = range.count - header.dataStart
      let size = header.type.size
      // The count is bounded before anything of that size is allocated.
      guard let count = NPYHeader.count(header.shape),
        case let (needed, overflow) = count.multipliedReportingOverflow(by: size), !overflow
      else { throw NPYHeader.Mistake("the shape \(header.shape) is too large for any memory") }
      guard needed == present else {
        throw NPYHeader.Mistake(
          "the shape \(header.shape) of \(header.type.name) needs \(needed) bytes of data, "
            + "the file has \(present)")
      }
      self.count = count
    } catch {
      throw DataFileError(path: source.path, subject + error.text)
    }
    start = range.lowerBound + header.dataStart
  }

  /// Fetches numbers in the order in which they are stored: doubles straight into their place, others
  /// through a piece of one mebibyte.
  ///
  /// - Parameters:
  ///   - range: Which numbers, counted in that order.
  ///   - values: Where they go; the memory may be uninitialised.
  /// - Precondition: There is room for just as many.
  func read(
    _ range: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(DataFileError) {
    precondition(values.count == range.count, "\(range.count) numbers, room for \(values.count)")
    precondition(0 <= range.lowerBound && range.upperBound <= count, "no numbers \(range)")
    let type = header.type
    if type.isNativeDouble {
      return try source.read(
        from: start + range.lowerBound * type.size, into: UnsafeMutableRawBufferPointer(values))
    }
    let atOnce = min(range.count, Self.pieceSize / type.size)
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, atOnce * type.size), alignment: 8)
    defer { piece.deallocate() }
    var done = 0
    while done < range.count {
      let first = range.lowerBound + done
      let number = min(atOnce, range.count - done)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<(number * type.size)])
      try source.read(from: start + first * type.size, into: bytes)
      let target = UnsafeMutableBufferPointer(rebasing: values[done..<(done + number)])
      do throws(NPYHeader.Mistake) {
        try type.convert(UnsafeRawBufferPointer(bytes), into: target, firstIndex: first)
      } catch {
        throw DataFileError(path: source.path, subject + error.text)
      }
      done += number
    }
  }

  /// All numbers in the order in which they are stored.
  func values() throws(DataFileError) -> [Double] {
    var failure: DataFileError?
    let values = [Double](unsafeUninitializedCapacity: count) { values, initialized in
      do throws(DataFileError) {
        try read(0..<count, into: .init(rebasing: values[..<count]))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }
}
