import Foundation
import Support
import Testing

@testable import DataFiles

@Suite struct CSVTests {
  private func table(
    _ text: String, columns: (String) -> Bool = { _ in true },
    mayBeEmpty: (String) -> Bool = { _ in false }
  ) throws -> CSVFile {
    try CSVFile.parse(
      Array(text.utf8), path: "t.csv", columns: columns, mayBeEmpty: mayBeEmpty)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func lineEndsSpacesQuotesAndEmptyLinesAtTheEndAreAccepted(lineEnd: String) throws {
    let lines = [
      "\u{FEFF} x ,\"a \"\"b\"\", c\",\ty", " 1 , -2.5e3,.5", "+3,\"4\",5.", "", " ", "",
    ]
    let table = try table(lines.joined(separator: lineEnd))
    #expect(table.columns == ["x", "a \"b\", c", "y"])
    #expect(table.rowCount == 2)
    #expect(table.values(of: "x") == [1, 3])
    #expect(table.values(of: "a \"b\", c") == [-2500, 4])
    #expect(table.values(of: "y") == [0.5, 5])
    #expect(table.values(of: "z") == nil)
  }

  /// Each spelling of the same table, exactly.
  @Test(arguments: [
    "# x,y\n1.5,-2e-3\n3,4\n", "#x,y\r\n1.5,-2e-3\r\n3,4\r\n",
    "# made by hand\n# twice, with commas\n# x,y\n1.5,-2e-3\n3,4\n",
    "# made by hand\nx,y\n1.5,-2e-3\n3,4\n# the end\n", "\u{FEFF}# x y\n1.5 -2e-3\n3 4\n",
    "x;y\n1.5;-2e-3\n3;4\n", "x;y\n1,5;-2e-3\n3;4\n", "x ; y\n 1,5 ; -2,0e-3 \n3;4",
    "x\ty\n1.5\t-2e-3\n3\t4\n", "x\ty\n1,5\t-2e-3\n3\t4\n",
    "  x   y\n  1.5  -2e-3  \n  3     4\n\n", "\"x\" \"y\"\n\"1.5\" -2e-3\n3\t4\n",
    "x,y\n1.5D0,-2.0D-3\n0.3d+01,4D0\n", "x,y\n0.15E+1,-0.0002d1\n3,4\n",
  ])
  func tablesOfOtherProgramsAreRead(_ text: String) throws {
    let table = try table(text)
    #expect(table.columns == ["x", "y"])
    #expect(table.values(of: "x") == [1.5, 3])
    #expect(table.values(of: "y") == [-2e-3, 4])
  }

  @Test func exponentsOfThreeDigitsNeedNoLetter() throws {
    let table = try table("x,y\n1.5-103,-2.+101\n1.5D-103,-2D101\n")
    #expect(table.values(of: "x") == [1.5e-103, 1.5e-103])
    #expect(table.values(of: "y") == [-2e101, -2e101])
    #expect(throws: DataFileError.self) { try self.table("x\n2026-101\n") }
    #expect(throws: DataFileError.self) { try self.table("x\n1.5-1030\n") }
  }

  @Test func aNameMayHoldBlanks() throws {
    let table = try table("my weight\n1\n2\n")
    #expect(table.values(of: "my weight") == [1, 2])
  }

  @Test(arguments: ["x,y", "x,y\n", "x,y\r\n\r\n"])
  func aTableMayHaveNoRows(text: String) throws {
    let table = try table(text)
    #expect(table.rowCount == 0)
    #expect(table.values(of: "y") == [])
  }

  @Test func theLastLineNeedsNoLineEnd() throws {
    #expect(try table("x\n1\n2").values(of: "x") == [1, 2])
  }

  @Test func columnsThatAreNotWantedMayHoldAnyText() throws {
    let table = try table(
      "x,name,y\n1,drift,2\n3,\"a, \"\"b\"\"\nc\",4\n5,,6\n", columns: { $0 != "name" })
    #expect(table.values(of: "x") == [1, 3, 5])
    #expect(table.values(of: "y") == [2, 4, 6])
    #expect(table.values(of: "name") == nil)
    #expect(table.columns == ["x", "name", "y"])
  }

  @Test func anEmptyFieldIsNaNWhereTheCallerSaysSo() throws {
    let table = try table("x,y\n,1\n 2,\"\"\n", mayBeEmpty: { _ in true })
    #expect(table.values(of: "x")?.map(\.isNaN) == [true, false])
    #expect(table.values(of: "y")?.map(\.isNaN) == [false, true])
  }

  static let mistakes: [(String, String)] = [
    ("", "t.csv:1:1: the file is empty; expected the names of the columns"),
    ("\nx\n1", "t.csv:1:1: the first line is empty; expected the names of the columns"),
    ("1,2\n3,4\n", "t.csv:1:1: expected the names of the columns, found the number 1"),
    ("x,,y\n", "t.csv:1:3: column 2 has no name"),
    ("é,x, x\n", "t.csv:1:6: the column name \"x\" stands twice"),
    (
      "x;y\n1,5;2.5\n",
      "t.csv:2:1: a comma stands in this number, and a point in that of line 2; write all numbers "
        + "with points, and without marks between thousands"
    ),
    (
      "x,y\n1,5,2,5\n",
      "t.csv:2:4: line 2 has 4 fields, the header has 2; with decimal commas, separate fields by "
        + "semicolons"
    ),
    (
      "x\n1\n# a row less\n2\n",
      "t.csv:3: line 3 is a comment; those stand above the names of the columns and at the end"
    ),
    ("# x;y\n1;2;3\n", "t.csv:2:4: line 2 has 3 fields, the header has 2"),
    (
      "x\n****\n",
      "t.csv:2:1: expected a number, found \"****\": Fortran's sign for one that did not fit its "
        + "format; write it with more places"
    ),
    ("x,y\n1,2\n3\n", "t.csv:3:2: line 3 has 1 field, the header has 2"),
    (
      "x,y\n1,2,3,4\n",
      "t.csv:2:4: line 2 has 4 fields, the header has 2; with decimal commas, separate fields by semicolons"
    ),
    ("x,y\n1,2,\n", "t.csv:2:4: line 2 has 3 fields, the header has 2"),
    ("x,y\n1,abc\n", "t.csv:2:3: expected a number, found \"abc\""),
    ("x,y\n1,1 2\n", "t.csv:2:3: expected a number, found \"1 2\""),
    ("x,y\n1,2.5e\n", "t.csv:2:3: expected a number, found \"2.5e\""),
    ("x,y\n1,0x10\n", "t.csv:2:3: expected a number, found \"0x10\""),
    ("x,y\n1,.\n", "t.csv:2:3: expected a number, found \".\""),
    ("x,y\n1,-\n", "t.csv:2:3: expected a number, found \"-\""),
    ("x,y\n1,nan\n", "t.csv:2:3: nan is not accepted; expected a finite number"),
    ("x,y\n1,-Inf\n", "t.csv:2:3: -Inf is not accepted; expected a finite number"),
    ("x,y\n1,1e999\n", "t.csv:2:3: 1e999 is too large for a double (the largest is 1.8e308)"),
    ("x,y\n1,\n", "t.csv:2:3: expected a number in column \"y\", found an empty field"),
    ("x,y\n1,\"2\n", "t.csv:2:3: this quotation mark is not closed"),
    ("x,y\n1,\"2\"3\n", "t.csv:2:6: expected \",\" behind the closing quotation mark"),
    ("x,y\n\n1,2\n", "t.csv:2: line 2 is empty; empty lines stand only at the end"),
    ("x,y\n1,é\u{1}\n", "t.csv:2:3: expected a number, found \"é\u{FFFD}\""),
  ]

  @Test(arguments: mistakes)
  func aMistakeIsNamedAtItsPlace(text: String, message: String) throws {
    let thrown = #expect(throws: DataFileError.self) { try table(text) }
    let first = thrown?.description.split(separator: "\n").first.map(String.init)
    #expect(first == message)
  }

  @Test func severalMistakesAreListedAndTheRestIsCounted() throws {
    let rows = (1...30).map { "\($0),x\($0)" }.joined(separator: "\n")
    let thrown = #expect(throws: DataFileError.self) { try table("a,b\n" + rows) }
    let error = try #require(thrown)
    #expect(error.mistakes.count == DataFileError.limit)
    #expect(error.mistakes.map(\.line) == (2...21).map { $0 })
    #expect(error.description.hasSuffix("t.csv: … and 10 more"))
  }

  @Test func aHeaderThatIsNotTextIsRefused() {
    #expect(throws: DataFileError.self) {
      try CSVFile.parse([0x78, 0x2C, 0xE9, 0x0A], path: "t.csv")
    }
    #expect(throws: DataFileError.self) {
      try CSVFile.parse([0xFF, 0xFE, 0x78, 0x00], path: "t.csv")
    }
  }

  @Test func aFileThatCannotBeOpenedIsNamed() throws {
    let thrown = #expect(throws: DataFileError.self) { try CSVFile.read("/nowhere/t.csv") }
    #expect(thrown?.description == "/nowhere/t.csv: cannot open: No such file or directory")
    let folder = try TemporaryFolder()
    let directory = #expect(throws: DataFileError.self) { try CSVFile.read(folder.path) }
    #expect(directory?.message == "cannot read: Is a directory")
  }

  @Test func aWrittenTableHasItsTextsQuotedOnlyWhereNeeded() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(to: folder.file("t.csv")) { file in
      var table = try CSVWriter(file, columns: ["s", "element", "n"])
      table.field(0.1)
      table.field("q1")
      table.field(3)
      try table.endRow()
      table.field(nil)
      table.field("a,\"b\"")
      table.field(Double.infinity)
      try table.endRow()
      table.fields([1e-5, -0.0, 1e22])
      try table.endRow()
      #expect(table.rowCount == 3)
    }
    #expect(
      try folder.text("t.csv")
        == "s,element,n\n0.1,q1,3\n,\"a,\"\"b\"\"\",\n1e-05,-0.0,1e+22\n")
  }

  @Test func anUndefinedValueInASingleColumnIsARowOfItsOwn() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(to: folder.file("t.csv")) { file in
      var table = try CSVWriter(file, columns: ["x"])
      for value in [1, nil, 2, nil] as [Double?] {
        table.field(value)
        try table.endRow()
      }
    }
    let table = try CSVFile.read(folder.file("t.csv"), mayBeEmpty: { _ in true })
    #expect(table.values(of: "x")?.map(\.isNaN) == [false, true, false, true])
  }

  @Test func wideTablesTakeLinearTime() throws {
    // One row of 2·10⁵ fields that each go the long way (empty, quoted): quadratic work would take
    // minutes, linear takes a fraction of a second.
    let count = 200_000
    let header = (0..<count).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<count).map { $0 % 2 == 0 ? "" : "\"1\"" }.joined(separator: ",")
    let time = try ContinuousClock().measure {
      let table = try table(header + "\n" + row, mayBeEmpty: { _ in true })
      #expect(table.values(of: "c199999") == [1])
    }
    #expect(time < .seconds(60))
  }
}
