import AutoDiff
import Testing

@testable import Documents

@Suite struct ExpressionTests {
  private static let scope = ExpressionScope(
    variables: ["kq", "f", "q1.k1", "φ"],
    known: [.init("speed_of_light", 299_792_458, unit: "m/s", "in vacuum")])
  private static let values = [103.5, 0.25, -2, 0.5]

  private func value(_ text: String) throws -> Double {
    try Expression(text, in: Self.scope).finiteValue(Self.values)
  }

  private func mistake(_ text: String) -> ExpressionMistake? {
    do throws(ExpressionMistake) {
      _ = try Expression(text, in: Self.scope).finiteValue(Self.values)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      ("1", 1), ("-kq", -103.5), (" 2 + 3*4 ", 14), ("2*3+4", 10), ("(2+3)*4", 20), ("8/4/2", 1),
      ("8-4-2", 2), ("-2^2", -4), ("(-2)^2", 4), ("2^-1", 0.5), ("2^3^2", 512), ("2^-2^2", 0.0625),
      ("--2", 2), ("-+-+2", 2), ("2--2", 4), ("2*-3", -6), ("1e3", 1000), ("1.5E-3", 0.0015),
      ("0.1", 0.1), ("10^-3", 0.001), ("10^22", 1e22), ("3^0", 1), ("q1.k1^3", -8),
      ("q1.k1^-1", -0.5),
      ("kq * f", 25.875), ("((((kq))))", 103.5), ("min(3, 1, 2)", 1), ("max(3, kq, 2)", 103.5),
      ("abs(q1.k1)", 2), ("sqrt(16)", 4), ("hypot(3, 4)", 5), ("cbrt(0)", 0), ("φ + f", 0.75),
      ("pow(2, 0.5)^2 - 2", 4.440892098500626e-16), ("speed_of_light", 299_792_458),
      ("\t1\u{A0}", 1),
      ("1 - 2 * 3 ^ 2 / 9 + 4", 3), ("-f^2", -0.0625), ("- 3", -3), ("2^(3)", 8), ("-0", -0.0),
      ("4^0.5", 2), ("q1.k1^(1+2)", -8),
    ] as [(String, Double)])
  func expressionsHaveTheValuesOfArithmetic(text: String, expected: Double) throws {
    #expect(try value(text) == expected)
    #expect(try value(text).sign == expected.sign)
  }

