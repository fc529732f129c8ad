import AutoDiff
import DoubleDouble
import Testing

/// The judge is judged: 32 digits against mpmath, and identities.
@Suite struct DoubleDoubleTests {
  /// Values at doubles to 33 digits by mpmath 1.3 at 60 digits.
  static let values: [(String, Double, String)] = [
    ("sin", 0.5, "4.79425538604203000273287935215571e-1"),
    ("sin", -3.0, "-1.4112000805986722210074480280811e-1"),
    ("sin", 100_000, "3.57487979720165093164705006958088e-2"),
    ("sin", 1e22, "-8.52200849767188801772705893753029e-1"),
    ("cos", 0.5, "8.7758256189037271611628158260383e-1"),
    ("cos", 3.0, "-9.89992496600445457271572794731261e-1"),
    ("cos", 12_345.678, "7.10119358716062773648715997163552e-1"),
    ("cos", 1e300, "-5.75386111957549046688244275965806e-1"),
    ("tan", 1.5, "1.41014199471717193876460836519878e+1"),
    ("tan", -0.1, "-1.00334672085450550665078502548015e-1"),
    ("asin", 1e-05, "1.00000000001666674847047058478817e-5"),
    ("asin", 0.3, "3.04692654015397496333703340286564e-1"),
    ("asin", 0.999, "1.52607123962616316811638530200678"),
    ("acos", 0.3, "1.26610367277949912289761835135319"),
    ("acos", -0.999, "3.09686756642105978734770699364653"),
    ("acos", 0.999, "4.47250871687334511149363896329716e-2"),
    ("atan", 1e-05, "9.99999999966666748471720572517528e-6"),
    ("atan", 0.7, "6.10725964389208586739113920110194e-1"),
    ("atan", -30.0, "-1.53747533091664942207517390261836"),
    ("exp", 0.001, "1.0010005001667083416888932627983"),
    ("exp", 1.0, "2.71828182845904523536028747135266"),
    ("exp", -30.5, "5.67568523263272246187278872380665e-14"),
    ("exp", 700.0, "1.01423205473500450945532959523127e+304"),
    ("expMinusOne", 1e-10, "1.00000000005000003643386398580767e-10"),
    ("expMinusOne", 0.4, "4.91824697641270350950015513353238e-1"),
    ("expMinusOne", -3.0, "-9.50212931632136057020657584349938e-1"),
    ("log", 1e-300, "-6.90775527898213705180338344570101e2"),
    ("log", 0.999, "-1.00050033358353438921046944138089e-3"),
    ("log", 3.0, "1.09861228866810969139524523692253"),
    ("log", 1e10, "2.30258509299404568401799145468436e+1"),
    ("logOnePlus", 1e-10, "9.99999999950000036435530645187605e-11"),
    ("logOnePlus", -0.4, "-5.10825623765990720212948250475547e-1"),
    ("logOnePlus", 5.0, "1.7917594692280550008124773583807"),
    ("sinh", 1e-05, "1.00000000001666674846980391812146e-5"),
    ("sinh", 0.3, "3.04520293447142607352846397871991e-1"),
    ("sinh", -50.0, "-2.59235276429353623204372666146674e+21"),
    ("cosh", 0.3, "1.04533851412886048164445463381664"),
    ("cosh", 50.0, "2.59235276429353623204372666146674e+21"),
    ("tanh", 1e-05, "9.9999999996666674847105390585095e-6"),
    ("tanh", 0.3, "2.91312612451590895658160015769399e-1"),
    ("tanh", 5.0, "9.99909204262595131210990447534473e-1"),
    ("asinh", 1e-05, "9.99999999983333415137137243274446e-6"),
    ("asinh", 0.3, "2.95673047563422428468702575296471e-1"),
    ("asinh", 1e10, "2.37189981105004021495996466683018e+1"),
    ("cbrt", 2.0, "1.25992104989487316476721060727823"),
    ("cbrt", 0.001, "1.00000000000000000693889390390723e-1"),
    ("sqrt", 2.0, "1.4142135623730950488016887242097"),
    ("sqrt", 0.1, "3.16227766016837941976973025885024e-1"),
  ]

  func evaluate(_ name: String, _ x: DoubleDouble) -> DoubleDouble? {
    switch name {
    case "sin": .sin(x)
    case "cos": .cos(x)
    case "tan": .tan(x)
    case "asin": .asin(x)
    case "acos": .acos(x)
    case "atan": .atan(x)
    case "exp": .exp(x)
    case "expMinusOne": .expMinusOne(x)
    case "log": .log(x)
    case "logOnePlus": .log(onePlus: x)
    case "sinh": .sinh(x)
    case "cosh": .cosh(x)
    case "tanh": .tanh(x)
    case "asinh": .asinh(x)
    case "cbrt": .cbrt(x)
    case "sqrt": .sqrt(x)
    default: nil
    }
  }

  func relativeError(_ value: DoubleDouble, _ expected: DoubleDouble) -> Double {
    Double((value - expected) / expected).magnitude
  }

