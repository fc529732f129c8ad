import Support
import Testing

@testable import Documents

@Suite struct JSONMistakeTests {
  /// A text, and the first message that it must give.
  static let mistakes: [(String, String)] = [
    ("", "f:1:1: the file is empty; expected a JSON value"),
    ("\n // only this\n", "f:3:1: the file holds no JSON value"),
    ("{} x", "f:1:4: expected the end of the file after its value, found \"x\""),
    ("1 2", "f:1:3: expected the end of the file after its value, found \"2\""),
    ("\"abc", "f:1:1: this string is not closed on its line"),
    ("[\"abc\n\"]", "f:1:2: this string is not closed on its line"),
    ("\"abc\\", "f:1:1: this string is not closed on its line"),
    ("[1, /* x", "f:1:5: this comment is not closed by \"*/\""),
    ("[1, /*/", "f:1:5: this comment is not closed by \"*/\""),
    ("[1 / 2]", "f:1:4: a comment starts with \"//\" or \"/*\", not with a single \"/\""),
    (
      "[1,",
      "f:1:4: expected a value or \"]\", found the end of the file; the array that begins at 1:1 is not closed"
    ),
    (
      "\n{\"a\": 1",
      "f:2:8: expected \",\" or \"}\", found the end of the file; the object that begins at 2:1 is not closed"
    ),
    ("{\"a\": 1]", "f:1:8: expected \",\" or \"}\", found \"]\""),
    ("[1}", "f:1:3: expected \",\" or \"]\", found \"}\""),
    ("{\"a\" 1}", "f:1:6: expected \":\" after the key \"a\", found \"1\""),
    ("{\"a\" = 1}", "f:1:6: expected \":\" after the key \"a\", found \"=\""),
    ("{\"a\"}", "f:1:5: expected \":\" after the key \"a\", found \"}\""),
    ("{\"a\": }", "f:1:7: expected a value, found \"}\""),
    ("{1: 2}", "f:1:2: expected a key or \"}\", found \"1\""),
    ("{a: 2}", "f:1:2: keys stand in double quotation marks: \"a\""),
    ("['a']", "f:1:2: strings stand in double quotation marks, not in single ones"),
    ("[,1]", "f:1:2: expected a value, found \",\""),
    ("{,}", "f:1:2: expected a key, found \",\""),
    ("[1 2]", "f:1:4: expected \",\" or \"]\", found \"2\""),
    ("{\"a\": 1 \"b\": 2}", "f:1:9: expected \",\" or \"}\", found a string"),
    ("NaN", "f:1:1: NaN is not a number in JSON; expected a finite number"),
    ("-Infinity", "f:1:1: -Infinity is not a number in JSON; expected a finite number"),
    ("inf", "f:1:1: inf is not a number in JSON; expected a finite number"),
    ("1e999", "f:1:1: 1e999 is too large for a double (the largest is 1.8e308)"),
    ("-1e400", "f:1:1: -1e400 is too large for a double (the largest is 1.8e308)"),
    ("01", "f:1:1: 01 is not a number: leave out the leading zero"),
    ("-012", "f:1:1: -012 is not a number: leave out the leading zero"),
    ("+1", "f:1:1: +1 is not a number: leave out the \"+\""),
    (".5", "f:1:1: .5 is not a number: a digit stands before the point"),
    ("5.", "f:1:1: 5. is not a number: a digit stands behind the point"),
    ("5.e3", "f:1:1: 5.e3 is not a number: a digit stands behind the point"),
    ("1e", "f:1:1: 1e is not a number: digits stand behind the e"),
    ("1e+", "f:1:1: 1e+ is not a number: digits stand behind the e"),
    ("0x10", "f:1:1: 0x10 is not a number"),
    ("1.2.3", "f:1:1: 1.2.3 is not a number"),
    ("-", "f:1:1: - is not a number"),
    ("12mm", "f:1:1: 12mm is not a number"),
    ("True", "f:1:1: True is written in small letters in JSON: true"),
    ("yes", "f:1:1: expected a value, found \"yes\"; strings stand in double quotation marks"),
    ("[€]", "f:1:2: expected a value, found the character U+20AC"),
    ("[\u{0}]", "f:1:2: expected a value, found the character U+0000"),
    ("\"a\tb\"", "f:1:3: control character in a string; write \\t"),
    ("\"a\u{1}b\"", "f:1:3: control character in a string; write \\u0001"),
    ("\"é\\x\"", "f:1:3: \\x is no escape of JSON; a backslash itself is written \\\\"),
    ("\"\\u12g4\"", "f:1:2: \\u must be followed by four hexadecimal digits"),
    ("\"\\u12", "f:1:1: this string is not closed on its line"),
    ("\"\\ud800\"", "f:1:2: \\uD800 is one half of a surrogate pair without the other"),
    ("\"\\ud800\\u0041\"", "f:1:2: \\uD800 is one half of a surrogate pair without the other"),
    ("\"\\udc00\"", "f:1:2: \\uDC00 is one half of a surrogate pair without the other"),
    (
      "{\"a\": 1,\n \"b\": 2, \"a\": 3}",
      "f:2:10: the key \"a\" stands twice in this object; first at 1:2"
    ),
  ]

