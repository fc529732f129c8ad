/// Reads the text of a table in one pass. Mistakes are collected, and reading continues behind
/// them.
struct CSVParser {
  /// The text with a line end behind it, which therefore ends each number and each unquoted field.
  let text: UnsafeBufferPointer<UInt8>
  let path: String
  private var columns: [CSVHeader.Column] = []
  /// Where the numbers of each column go.
  private var places: [Int?] = []
  private var numbers = CSVNumbers()
  private var mistakes: [DataFileError.Mistake] = []
  private var omitted = 0
  /// The reading point.
  private(set) var offset = 0
  private var line = 1
  private var lineStart = 0
  /// What stands between fields: a comma, a semicolon, a tab, or any number of blanks.
  private var separator: UInt8 = 0x2C
  /// Where the first decimal comma and the first decimal point stand.
  private var decimalMarks: (comma: Place?, point: Place?)

  /// A parser for a whole text.
  init(text: UnsafeBufferPointer<UInt8>, path: String) {
    self.text = text
    self.path = path
  }

  /// A parser for some of the rows below a header.
  init(rows text: UnsafeBufferPointer<UInt8>, below header: CSVHeader, path: String) {
    self.init(text: text, path: path)
    separator = header.separator
    columns = header.columns
    places = header.places
  }

  /// What was wrong with the file.
  var error: DataFileError? {
    if mistakes.isEmpty, let comma = decimalMarks.comma, let point = decimalMarks.point {
      return DataFileError(
        path: path, line: comma.line,
        column: column(of: comma.offset, lineStart: comma.lineStart),
        "a comma stands in this number, and a point in that of line \(point.line); write all numbers "
          + "with points, and without marks between thousands")
    }
    return mistakes.isEmpty ? nil : DataFileError(path: path, mistakes: mistakes, omitted: omitted)
  }

  /// The end of the text proper.
  private var end: Int { text.count - 1 }

  // MARK: Header