  @Test func functionsHaveThirtyDigits() throws {
    for (name, argument, digits) in Self.values {
      let value = try #require(evaluate(name, DoubleDouble(argument)))
      let expected = try #require(DoubleDouble(digits))
      // 2⁻¹⁰⁰ is 8e-31; reading 33 digits costs 2e-32. exp(700) amplifies the last bit of
      // its reduced argument, 700·2⁻¹⁰⁶ = 9e-30.
      let tolerance = argument == 700 ? 1e-29 : 1e-30
      let error = relativeError(value, expected)
      #expect(error < tolerance, "\(name)(\(argument)) = \(value)")
    }
  }

  @Test func functionsOfTwoNumbersHaveThirtyDigits() throws {
    let angle = DoubleDouble.atan2(y: DoubleDouble(1.5), x: DoubleDouble(-0.3))
    let expectedAngle = try #require(DoubleDouble("1.76819188664477737048455719641687"))
    // As functions of one number: 2⁻¹⁰⁰ is 8e-31, and reading 33 digits costs 2e-32.
    #expect(relativeError(angle, expectedAngle) < 1e-30)
    let power = DoubleDouble.pow(DoubleDouble(2.5), DoubleDouble(-3.7))
    let expectedPower = try #require(DoubleDouble("3.36993844309564723005771618499861e-2"))
    #expect(relativeError(power, expectedPower) < 1e-30)
    let length = DoubleDouble.hypot(DoubleDouble(1e200), DoubleDouble(3e200))
    let expectedLength = try #require(DoubleDouble("3.16227766016837923628662207400769e200"))
    #expect(relativeError(length, expectedLength) < 1e-30)
  }

  @Test func arithmeticKeepsAHundredBits() {
    var generator = SplitMix(seed: 11)
    for _ in 0..<1000 {
      func random() -> DoubleDouble {
        DoubleDouble(
          sumOf: .random(in: 1...2, using: &generator),
          .random(in: -1e-17...1e-17, using: &generator))
      }
      let a = random()
      let b = random()
      // Each side has a few roundings of 2⁻¹⁰⁴ = 5e-32.
      #expect(relativeError((a * b) / b, a) < 3e-31)
      #expect(relativeError((a + b) * (a - b) + b * b, a * a) < 1e-30)
      let root = DoubleDouble.sqrt(a)
      #expect(relativeError(root * root, a) < 3e-31)
    }
  }

  @Test func functionsSatisfyTheirIdentities() {
    var generator = SplitMix(seed: 12)
    for _ in 0..<200 {
      let x = DoubleDouble(Double.random(in: -20...20, using: &generator))
      let (sine, cosine) = DoubleDouble.sincos(x)
      // Each function is good to some 2⁻¹⁰² = 2e-31; tan enlarges what its argument is off by
      // (1 + x²)·atan(x)/x, 30 for x = 20.
      #expect(Double(sine * sine + cosine * cosine - 1.0).magnitude < 1e-30)
      let positive = DoubleDouble.abs(x) + 0.01
      #expect(relativeError(.exp(.log(positive)), positive) < 1e-30)
      #expect(relativeError(.sinh(.asinh(positive)), positive) < 1e-29)
      let root = DoubleDouble.cbrt(positive)
      #expect(relativeError(root * root * root, positive) < 1e-30)
      let angle = DoubleDouble.atan(positive)
      #expect(relativeError(.tan(angle), positive) < 1e-29)
    }
  }

  @Test func hugeAnglesAreReducedExactly() {
    // sin(2x) = 2 sin x cos x holds for doubles, since doubling is exact.
    var generator = SplitMix(seed: 13)
    for _ in 0..<200 {
      let x = Double.randomBits(using: &generator) / 2
      let (sine, cosine) = DoubleDouble.sincos(DoubleDouble(x))
      let double = DoubleDouble.sin(DoubleDouble(2 * x))
      // Three functions to 2⁻¹⁰² = 2e-31 each, of numbers that are at most one.
      #expect(Double(double - 2.0 * sine * cosine).magnitude < 1e-30)
    }
  }

  @Test func theDoubleIsTheNearestOne() {
    let third = DoubleDouble(1.0) / 3.0
    #expect(Double(third) == 1.0 / 3.0)
    // A division and a product of 2⁻¹⁰⁴ = 5e-32 each.
    #expect(Double(third * 3.0 - 1.0).magnitude < 1e-31)
    #expect(Double(DoubleDouble(0.1) + DoubleDouble(0.2)) == 0.1 + 0.2)
    #expect(DoubleDouble(0.1) + DoubleDouble(0.2) != DoubleDouble(0.1 + 0.2))
  }

  @Test func digitsSurviveWritingAndReading() throws {
    for text in ["3.1415926535897932384626433832795e0", "-1.2500000000000000000000000000000e-3"] {
      let value = try #require(DoubleDouble(text))
      #expect(value.description == text)
    }
    #expect(DoubleDouble.pi.description == "3.1415926535897932384626433832795e0")
    let value = DoubleDouble.exp(DoubleDouble(-100.25))
    let again = try #require(DoubleDouble(value.description))
    // 32 digits: half a unit of the last is 5e-32 at least, 5e-31 of the value at most.
    #expect(relativeError(again, value) < 1e-30)
    for text in ["", "abc", "1.2.3", "1e", "--1", "e5"] { #expect(DoubleDouble(text) == nil) }
  }
}
