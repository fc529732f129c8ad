import Testing

@testable import Documents

@Suite struct DiagnosticsTests {
  @Test func entriesAreThrownInTheOrderOfTheFile() throws {
    var diagnostics = Diagnostics(file: "run.json")
    diagnostics.error("third", at: SourcePosition(line: 3, column: 1))
    diagnostics.warning("second", at: SourcePosition(line: 2, column: 40))
    diagnostics.error("first", at: SourcePosition(line: 2, column: 5))
    diagnostics.error("whole", at: nil)
    let thrown = #expect(throws: InvalidInput.self) { try diagnostics.throwIfErrors() }
    #expect(
      thrown?.description == """
        run.json: whole
        run.json:2:5: first
        run.json:2:40: warning: second
        run.json:3:1: third
        """)
  }

  @Test func warningsAloneAreNotThrown() throws {
    var diagnostics = Diagnostics(file: "run.json")
    for _ in 0..<150 { diagnostics.warning("doubtful", at: nil) }
    try diagnostics.throwIfErrors()
    #expect(!diagnostics.hasErrors)
    #expect(diagnostics.entries.count == Diagnostics.limit)
    #expect(diagnostics.sorted.last?.description == "run.json: warning: … and 50 more warnings")
  }

  @Test func aMistakeOfAWholeFileHasNoPosition() {
    #expect(InvalidInput(file: "a.json", "not found").description == "a.json: not found")
  }
}
