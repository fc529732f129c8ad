import Foundation
import Support
import Testing

@testable import DataFiles

@Suite struct DecimalNumberTests {
  private func value(_ text: String) -> Double? {
    (Array(text.utf8) + [0x0A]).withUnsafeBufferPointer { bytes in
      guard let number = DecimalNumber(bytes, from: 0), number.end == bytes.count - 1 else {
        return nil
      }
      return number.rounded(bytes, from: 0)
    }
  }

  @Test func decimalsOfAllLengthsAndPowersAreRoundedCorrectly() {
    // Independent: the C library's strtod, which rounds correctly. Bits must agree.
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<300_000 {
      let length = Int.random(in: 1...22, using: &generator)
      var text = Bool.random(using: &generator) ? "-" : ""
      let point = Int.random(in: 0...length, using: &generator)
      for index in 0..<length {
        if index == point { text += "." }
        text += String(Int.random(in: 0...9, using: &generator))
      }
      if Bool.random(using: &generator) {
        text += "e\(Int.random(in: -45...45, using: &generator))"
      }
      #expect(value(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
  }

  @Test func halfwayCasesGoToTheEvenNeighbour() {
    // m + 1/2 ulp for 53-bit m is an integer below 2⁶⁴ after scaling; divided by 2ᵏ it has an exact
    // decimal. One unit in a further digit must break the tie.
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<20_000 {
      let odd = UInt64.random(in: (1 << 53)..<(1 << 54), using: &generator) | 1
      for text in ["\(odd)", "\(odd).0", "\(odd)e3", "\(odd)e-5", "\(odd)e15", "\(odd)1e-1"] {
        #expect(value(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
      }
    }
    #expect(value("9007199254740993") == 0x1p53)
    #expect(value("9007199254740993.0000000000000001") == 0x1p53 + 2)
    #expect(value("9007199254740995") == 0x1p53 + 4)
  }

  @Test func extremesAreRounded() {
    #expect(value("4.9406564584124654e-324") == .leastNonzeroMagnitude)
    #expect(value("2.4703282292062327e-324") == 0)
    #expect(value("2.2250738585072014e-308") == .leastNormalMagnitude)
    #expect(value("1.7976931348623157e308") == .greatestFiniteMagnitude)
    #expect(value("1e309") == .infinity)
    #expect(value("1e99999999999999999999") == .infinity)
    #expect(value("-1e-99999999999999999999")?.bitPattern == (-0.0).bitPattern)
    #expect(value("-0.000")?.bitPattern == (-0.0).bitPattern)
    #expect(value("0" + String(repeating: "0", count: 400) + "1e0") == 1)
    #expect(value("1" + String(repeating: "0", count: 400) + "e-400") == 1)
  }

  @Test(arguments: ["", ".", "-", "+", "e5", "1e", "1e+", "--1", "1.2.3", "1x", "0x1p3", "1_000"])
  func whatIsNoNumberIsRefused(text: String) {
    #expect(value(text) == nil)
  }
}
