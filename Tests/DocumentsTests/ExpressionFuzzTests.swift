import Support
import Testing

@testable import Documents

@Suite struct ExpressionFuzzTests {
  private let scope = ExpressionScope(variables: ["kq", "f"])

  /// An expression is evaluated or refused with a sentence and a place inside the text.
  private func check(_ text: String) -> Bool {
    do throws(ExpressionMistake) {
      let expression = try Expression(text, in: scope)
      let value = try expression.finiteValue([103.5, 0.25])
      #expect(value.isFinite && value == expression.value([103.5, 0.25]))
      return true
    } catch {
      let isOneLine = !error.message.unicodeScalars.contains { $0.value < 0x20 }
      #expect(isOneLine && error.message.count < 500, "\(text)")
      #expect(0 <= error.offset && error.offset <= text.unicodeScalars.count, "\(text)")
      return false
    }
  }

  @Test func noSequenceOfTokensCrashesTheParser() {
    var generator = SeededGenerator(seed: 4)
    let tokens = [
      "kq", "f", "pi", "1", "2.5e-3", "0", "+", "-", "*", "/", "^", "(", ")", ",", "sin(", "min(",
      "atan2(", " ", ".", "e", "x", "−", "\"", "\u{0}", "é", "64", "pow(", "1e308",
    ]
    var accepted = 0
    for _ in 0..<200_000 {
      let count = Int.random(in: 1...12, using: &generator)
      let text = (0..<count).map { _ in tokens.randomElement(using: &generator) ?? "" }.joined()
      if check(text) { accepted += 1 }
    }
    // Two operands and an operator come about by chance.
    #expect(accepted > 1_000)
  }

  @Test func noMutationCrashesTheParser() {
    var generator = SeededGenerator(seed: 5)
    let original = Array(
      "-2*kq^-3 + sin(f/(1+kq))*max(1.5e-3, f, pi) - atan2(1, hypot(kq, 2))".utf8)
    let alphabet = Array("()+-*/^,.0159ekqfsin \u{0}é".utf8)
    var accepted = 0
    for _ in 0..<100_000 {
      let bytes = generator.mutated(original, alphabet: alphabet)
      if check(String(decoding: bytes, as: UTF8.self)) { accepted += 1 }
    }
    #expect(accepted > 1_000 && accepted < 99_000)
  }
}
