import RandomNumbers
import Testing

@Suite struct PhiloxTests {
  @Test func theKnownAnswersOfItsAuthorsComeOut() {
    // Random123's kat_vectors: zeros, ones, digits of π.
    #expect(
      Philox(key: .zero)(.zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = UInt32.max
    #expect(
      Philox(key: SIMD2(repeating: ones))(SIMD4(repeating: ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox(key: SIMD2(0xa409_3822, 0x299f_31d0))(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func bothHalvesOfTheSeedAndOfTheItemCount() {
    let one = Philox(seed: 1).words(item: 5, block: 0, stream: 0).0
    #expect(Philox(seed: 1 + 1 << 32).words(item: 5, block: 0, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5 + 1 << 32, block: 0, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5, block: 1, stream: 0).0 != one)
    #expect(Philox(seed: 1).words(item: 5, block: 0, stream: 1).0 != one)
  }

  @Test func uniformNumbersAreNeverZeroOrOne() {
    #expect(Double(openUnitInterval: 0) == 0x1p-53)
    #expect(Double(openUnitInterval: .max) == 1 - 0x1p-53)
    #expect(Double(openUnitInterval: 1 << 63) > 0.5)
  }
}