  /// Reads the line of column names.
  mutating func readHeader(
    _ choice: CSVHeader.Choice
  ) throws(DataFileError) -> CSVHeader {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) {
      offset = 3
      lineStart = 3
    }
    if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) {
      throw DataFileError(path: path, "the file is in UTF-16; save it as UTF-8")
    }
    skipSpaces()
    passComments()
    separator = separatorOfHeader()
    skipSpaces()
    if isAtLineEnd {
      let what = offset >= end ? "file" : "first line"
      throw DataFileError(
        path: path, line: 1, column: 1, "the \(what) is empty; expected the names of the columns")
    }
    var seen: Set<String> = []
    var names: [String] = []
    repeat {
      skipSpaces()
      let start = offset
      let field = readField()
      guard let name = String(validating: field.content, as: UTF8.self) else {
        throw DataFileError(
          path: path, line: line, column: column(of: start, lineStart: lineStart),
          "this name is not valid UTF-8")
      }
      if name.isEmpty {
        report("column \(names.count + 1) has no name", at: start)
      } else if !field.isQuoted, isNumber(field.content) {
        throw DataFileError(
          path: path, line: line, column: column(of: start, lineStart: lineStart),
          "expected the names of the columns, found the number \(name)")
      } else if !seen.insert(name).inserted {
        report("the column name \"\(shown(name.utf8))\" stands twice", at: start)
      }
      names.append(name)
    } while skipSeparator()
    if let error { throw error }
    skipLineEnd()
    let header = CSVHeader(names.map(choice), separator: separator, firstRowLine: line)
    columns = header.columns
    places = header.places
    return header
  }

  /// Skips lines that begin with `#`. The line with the names of the columns may begin so, too, as
  /// numpy.savetxt writes it; numbers or the end of the file follow it. Of that line only the `#`
  /// is skipped.
  private mutating func passComments() {
    while text[offset] == 0x23 {
      let start = offset
      let (firstLine, firstStart) = (line, lineStart)
      while !isAtLineEnd { offset += 1 }
      skipLineEnd()
      let isLast = offset >= end
      if !isLast {
        skipSpaces()
        let isNumber =
          text[offset] == 0x22 || isAtLineEnd || DecimalNumber(text, from: offset) != nil
        if !isNumber { continue }
      }
      (offset, line, lineStart) = (start + 1, firstLine, firstStart)
      skipSpaces()
      return
    }
  }

  /// Which separator the names of the columns have. Blanks count only if the line below has them
  /// too: a name may hold some.
  private func separatorOfHeader() -> UInt8 {
    let header = bytesOutsideQuotes(from: offset)
    if let found = [0x2C, 0x3B, 0x09].first(where: header.text.contains) { return found }
    let below = bytesOutsideQuotes(from: header.next)
    func hasBlanks(_ text: [UInt8]) -> Bool { text.split(separator: 0x20).count > 1 }
    return hasBlanks(header.text) && hasBlanks(below.text) ? 0x20 : 0x2C
  }

  /// The rest of a line without what stands in quotation marks, and where the next line begins.
  private func bytesOutsideQuotes(from start: Int) -> (text: [UInt8], next: Int) {
    var isQuoted = false
    var kept: [UInt8] = []
    var place = start
    while place < end, isQuoted || (text[place] != 0x0A && text[place] != 0x0D) {
      if text[place] == 0x22 {
        isQuoted.toggle()
        kept.append(0x22)
      } else if !isQuoted {
        kept.append(text[place])
      }
      place += 1
    }
    if place < end, text[place] == 0x0D, text[place + 1] == 0x0A { place += 1 }
    return (kept, min(place + 1, end))
  }

  // MARK: Rows

  /// Reads what is below the header, or a part of it.
  mutating func readRows() -> CSVNumbers {
    numbers = CSVNumbers(columnCount: places.count { $0 != nil }, text: text[offset...])
    var emptyLine: Int?
    var commentLine: Int?
    let mayComment = columns.first?.isWanted ?? false
    while offset < end {
      skipSpaces()
      if isAtLineEnd {
        if emptyLine == nil { emptyLine = line }
      } else if mayComment, text[offset] == 0x23 {
        if commentLine == nil { commentLine = line }
        while !isAtLineEnd { offset += 1 }
      } else {
        if let comment = commentLine {
          add(
            .init(
              "line \(comment) is a comment; those stand above the names of the columns and at the "
                + "end", line: comment))
          commentLine = nil
        }
        if let empty = emptyLine {
          add(.init("line \(empty) is empty; empty lines stand only at the end", line: empty))
          emptyLine = nil
        }
        readRow()
        numbers.endRow()
      }
      skipLineEnd()
    }
    numbers.hasOtherLinesAtEnd = emptyLine != nil || commentLine != nil
    numbers.hasMistakes = !mistakes.isEmpty
    numbers.hasDecimalCommas = decimalMarks.comma != nil
    numbers.hasDecimalPoints = decimalMarks.point != nil
    return numbers
  }

  private mutating func readRow() {
    let first = line
    for index in columns.indices {
      skipSpaces()
      if let place = places[index] {
        numbers.set(place, to: readNumber(index))
      } else {
        skipField()
      }
      if index + 1 < columns.count, !skipSeparator() {
        let fields = index == 0 ? "1 field" : "\(index + 1) fields"
        return report(
          "line \(first) has \(fields), the header has \(columns.count)", at: offset)
      }
    }
    let surplus = offset
    var count = columns.count
    while skipSeparator() {
      skipSpaces()
      skipField()
      count += 1
    }
    if count == columns.count { return }
    let place = line == first ? surplus : lineStart
    let remedy =
      separator == 0x2C && count == 2 * columns.count
      ? "; with decimal commas, separate fields by semicolons" : ""
    report(
      "line \(first) has \(count) fields, the header has \(columns.count)" + remedy, at: place)
  }

  /// The number at the reading point; after a mistake NaN.
  @inline(__always)
  private mutating func readNumber(_ index: Int) -> Double {
    if let number = DecimalNumber(text, from: offset) {
      let start = offset
      offset = number.end
      skipPadding()
      if isAtFieldEnd {
        if separator != 0x2C, decimalMarks.point == nil, text[start..<offset].contains(0x2E) {
          decimalMarks.point = Place(offset: start, line: line, lineStart: lineStart)
        }
        let value = number.rounded(text, from: start)
        if value.isFinite { return value }
      }
      offset = start
    }
    return readOtherField(index)
  }

  /// A field that does not hold just a number: empty, in quotation marks, or wrong.
  private mutating func readOtherField(_ index: Int) -> Double {
    let start = Place(offset: offset, line: line, lineStart: lineStart)
    let field = readField()
    if field.content.isEmpty {
      if !columns[index].mayBeEmpty {
        report(
          "expected a number in column \"\(shown(columns[index].name.utf8))\", "
            + "found an empty field", at: start.offset)
      }
      return .nan
    }
    var value = number(field.content)
    if value == nil, let number = numberInOtherForm(field.content, at: start) { value = number }
    if let value, value.isFinite { return value }
    let word = shown(field.content)
    let message =
      if value != nil {
        "\(word) is too large for a double (the largest is 1.8e308)"
      } else if isNotFinite(field.content) {
        "\(word) is not accepted; expected a finite number"
      } else if field.content.allSatisfy({ $0 == 0x2A }) {
        "expected a number, found \"\(word)\": Fortran's sign for one that did not fit its format; "
          + "write it with more places"
      } else {
        "expected a number, found \"\(word)\""
      }
    add(message, at: start)
    return .nan
  }

  /// The number that a field holds, and nothing else.
  private func number(_ content: [UInt8]) -> Double? {
    (content + [0x0A]).withUnsafeBufferPointer { text in
      guard let number = DecimalNumber(text, from: 0), number.end == content.count else {
        return nil
      }
      return number.rounded(text, from: 0)
    }
  }

  /// A number with a decimal comma, if fields are not separated by commas, or with a three-digit
  /// exponent as Fortran prints it, `1.0-103`.
  private mutating func numberInOtherForm(_ content: [UInt8], at place: Place) -> Double? {
    var content = content
    if separator != 0x2C, let comma = content.firstIndex(of: 0x2C), !content.contains(0x2E) {
      content[comma] = 0x2E
      guard let number = number(content) else { return nil }
      if decimalMarks.comma == nil { decimalMarks.comma = place }
      return number
    }
    guard let sign = content.dropFirst().lastIndex(where: { $0 == 0x2B || $0 == 0x2D }),
      content.count - sign == 4, content[..<sign].contains(0x2E),
      content[sign - 1] == 0x2E || content[sign - 1] &- 0x30 < 10
    else { return nil }
    content.insert(0x65, at: sign)
    return number(content)
  }

  // MARK: Fields

  private var isAtLineEnd: Bool { text[offset] == 0x0A || text[offset] == 0x0D }

  private var isAtFieldEnd: Bool {
    text[offset] == separator || isAtLineEnd || (separator == 0x20 && text[offset] == 0x09)
  }

  private mutating func skipSpaces() {
    while text[offset] == 0x20 || (text[offset] == 0x09 && separator != 0x09) { offset += 1 }
  }

  /// Skips the spaces behind a field, unless they are what separates it from the next.
  private mutating func skipPadding() {
    if separator != 0x20 { skipSpaces() }
  }

  /// Steps over a separator; returns whether there was one.
  private mutating func skipSeparator() -> Bool {
    if separator == 0x20 {
      let start = offset
      skipSpaces()
      return offset > start && !isAtLineEnd
    }
    if text[offset] != separator { return false }
    offset += 1
    return true
  }

  private mutating func skipLineEnd() {
    if text[offset] == 0x0D, offset < end, text[offset + 1] == 0x0A { offset += 1 }
    offset += 1
    line += 1
    lineStart = offset
  }

  private mutating func skipField() {
    if text[offset] == 0x22 { return _ = readField() }
    while !isAtFieldEnd { offset += 1 }
  }

  private var separatorName: String {
    switch separator {
    case 0x20: "a blank"
    case 0x09: "a tab"
    default: "\"\(Character(Unicode.Scalar(separator)))\""
    }
  }

  /// The bytes of a field without spaces and quotation marks around it (RFC 4180, section 2).
  private mutating func readField() -> (content: [UInt8], isQuoted: Bool) {
    if text[offset] == 0x22 { return (readQuoted(), true) }
    let start = offset
    while !isAtFieldEnd { offset += 1 }
    var last = offset
    while last > start, text[last - 1] == 0x20 || text[last - 1] == 0x09 { last -= 1 }
    return (Array(text[start..<last]), false)
  }

  private mutating func readQuoted() -> [UInt8] {
    var content: [UInt8] = []
    let opening = Place(offset: offset, line: line, lineStart: lineStart)
    offset += 1
    while offset < end {
      let byte = text[offset]
      if byte == 0x22 {
        offset += 1
        if text[offset] != 0x22 {
          skipPadding()
          if !isAtFieldEnd {
            report("expected \(separatorName) behind the closing quotation mark", at: offset)
            while !isAtFieldEnd { offset += 1 }
          }
          return content
        }
      }
      content.append(byte)
      offset += 1
      if byte == 0x0A {
        line += 1
        lineStart = offset
      }
    }
    add("this quotation mark is not closed", at: opening)
    return content
  }

  // MARK: Mistakes

  /// A place from which a column number can be found later, if it is needed at all.
  private struct Place {
    var offset: Int
    var line: Int
    var lineStart: Int
  }

  /// Records a mistake on the current line.
  private mutating func report(_ message: String, at offset: Int) {
    add(message, at: Place(offset: offset, line: line, lineStart: lineStart))
  }

  private mutating func add(_ message: String, at place: Place) {
    guard mistakes.count < DataFileError.limit else { return omitted += 1 }
    let column = column(of: place.offset, lineStart: place.lineStart)
    add(.init(message, line: place.line, column: column))
  }

  private mutating func add(_ mistake: DataFileError.Mistake) {
    guard mistakes.count < DataFileError.limit else { return omitted += 1 }
    mistakes.append(mistake)
  }

  /// The column of a byte, in scalars.
  private func column(of offset: Int, lineStart: Int) -> Int {
    text[min(lineStart, offset)..<offset].count { $0 & 0xC0 != 0x80 } + 1
  }

  private func isNumber(_ content: [UInt8]) -> Bool {
    number(content) != nil
  }

  private func isNotFinite(_ content: [UInt8]) -> Bool {
    let word = content.drop { $0 == 0x2B || $0 == 0x2D }.prefix(9)
    return ["nan", "inf", "infinity"].contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  /// Text of the file as an error message shows it: in one line, and not too long.
  private func shown(_ bytes: some Collection<UInt8>) -> String {
    let scalars = String(decoding: bytes.prefix(160), as: UTF8.self).unicodeScalars
    let safe = scalars.prefix(40).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(safe)) + (scalars.count > 40 ? "…" : "")
  }
}
