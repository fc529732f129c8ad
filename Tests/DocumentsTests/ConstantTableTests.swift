import AutoDiff
import Testing

@testable import Documents

@Suite struct ConstantTableTests {
  private let known = [
    ExpressionScope.KnownNumber("speed_of_light", 299_792_458, unit: "m/s", "in vacuum")
  ]

  private func table(_ text: String) throws -> (table: ConstantTable, messages: [String]) {
    var diagnostics = Diagnostics(file: "run.json")
    let node = try #require(JSON.parse(text, &diagnostics))
    let reader = try #require(
      ObjectReader(node, describedAs: "\"constants\"", &diagnostics))
    let table = ConstantTable.read(reader, known: known, &diagnostics)
    return (table, diagnostics.sorted.map(\.description))
  }

  @Test func constantsReferToEachOtherInAnyOrder() throws {
    let (table, messages) = try table(
      """
      {"a": "2 * b", "b": "c + 1", "c": 3, "d": "speed_of_light / 1e8", "e": "a + b + c"}
      """)
    #expect(messages.isEmpty)
    #expect(table.values == [8, 4, 3, 2.99792458, 15])
    #expect(table.constants.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(table.constants[4].dependsOn == [0, 1, 2])
  }

  @Test func otherValuesOfIndependentConstantsChangeTheirDependents() throws {
    let (table, _) = try table("{\"a\": \"2 * b\", \"b\": \"c^2\", \"c\": 3}")
    #expect(table.values(replacing: [2: 5.0]) == [50, 25, 5])
    #expect(table.values(replacing: [:] as [Int: Double]) == table.values)
    let derivatives = table.values(replacing: [2: Dual<1, Double>(3, variable: 0)])
    #expect(derivatives.map { $0.tangent[0] } == [12, 6, 1])
  }

  @Test func onlyIndependentConstantsCanBeVaried() throws {
    let (table, _) = try table("{\"f\": \"2 * kq\", \"kq\": 3, \"angle\": \"pi / 8\"}")
    #expect(try table.independentPlace(of: "kq") == 1)
    #expect(try table.independentPlace(of: "angle") == 2)
    #expect(
      throws: ConstantMistake(
        "the constant \"f\" is an expression of \"kq\", and cannot be varied by itself")
    ) { try table.independentPlace(of: "f") }
    #expect(
      throws: ConstantMistake(
        "there is no constant \"angel\"; there are: f, kq, angle; did you mean \"angle\"?")
    ) { try table.independentPlace(of: "angel") }
    #expect(throws: ConstantMistake("there is no constant \"kq\"; there are none")) {
      try ConstantTable().independentPlace(of: "kq")
    }
  }

  @Test func cyclesAreReportedWithTheirPath() throws {
    let (_, messages) = try table(
      "{\"a\": \"b + 1\", \"b\": \"2*c\",\n \"c\": \"1 + a\", \"d\": \"a\", \"e\": \"e\", \"f\": 1}"
    )
    #expect(
      messages == [
        "run.json:2:12: constant \"a\" depends on itself: \"a\" → \"b\" → \"c\" → \"a\"",
        "run.json:2:32: constant \"e\" depends on itself: \"e\" → \"e\"",
      ])
  }

  @Test func mistakesStandWhereTheyAre() throws {
    let (table, messages) = try table(
      """
      {"kq": "2 *", "sin": 1, "pi": 3, "2a": 1, "u": true, "w": "kq + 1", "x": "1/0", "y": "x",
       "é": "\\u0032 + \\"", "z": NaN, "speed_of_light": 1}
      """)
    #expect(
      messages == [
        "run.json:1:12: constant \"kq\": expected a number, a name or \"(\", "
          + "found the end of the expression",
        "run.json:1:15: \"sin\" is a function; name the constant otherwise",
        "run.json:1:25: \"pi\" is a known constant, 3.141592653589793; name this one otherwise",
        "run.json:1:34: \"2a\" cannot be a constant's name: that is a letter, then letters, "
          + "digits, \"_\" and \".\"",
        "run.json:1:48: constant \"u\": expected a number or an expression, found true",
        "run.json:1:76: constant \"x\": the expression \"1/0\" has no finite value",
        "run.json:2:17: constant \"é\": expected a number, a name or \"(\", found \"\"\"",
        "run.json:2:27: NaN is not a number in JSON; expected a finite number",
        "run.json:2:32: \"speed_of_light\" is a known constant, 299792458; "
          + "name this one otherwise",
      ])
    #expect(table.values[5].isNaN && table.values[7].isNaN)
  }

  @Test func aLongChainOfConstantsIsEvaluated() throws {
    // Recursion along it would overflow the stack.
    let chain = (1..<50_000).map { "\"k\($0)\": \"k\($0 + 1) + 1\"" }.joined(separator: ",")
    let (table, messages) = try table("{\(chain), \"k50000\": 0}")
    #expect(messages.isEmpty)
    #expect(table.values[0] == 49_999)
  }

  @Test func expressionsStandInThePlaceOfNumbers() throws {
    var diagnostics = Diagnostics(file: "run.json")
    let (table, _) = try table("{\"kq\": 103.5, \"n\": 3}")
    let node = try #require(
      JSON.parse(
        """
        {"k1": "-kq", "steps": "n + 1", "v": [1, "kq/2", "n"], "o": {"x": "n^2"},
         "bad": "kq +", "low": "1 - n", "half": "n / 2", "w": ["\\u0031", "x"], "l": ["kq", "n"]}
        """, &diagnostics))
    var reader = try #require(
      ObjectReader(node, describedAs: "Quadrupole \"q1\"", constants: table, &diagnostics))
    #expect(reader.number("k1", &diagnostics) == -103.5)
    #expect(reader.integer("steps", &diagnostics) == 4)
    #expect(reader.numbers("v", count: 3, &diagnostics) == [1, 51.75, 3])
    #expect(reader.strings("l", &diagnostics) == ["kq", "n"])
    #expect(reader.expressions.map(\.key) == ["k1", "steps", "v", "v"])
    #expect(reader.expressions.map(\.index) == [nil, nil, 1, 2])
    #expect(reader.expressions[2].expression.text == "kq/2")
    var inner = try #require(reader.object("o", describedAs: "\"o\"", &diagnostics))
    #expect(inner.number("x", &diagnostics) == 9)
    #expect(!diagnostics.hasErrors)
    #expect(reader.number("bad", &diagnostics) == nil)
    #expect(reader.number("low", in: 0...1, &diagnostics) == nil)
    #expect(reader.integer("half", &diagnostics) == nil)
    #expect(reader.numbers("w", &diagnostics) == nil)
    #expect(
      diagnostics.sorted.map(\.description) == [
        "run.json:2:14: Quadrupole \"q1\", \"bad\": expected a number, a name or \"(\", "
          + "found the end of the expression",
        "run.json:2:24: Quadrupole \"q1\", \"low\": expected a number from 0 to 1, "
          + "found \"1 - n\", which is -2",
        "run.json:2:41: Quadrupole \"q1\", \"half\": expected an integer below 2⁵³ in magnitude, "
          + "found \"n / 2\", which is 1.5",
        "run.json:2:67: Quadrupole \"q1\", \"w\": there is no constant \"x\"; "
          + "there are: kq, n, pi, speed_of_light",
      ])
  }

  @Test func placesInsideStringsCountEscapes() throws {
    var diagnostics = Diagnostics(file: "run.json")
    let text = #"["ab", "a\u00e9b\n\ud83d\ude00c", "é\"x"]"#
    guard case .array(let nodes) = JSON.parse(text, &diagnostics)?.value else {
      Issue.record("not read")
      return
    }
    func columns(_ node: JSONNode, _ count: Int) -> [Int] {
      (0..<count).map { node.position(ofScalar: $0).column }
    }
    #expect(columns(nodes[0], 3) == [3, 4, 5])
    #expect(columns(nodes[1], 7) == [9, 10, 16, 17, 19, 31, 32])
    #expect(columns(nodes[2], 4) == [36, 37, 39, 40])
  }
}
