import Testing

@testable import Documents

@Suite struct JSONTextTests {
  @Test func membersKeepTheirOrder() {
    let text: JSONText = [
      "zeta": 1, "alpha": 0.1, "name": "q\("1")", "on": true, "none": nil, "list": [1, 2.5],
      "empty": [:], "nested": ["a": ["b": []]],
    ]
    #expect(
      text.pretty == """
        {
          "zeta": 1,
          "alpha": 0.1,
          "name": "q1",
          "on": true,
          "none": null,
          "list": [1, 2.5],
          "empty": {},
          "nested": {
            "a": {"b": []}
          }
        }

        """)
    #expect(
      text.line == "{\"zeta\": 1, \"alpha\": 0.1, \"name\": \"q1\", \"on\": true, \"none\": null, "
        + "\"list\": [1, 2.5], \"empty\": {}, \"nested\": {\"a\": {\"b\": []}}}")
  }

  @Test func whatIsNotFiniteIsNull() {
    #expect(
      JSONText.numbers([.nan, .infinity, -.infinity, -0.0, 1e-5]).line
        == "[null, null, null, -0.0, 1e-05]")
  }

  @Test func stringsAreEscaped() {
    #expect(JSONText.string("a\"\\\n\t\u{1}é/").line == "\"a\\\"\\\\\\n\\t\\u0001é/\"")
  }

  @Test func aWrittenDocumentIsReadBack() {
    let text: JSONText = [
      "a\n\"": .array((0..<40).map { .integer($0 * 12_345) }),
      "b": .object((0..<30).map { ("key \($0)", JSONText.string("v\u{7F}😀\r")) }),
      "c": [[1.5, 2.25], [[:], [nil]]],
    ]
    for written in [text.pretty, text.line] {
      let reading = Reading(written)
      #expect(reading.messages.isEmpty)
      #expect(reading.line == text.line)
    }
  }
}
