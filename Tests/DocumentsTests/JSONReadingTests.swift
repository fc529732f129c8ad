import Support
import Testing

@testable import Documents

@Suite struct JSONReadingTests {
  @Test(arguments: [
    ("null", "null"), (" true ", "true"), ("false", "false"), ("-0.5e1", "-5"), ("\"\"", "\"\""),
    ("[]", "[]"), ("{}", "{}"), ("[1,[2,[3]],{\"a\":[]}]", "[1, [2, [3]], {\"a\": []}]"),
    ("{\"b\":1,\"a\":{\"c\":null}}", "{\"b\": 1, \"a\": {\"c\": null}}"),
  ])
  func eachKindOfValueIsRead(text: String, expected: String) {
    let reading = Reading(text)
    #expect(reading.line == expected)
    #expect(reading.messages.isEmpty)
  }

  @Test func commentsAndTrailingCommasAreAccepted() {
    let reading = Reading(
      "// head\n{ /* a * / b **/ \"a\": [1, 2, /**/], // one\r\n \"b\": 2, } // end")
    #expect(reading.line == "{\"a\": [1, 2], \"b\": 2}")
    #expect(reading.messages.isEmpty)
  }

  @Test func aByteOrderMarkIsSkippedAndCountsAsNoColumn() {
    let reading = Reading([0xEF, 0xBB, 0xBF] + Array("7".utf8))
    #expect(reading.node?.position == SourcePosition(line: 1, column: 1))
    #expect(reading.messages.isEmpty)
  }

  @Test func escapesAreReplacedByTheirCharacters() {
    let reading = Reading(#""a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000z""#)
    guard case .string(let text) = reading.node?.value else {
      Issue.record("no string: \(reading.messages)")
      return
    }
    #expect(text == "a\"\\/\u{8}\u{C}\n\r\té€😀\0z")
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func positionsCountLinesOfEachKindAndColumnsInScalars(lineEnd: String) {
    let lines = ["{", "\"é😀\": [\"ü\", 1],", "/* π", "*/ \"b\": 2", "}"]
    let reading = Reading(lines.joined(separator: lineEnd))
    guard case .object(let members) = reading.node?.value, members.count == 2,
      case .array(let elements) = members[0].value.value
    else {
      Issue.record("not read: \(reading.messages)")
      return
    }
    #expect(members[0].keyPosition == SourcePosition(line: 2, column: 1))
    #expect(members[0].value.position == SourcePosition(line: 2, column: 7))
    #expect(elements[1].position == SourcePosition(line: 2, column: 13))
    #expect(members[1].keyPosition == SourcePosition(line: 4, column: 4))
    #expect(members[1].value.position == SourcePosition(line: 4, column: 9))
  }

  @Test func nestingOf256LevelsIsRead() {
    let text = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
    #expect(Reading(text).messages.isEmpty)
  }

  @Test func numbersAreReadToTheNearestDouble() throws {
    // Halfway cases and extremes; the expected values are exact bit patterns.
    let cases: [(String, UInt64)] = [
      ("9007199254740993", 0x4340_0000_0000_0000),  // 2⁵³ + 1: a tie, to even
      ("9007199254740993.00000000000000000000001", 0x4340_0000_0000_0001),
      ("1.7976931348623157e308", 0x7FEF_FFFF_FFFF_FFFF),
      ("4.9406564584124654e-324", 1), ("2.4703282292062327e-324", 0),
      ("2.2250738585072011e-308", 0x000F_FFFF_FFFF_FFFF), ("1e-999", 0), ("0e999", 0),
      ("-0", 0x8000_0000_0000_0000), ("0.1", 0x3FB9_9999_9999_999A), ("1E+2", 100.0.bitPattern),
    ]
    for (text, bits) in cases {
      guard case .number(let value) = Reading(text).node?.value else {
        Issue.record("\(text) is not read")
        continue
      }
      #expect(value.bitPattern == bits, "\(text)")
    }
  }

  @Test func everyFiniteDoubleComesBackWithItsBits() {
    var generator = SeededGenerator(seed: 1)
    let values = (0..<20_000).map { _ in Double(bitPattern: generator.next()) }
      .filter(\.isFinite)
    let reading = Reading(JSONText.numbers(values).pretty)
    guard case .array(let nodes) = reading.node?.value else {
      Issue.record("not read: \(reading.messages.prefix(3))")
      return
    }
    let bits = nodes.map { node -> UInt64 in
      if case .number(let value) = node.value { return value.bitPattern }
      return 0
    }
    #expect(bits == values.map(\.bitPattern))
  }

  @Test func manyKeysAndLongLinesTakeLinearTime() {
    // 10⁵ keys and a line of 10⁶ characters with a number as long: quadratic work would take
    // minutes, linear takes well under a second; one minute allows for any machine.
    let clock = ContinuousClock()
    let keys = (0..<100_000).map { "\"k\($0)\":[\($0)]" }.joined(separator: ",")
    let long = String(repeating: "é", count: 1_000_000)
    let time = clock.measure {
      let digits = String(repeating: "7", count: 1_000_000)
      let reading = Reading("{\(keys),\"long\":\"\(long)\",\"digits\":0.\(digits)}")
      #expect(reading.messages.isEmpty)
    }
    #expect(time < .seconds(60))
  }
}
