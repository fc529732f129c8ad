import SystemLibrary

/// The numbers of some rows of a table, column by column, and what was found between them.
struct CSVNumbers: Sendable {
  /// The number of rows.
  private(set) var rowCount = 0
  /// Whether some of the text is wrong.
  var hasMistakes = false
  /// Whether empty lines or comments stand at the end.
  var hasOtherLinesAtEnd = false
  var hasDecimalCommas = false
  var hasDecimalPoints = false
  /// All of the first column, then of the second; each has room for `capacity` rows.
  private var values: [Double] = []
  private let capacity: Int

  /// No rows.
  init() { capacity = 0 }

  /// Room for the rows of a text.
  init(columnCount: Int, text: Slice<UnsafeBufferPointer<UInt8>>) {
    // A row takes a line, and a byte at least for each of its numbers.
    let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text))
    let lines = Self.count(of: 0x0A, in: bytes) + Self.count(of: 0x0D, in: bytes)
    capacity = min(lines, text.count / max(1, columnCount)) + 1
    values = Array(repeating: 0, count: columnCount * capacity)
  }

  private static func count(of byte: Int32, in text: UnsafeRawBufferPointer) -> Int {
    guard let base = text.baseAddress else { return 0 }
    let end = base + text.count
    var count = 0
    var rest = base
    while let found = memchr(rest, byte, end - rest) {
      count += 1
      rest = UnsafeRawPointer(found) + 1
    }
    return count
  }

  /// Sets a number of the row that is being read. There is room for all of them; rows that are too short,
  /// which are mistakes, may be more than there is room for.
  @inline(__always)
  mutating func set(_ column: Int, to value: Double) {
    if rowCount < capacity { values[column * capacity + rowCount] = value }
  }

  /// Goes on to the next row.
  @inline(__always)
  mutating func endRow() { rowCount += 1 }

  /// A column of blocks of rows, one after the other.
  static func column(_ column: Int, of blocks: [CSVNumbers]) -> [Double] {
    let count = blocks.reduce(0) { $0 + $1.rowCount }
    return [Double](unsafeUninitializedCapacity: count) { target, initialized in
      for block in blocks {
        block.values.withUnsafeBufferPointer { values in
          let first = column * block.capacity
          let part = UnsafeBufferPointer(rebasing: values[first..<(first + block.rowCount)])
          initialized += target[initialized...].initialize(fromContentsOf: part) - initialized
        }
      }
    }
  }
}