  @Test(arguments: mistakes)
  func aMistakeIsNamedAtItsPlace(text: String, message: String) {
    #expect(Reading(text).messages.first == message)
  }

  @Test func severalMistakesAreListedTogether() {
    let reading = Reading(
      """
      {
        "a": 01,
        "b": [1 2, , NaN],
        "c": {"d": 1 "d": 2},
        e: "\\q",
        "f": 1e999
      """)
    #expect(
      reading.messages.map { $0.prefix(6) } == [
        "f:2:8:", "f:3:11", "f:3:14", "f:3:16", "f:4:16", "f:4:16", "f:5:3:", "f:5:7:", "f:6:8:",
        "f:6:13",
      ])
    #expect(reading.node == nil)
  }

  @Test func afterARemediableMistakeThereIsAValue() {
    let reading = Reading("{\"a\": 1 \"b\": NaN, \"a\": True}")
    #expect(reading.line == "{\"a\": 1, \"b\": null}")
    #expect(reading.messages.count == 4)
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], "f:1:2: the byte 0xFF is not valid UTF-8; save the file as UTF-8"),
      // Latin-1 é after a line with a two-byte scalar
      (
        [0x22, 0xC3, 0xA9, 0x22, 0x0A, 0x20, 0xE9, 0x22],
        "f:2:2: the byte 0xE9 is not valid UTF-8; save the file as UTF-8"
      ),
      // an overlong form, a surrogate, a scalar beyond U+10FFFF, a scalar cut off
      ([0xC0, 0x80], "f:1:1: the byte 0xC0 is not valid UTF-8; save the file as UTF-8"),
      ([0xED, 0xA0, 0x80], "f:1:1: the byte 0xED is not valid UTF-8; save the file as UTF-8"),
      (
        [0xF4, 0x90, 0x80, 0x80], "f:1:1: the byte 0xF4 is not valid UTF-8; save the file as UTF-8"
      ),
      ([0x22, 0xE2, 0x82], "f:1:2: the byte 0xE2 is not valid UTF-8; save the file as UTF-8"),
      ([0xFF, 0xFE, 0x7B, 0x00], "f:1:1: the file is in UTF-16; save it as UTF-8"),
    ] as [([UInt8], String)])
  func aTextThatIsNotUTF8IsRefusedAtItsPlace(bytes: [UInt8], message: String) {
    #expect(Reading(bytes).messages == [message])
  }

  @Test func theValidatorAgreesWithTheStandardLibrary() {
    // Independent check: String(validating:as:) on random short byte strings.
    var generator = SeededGenerator(seed: 9)
    let leads: [UInt8] = [0x41, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0x80]
    for _ in 0..<50_000 {
      let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { index in
        index % 3 == 0
          ? leads.randomElement(using: &generator) ?? 0
          : UInt8.random(in: 0x70...0xC8, using: &generator)
      }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      #expect((JSONScanner(bytes).encodingMistake() == nil) == isValid, "\(bytes)")
    }
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
  func aMillionBracketsFailFastWithOneMessage(opening: String) {
    let clock = ContinuousClock()
    let time = clock.measure {
      let reading = Reading(String(repeating: opening, count: 1_000_000))
      #expect(reading.messages.count == 1)
      #expect(
        reading.messages.first?.hasSuffix("nested deeper than 256 levels") == true)
    }
    #expect(time < .seconds(30))  // milliseconds in fact; quadratic work would take hours
  }

  @Test func veryManyMistakesAreCountedInOneLine() {
    let reading = Reading("[" + String(repeating: "NaN ", count: 1_000) + "]")
    #expect(reading.messages.count == Diagnostics.limit + 1)
    // 1000 words and 999 missing commas, less the 100 that are shown
    #expect(reading.messages.last == "f: … and 1899 more errors")
  }

  @Test func aLongWordIsCutInItsMessage() {
    let reading = Reading(String(repeating: "x", count: 100_000))
    #expect((reading.messages.first?.count ?? 0) < 200)
  }
}
