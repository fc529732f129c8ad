import Foundation
import SystemLibrary
import Testing

/// What Foundation says of the same things.
@Suite("The system")
struct SystemLibraryTests {
  @Test func theMachineIsTheOneThatFoundationSees() {
    let host = ProcessInfo.processInfo
    #expect(Host.physicalMemory == host.physicalMemory)
    #expect(Host.operatingSystem == host.operatingSystemVersionString)
    // Foundation does not ask which processors a process is bound to.
    #expect(1...host.activeProcessorCount ~= Host.activeProcessorCount)
  }

  @Test func aBrokenRuleEndsTheProgramWithItsMessage() async {
    require(true, "a rule that holds is silent")
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      require(2 < 1, "one is less than two")
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("SystemLibraryTests.swift") && words.contains("one is less than two"))
  }

  @Test func numbersAreWrittenAsCWritesThem() {
    let numbers = [
      0, -0.0, 1, -2.5, 0.1, 1234567.89, 9.995e-5, 1e300, -1e-300, .greatestFiniteMagnitude,
      .leastNonzeroMagnitude, .infinity, -.infinity, .nan,
    ]
    for number in numbers {
      for digits in [0, 1, 2, 4, 17, 40] {
        #expect(
          String(number, significantDigits: digits) == String(format: "%.\(digits)g", number))
        #expect(String(number, decimals: digits) == String(format: "%.\(digits)f", number))
      }
    }
  }
}