  @Test func functionsAreThoseOfTheirNames() throws {
    let x = 0.5
    let expected: [(String, Double)] = [
      ("sqrt", .sqrt(x)), ("cbrt", .cbrt(x)), ("exp", .exp(x)), ("expm1", .expMinusOne(x)),
      ("log", .log(x)), ("log1p", .log(onePlus: x)), ("sin", .sin(x)), ("cos", .cos(x)),
      ("tan", .tan(x)), ("asin", .asin(x)), ("acos", .acos(x)), ("atan", .atan(x)),
      ("sinh", .sinh(x)), ("cosh", .cosh(x)), ("tanh", .tanh(x)), ("asinh", .asinh(x)),
      ("abs", x),
    ]
    for (name, value) in expected { #expect(try self.value("\(name)(φ)") == value, "\(name)") }
    #expect(try value("atan2(1, -2)") == .atan2(y: 1, x: -2))
    #expect(try value("pow(2, 0.3)") == .pow(2, 0.3))
    #expect(try value("sin(pi/6)") == .sin(.pi / 6))
    // None is left out.
    let two = ["atan2", "hypot", "pow", "min", "max"]
    #expect(Set(expected.map(\.0) + two) == Set(ExpressionFunction.names))
  }

  @Test func evaluationIsGenericOverTheScalar() throws {
    let expression = try Expression("sin(kq * f)^2 / (1 + φ^2) - max(f, q1.k1)", in: Self.scope)
    let values = [1.5, 0.25, -2, 0.5]
    let duals = values.enumerated().map { Dual<4, Double>($0.element, variable: $0.offset) }
    let result = expression.value(duals)
    #expect(result.value == expression.value(values))
    let (s, c) = (Double.sin(0.375), Double.cos(0.375))
    let expected: [Double] = [
      2 * s * c * 0.25 / 1.25, 2 * s * c * 1.5 / 1.25 - 1, 0, -s * s / 1.5625,
    ]
    // Up to ten roundings of numbers below 1.
    for i in 0..<4 { #expect((result.tangent[i] - expected[i]).magnitude < 10 * 0x1p-53) }
    let tape = Tape()
    let variables = values.map { tape.variable($0) }
    tape.runBackward(from: expression.value(variables))
    for i in 0..<4 {
      #expect((tape.adjoint(of: variables[i]) - expected[i]).magnitude < 10 * 0x1p-53)
    }
  }

  @Test func wholeExponentsAreProducts() throws {
    let expression = try Expression("kq^3 + kq^-2", in: Self.scope)
    let x = Dual<1, Double>(-1.5, variable: 0)
    let result = expression.value([x, x, x, x])
    #expect(result.value == -1.5 * -1.5 * -1.5 + 1 / (1.5 * 1.5))
    #expect(result.tangent[0] == 3 * 2.25 + 2 / 3.375)
  }

  @Test func variablesAreReferredToOnceEach() throws {
    let expression = try Expression("kq + f * kq - φ", in: Self.scope)
    #expect(expression.references.map(\.place) == [0, 1, 3])
    #expect(expression.references.map(\.offset) == [0, 5, 14])
  }

  @Test(arguments: [
    ("", 0, "expected a number or an expression, found an empty string"),
    ("  ", 0, "expected a number or an expression, found an empty string"),
    ("kq *", 4, "expected a number, a name or \"(\", found the end of the expression"),
    ("2 kq", 2, "expected an operator, found \"kq\"; a product is written with \"*\""),
    ("2(3)", 1, "expected an operator, found \"(\"; a product is written with \"*\""),
    ("2 ** 3", 3, "expected a number, a name or \"(\", found \"*\"; a power is written with \"^\""),
    ("3 − 2", 2, "expected an operator, found \"−\"; minus is written \"-\""),
    ("(1 + 2", 0, "this \"(\" is not closed"),
    ("sin(1", 3, "this \"(\" is not closed"),
    ("(1 ; 2)", 3, "expected an operator or \")\", found \";\""),
    ("1)", 1, "expected an operator, found \")\""),
    ("1 < 2", 2, "expected an operator, found \"<\"; there are no comparisons"),
    ("sin", 0, "\"sin\" is a function: its argument stands in parentheses"),
    (
      "kq(2)", 2,
      "\"kq\" is a constant, not a function; a product is written with \"*\""
    ),
    (
      "1 + sinn(2)", 4,
      "there is no function \"sinn\"; there are: sqrt, cbrt, exp, expm1, log, log1p, sin, cos, tan, "
        + "asin, acos, atan, sinh, cosh, tanh, asinh, abs, atan2, hypot, pow, min, max; "
        + "did you mean \"sin\"?"
    ),
    (
      "2 * q1.k2k", 4,
      "there is no constant \"q1.k2k\"; there are: kq, f, q1.k1, φ, pi, speed_of_light; "
        + "did you mean \"q1.k1\"?"
    ),
    ("sin(1, 2)", 0, "sin takes 1 argument, found 2"),
    ("1 + atan2(1)", 4, "atan2 takes 2 arguments, found 1"),
    ("min(1)", 0, "min takes at least 2 arguments, found 1"),
    ("sin()", 4, "expected a number, a name or \"(\", found \")\""),
    (".5", 0, "a digit stands before the point"),
    ("1 + 5.", 6, "a digit stands behind the point"),
    ("007", 0, "a number has no leading zero"),
    ("1e", 2, "digits stand behind the e"),
    ("1e999", 0, "1e999 is too large for a double (the largest is 1.8e308)"),
    ("1 + 2/(f - 0.25)", 5, "the expression \"1 + 2/(f - 0.25)\" has no finite value"),
    ("sqrt(-kq)", 0, "the expression \"sqrt(-kq)\" has no finite value"),
    ("1/exp(1000)", 2, "the expression \"1/exp(1000)\" has no finite value"),
    ("10^400", 2, "the expression \"10^400\" has no finite value"),
  ])
  func mistakesAreNamedWithTheirPlace(text: String, offset: Int, message: String) {
    #expect(mistake(text) == ExpressionMistake(message, at: offset))
  }

  @Test func nestingIsBounded() throws {
    for (open, close) in [("(", ")"), ("sin(", ")"), ("1^", ""), ("-(", ")")] {
      let deep =
        String(repeating: open, count: 1_000_000) + "1"
        + String(repeating: close, count: 1_000_000)
      #expect(mistake(deep)?.message == "the expression is nested deeper than 100 levels")
      let shallow =
        String(repeating: open, count: 98) + "0"
        + String(repeating: close, count: 98)
      #expect(mistake(shallow) == nil)
    }
    // What is long without being deep is read, in linear time.
    #expect(try value(String(repeating: "1+", count: 200_000) + "1") == 200_001)
    #expect(try value(String(repeating: "-", count: 200_000) + "1") == 1)
  }

  @Test func aNameIsALetterAndWhatMayFollow() {
    for name in ["k", "k1", "q1.k1", "_x", "φ", "éa", "a__.1"] {
      #expect(Expression.isName(name), "\(name)")
    }
    for name in ["", "1k", ".k", "a b", "a-b", "a+", " a", "a\n"] {
      #expect(!Expression.isName(name), "\(name)")
    }
  }
}
