import Communication

/// Reads a table in blocks of whole lines, each by itself, on several threads.
///
/// What a line means depends on the header alone as long as nothing is wrong: a block begins where a row
/// begins if the quotation marks of all blocks before are closed in their block, and an open one is a
/// mistake. Where anything is wrong in a block, or goes beyond it, the file is not read here: then it is
/// read as a whole (``CSVFile/readWhole(_:_:)``), which finds all mistakes with their lines.
struct CSVBlocks {
  private let source: ByteSource
  private let header: CSVHeader
  /// Where the first row begins.
  private let start: Int
  /// A block has the lines that end in its share of so many bytes.
  private let size: Int

  /// Such that text and numbers of a block stay in a processor's cache.
  static let standardSize = 1 << 19
  /// The longest line.
  private let lineLimit: Int

  /// A block is not to be read by itself.
  private struct Irregularity: Error {}

  /// Reads the header; nil if it is not within the first block, or if there are no two blocks.
  init?(_ source: ByteSource, size: Int, _ choice: CSVHeader.Choice) {
    guard source.count > size, var text = try? source.lines(0..<size),
      let end = Self.endOfLines(text[..<size])
    else { return nil }
    let found = Self.withLines(&text, 0..<end) { text -> (CSVHeader, Int)? in
      var parser = CSVParser(text: text, path: source.path)
      guard let header = try? parser.readHeader(choice) else { return nil }
      // The parser sees the end of this text as that of the file: it must not have got there.
      return parser.offset < end ? (header, parser.offset) : nil
    }
    guard let (header, start) = found else { return nil }
    self.source = source
    self.header = header
    self.start = start
    self.size = size
    lineLimit = size / 4
  }

  /// The number of blocks.
  private var count: Int { (source.count + size - 1) / size }

  /// The table; nil if it has to be read as a whole.
  func read(workers: Workers) -> CSVFile? {
    guard let blocks = read(0..<count, workers: workers),
      CSVBlockSummary.makeTable(blocks.map(CSVBlockSummary.init))
    else { return nil }
    return CSVFile(path: source.path, header, blocks)
  }

  /// The rows that this process has; nil in all processes if the table has to be read as a whole.
  ///
  /// Each process reads as many blocks as the others; then rows go to those that have them.
  ///
  /// - Parameter share: The rows of the process of a rank, of so many.
  /// - Throws: What communicating throws.
  func read(
    workers: Workers, share: (_ total: Int, _ rank: Int) -> Range<Int>
  ) throws -> (file: CSVFile, total: Int)? {
    let communicator = workers.communicator
    let own = read(communicator.share(of: count), workers: workers)
    let summaries = try communicator.allGather(values: own?.map(CSVBlockSummary.init))
    guard let own, summaries.allSatisfy({ $0 != nil }),
      CSVBlockSummary.makeTable(summaries.flatMap { $0 ?? [] })
    else { return nil }
    let counts = summaries.map { $0?.reduce(0) { $0 + $1.rowCount } ?? 0 }
    let total = counts.reduce(0, +)
    let first = counts[..<communicator.rank].reduce(0, +)
    let here = first..<first + counts[communicator.rank]
    let table = CSVFile(path: source.path, header, own)
    let received = try communicator.exchange(
      lists: (0..<communicator.size).map { rank in
        let rows = share(total, rank).clamped(to: here)
        return table.numbers(ofRows: rows.lowerBound - first..<rows.upperBound - first)
      })
    return (table.holding(received), total)
  }

  /// Some blocks; nil if one of them is not to be read by itself.
  private func read(_ numbers: Range<Int>, workers: Workers) -> [CSVNumbers]? {
    // Reading is short, and not stopped in the middle.
    let threads = Workers(count: workers.count)
    return try? threads.map(numbers.count) { try block(numbers.lowerBound + $0) }
  }

  /// Reads the lines of a block.
  private func block(_ number: Int) throws -> CSVNumbers {
    let share = (number * size)..<min((number + 1) * size, source.count)
    // The first line began in the share before, and ends here.
    let from = number == 0 ? start : max(start, share.lowerBound - lineLimit)
    var text = try source.lines(from..<share.upperBound)
    var first = 0
    if number > 0 {
      guard let end = Self.endOfLines(text[..<(share.lowerBound - from)]) else {
        throw Irregularity()
      }
      first = end
    }
    var last = share.upperBound - from
    if share.upperBound < source.count {
      guard let end = Self.endOfLines(text[first..<last]) else {
        throw Irregularity()
      }
      last = end
    }
    let numbers = Self.withLines(&text, first..<last) { text in
      var parser = CSVParser(rows: text, below: header, path: source.path)
      return parser.readRows()
    }
    if numbers.hasMistakes { throw Irregularity() }
    return numbers
  }

  /// Calls `body` with some lines of a text and another line end behind them, which is put there.
  private static func withLines<Result>(
    _ text: inout [UInt8], _ lines: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    text[lines.upperBound] = 0x0A
    return text[lines.lowerBound...lines.upperBound].withUnsafeBufferPointer(body)
  }

  /// Where the last line that ends within a text ends; nil if none does.
  private static func endOfLines(_ text: ArraySlice<UInt8>) -> Int? {
    text.lastIndex(of: 0x0A).map { $0 + 1 }
  }
}
