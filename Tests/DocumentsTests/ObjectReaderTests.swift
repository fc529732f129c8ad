import Testing

@testable import Documents

@Suite struct ObjectReaderTests {
  /// Reads a text with a reader, and returns the messages.
  private func messages(
    _ text: String, noun: String = "parameter",
    _ read: (inout ObjectReader, inout Diagnostics) -> Void
  ) throws -> [String] {
    var diagnostics = Diagnostics(file: "lattice.json")
    let node = try #require(JSON.parse(text, &diagnostics))
    if var reader = ObjectReader(
      node, describedAs: "Quadrupole \"q1\"", keysCalled: noun, &diagnostics)
    {
      read(&reader, &diagnostics)
    }
    return diagnostics.sorted.map(\.description)
  }

  @Test func valuesOfEachKindAreRead() throws {
    let text = """
      {"x": -1.5, "n": 4, "b": true, "s": "é", "m": "exact", "v": [1, 2.5], "w": ["a"], "o": {"k": 1},
       "l": [null]}
      """
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.number("x", in: -2...0, &diagnostics) == -1.5)
      #expect(reader.integer("n", in: 1...4, &diagnostics) == 4)
      #expect(reader.boolean("b", &diagnostics) == true)
      #expect(reader.string("s", required: true, &diagnostics) == "é")
      #expect(reader.choice("m", among: ["linear", "exact"], &diagnostics) == "exact")
      #expect(reader.numbers("v", count: 2, &diagnostics) == [1, 2.5])
      #expect(reader.strings("w", &diagnostics) == ["a"])
      var inner = reader.object("o", describedAs: "\"o\"", &diagnostics)
      #expect(inner?.number("k", &diagnostics) == 1)
      #expect(reader.array("l", &diagnostics)?.count == 1)
      #expect(reader.number("missing", &diagnostics) == nil)
      #expect(reader.contains("x") && !reader.contains("missing"))
      reader.finish(&diagnostics)
    }
    #expect(messages.isEmpty)
  }

  @Test func anUnknownParameterIsRejectedByName() throws {
    let messages = try messages("{\"length\": 1,\n  \"k2\": 3}") { reader, diagnostics in
      for key in ["length", "k1", "tilt"] { _ = reader.number(key, &diagnostics) }
      reader.finish(known: ["model", "length"], &diagnostics)
    }
    #expect(
      messages == [
        "lattice.json:2:3: Quadrupole \"q1\" has no parameter \"k2\"; "
          + "it has: length, k1, tilt, model"
      ])
  }

  @Test func theNearestNameIsSuggested() throws {
    let messages = try messages("{\"lenght\": 1, \"K1\": 2}", noun: "key") { reader, diagnostics in
      for key in ["length", "k1"] { _ = reader.node(key) }
      reader.finish(&diagnostics)
    }
    #expect(
      messages == [
        "lattice.json:1:2: Quadrupole \"q1\" has no key \"lenght\"; it has: length, k1; "
          + "did you mean \"length\"?",
        "lattice.json:1:15: Quadrupole \"q1\" has no key \"K1\"; it has: length, k1; "
          + "did you mean \"k1\"?",
      ])
  }

  @Test func aValueOfAnotherKindIsNamed() throws {
    let text = """
      {"a": "abc", "b": 2.5, "c": 1, "d": null, "e": "exakt", "f": [1, "x", [2]], "g": [1], "h": [],
       "i": 3}
      """
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.number("a", &diagnostics) == nil)
      #expect(reader.integer("b", in: 1...8, &diagnostics) == nil)
      #expect(reader.boolean("c", &diagnostics) == nil)
      #expect(reader.string("d", &diagnostics) == nil)
      #expect(reader.choice("e", among: ["linear", "exact"], &diagnostics) == nil)
      #expect(reader.numbers("f", &diagnostics) == nil)
      #expect(reader.numbers("g", count: 3, &diagnostics) == nil)
      #expect(reader.object("h", describedAs: "the beam", &diagnostics) == nil)
      #expect(reader.array("i", &diagnostics) == nil)
    }
    let q = "Quadrupole \"q1\""
    #expect(
      messages == [
        "lattice.json:1:7: \(q), \"a\": expected a number, found the string \"abc\"",
        "lattice.json:1:19: \(q), \"b\": expected an integer from 1 to 8, found the number 2.5",
        "lattice.json:1:29: \(q), \"c\": expected true or false, found the number 1",
        "lattice.json:1:37: \(q), \"d\": expected a string, found null",
        "lattice.json:1:48: \(q), \"e\": expected one of linear, exact, found the string \"exakt\"; "
          + "did you mean \"exact\"?",
        "lattice.json:1:66: \(q), \"f\": expected a number, found the string \"x\"",
        "lattice.json:1:71: \(q), \"f\": expected a number, found an array",
        "lattice.json:1:82: \(q), \"g\": expected an array of 3 numbers, found 1",
        "lattice.json:1:92: expected an object for the beam, found an array",
        "lattice.json:2:7: \(q), \"i\": expected an array, found the number 3",
      ])
  }

  @Test func aMatrixIsAListOfNumbersOrOfRows() throws {
    let text = """
      {"a": [[1, 2], [3, 4]], "b": [1, 2, 3, 4], "c": [[1, 2], [3]], "d": [[1, 2], 3], "e": [[1, "x"]]}
      """
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.numbers("a", inRowsOf: 2, &diagnostics) == [1, 2, 3, 4])
      #expect(reader.numbers("b", inRowsOf: 2, &diagnostics) == [1, 2, 3, 4])
      #expect(reader.numbers("c", inRowsOf: 2, &diagnostics) == nil)
      #expect(reader.numbers("d", inRowsOf: 2, &diagnostics) == nil)
      #expect(reader.numbers("e", inRowsOf: 2, &diagnostics) == nil)
    }
    let q = "Quadrupole \"q1\""
    #expect(
      messages == [
        "lattice.json:1:58: \(q), \"c\": expected a row of 2 numbers, found 1",
        "lattice.json:1:78: \(q), \"d\": expected a row of 2 numbers, found the number 3",
        "lattice.json:1:92: \(q), \"e\": expected a number, found the string \"x\"",
      ])
  }

  @Test func aNumberOutsideItsRangeIsRefusedInWords() throws {
    let text = "{\"a\": -1, \"b\": 0, \"c\": 11, \"d\": 1e300, \"e\": 9007199254740993}"
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.number("a", in: 0...(.infinity), &diagnostics) == nil)
      #expect(
        reader.number("b", in: .leastNonzeroMagnitude ... .infinity, &diagnostics) == nil)
      #expect(reader.number("c", in: -.infinity...10, &diagnostics) == nil)
      #expect(reader.integer("d", in: 1 ... .max, &diagnostics) == nil)
      #expect(reader.integer("e", &diagnostics) == nil)
    }
    #expect(
      messages.map { $0.split(separator: ": ", maxSplits: 2).last.map(String.init) } == [
        "expected a number of at least 0, found the number -1",
        "expected a number above 0, found the number 0",
        "expected a number of at most 10, found the number 11",
        "expected an integer of at least 1, found the number 1e+300",
        "expected an integer below 2⁵³ in magnitude, found the number 9007199254740992",
      ])
  }

  @Test func aMissingKeyIsReportedAtTheObject() throws {
    let messages = try messages(" {}") { reader, diagnostics in
      #expect(reader.number("length", required: true, &diagnostics) == nil)
      #expect(reader.numbers("v", required: true, &diagnostics) == nil)
    }
    #expect(
      messages == [
        "lattice.json:1:2: Quadrupole \"q1\" needs \"length\"",
        "lattice.json:1:2: Quadrupole \"q1\" needs \"v\"",
      ])
  }

  @Test func ofAlternativesExactlyOneIsAccepted() throws {
    let text = "{\"k1\": 1, \"gradient\": 2, \"angle\": 3}"
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.exactlyOne(of: ["angle", "radius"], &diagnostics) == "angle")
      #expect(reader.exactlyOne(of: ["k1", "gradient"], &diagnostics) == nil)
      #expect(reader.exactlyOne(of: ["p", "q"], &diagnostics) == nil)
      #expect(reader.exactlyOne(of: ["p", "q"], isOptional: true, &diagnostics) == nil)
      reader.finish(&diagnostics)
    }
    #expect(
      messages == [
        "lattice.json:1:1: Quadrupole \"q1\" needs exactly one of \"p\", \"q\"",
        "lattice.json:1:11: Quadrupole \"q1\" has \"k1\" and \"gradient\"; "
          + "expected exactly one of them",
      ])
  }

  @Test func whatIsNoObjectIsRefused() throws {
    #expect(
      try messages("3") { _, _ in } == [
        "lattice.json:1:1: expected an object for Quadrupole \"q1\", found a number"
      ])
  }

  @Test func anUnreadableValueIsReportedOnlyOnce() throws {
    let text = "{\"a\": NaN, \"b\": [1e999], \"c\": abc}"
    let messages = try messages(text) { reader, diagnostics in
      #expect(reader.number("a", in: 0...1, required: true, &diagnostics) == nil)
      #expect(reader.numbers("b", &diagnostics) == nil)
      #expect(reader.object("c", describedAs: "c", &diagnostics) == nil)
    }
    #expect(messages.count == 3)
  }
}
