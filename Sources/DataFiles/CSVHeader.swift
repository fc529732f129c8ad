/// What the line with the names of the columns tells about the rows.
struct CSVHeader: Sendable {
  /// All columns, in the order of the file.
  let columns: [Column]
  /// For each column the number that it has among those that are read; nil if it is not.
  let places: [Int?]
  /// What stands between fields: a comma, a semicolon, a tab, or any number of blanks.
  let separator: UInt8
  /// The line of the first row, from 1.
  let firstRowLine: Int

  /// A column by its name.
  typealias Choice = (String) -> Column

  struct Column: Sendable {
    let name: String
    let isWanted: Bool
    let mayBeEmpty: Bool
  }

  init(_ columns: [Column], separator: UInt8, firstRowLine: Int) {
    self.columns = columns
    var count = 0
    var places: [Int?] = []
    for column in columns {
      places.append(column.isWanted ? count : nil)
      if column.isWanted { count += 1 }
    }
    self.places = places
    self.separator = separator
    self.firstRowLine = firstRowLine
  }
}
