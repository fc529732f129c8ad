import Communication

/// What a block of a table tells about the blocks behind it.
struct CSVBlockSummary: Packable {
  /// The number of rows.
  let rowCount: Int
  private let hasOtherLinesAtEnd: Bool
  private let hasDecimalCommas: Bool
  private let hasDecimalPoints: Bool

  init(_ block: CSVNumbers) {
    rowCount = block.rowCount
    hasOtherLinesAtEnd = block.hasOtherLinesAtEnd
    hasDecimalCommas = block.hasDecimalCommas
    hasDecimalPoints = block.hasDecimalPoints
  }

  /// Whether blocks are a table: no row follows an empty line or a comment, and all numbers have the same
  /// decimal mark.
  static func makeTable(_ blocks: [Self]) -> Bool {
    let rowsEnd = blocks.firstIndex { $0.hasOtherLinesAtEnd } ?? blocks.endIndex
    let marksAgree =
      !(blocks.contains { $0.hasDecimalCommas } && blocks.contains { $0.hasDecimalPoints })
    return marksAgree && blocks[rowsEnd...].dropFirst().allSatisfy { $0.rowCount == 0 }
  }
}
