import RandomNumbers
import Testing

@Suite struct PhiloxGeneratorTests {
  @Test func itsWordsAreThoseOfTheBlocksInOrder() {
    var generator = PhiloxGenerator(seed: 9, stream: 2, item: 1 << 40)
    for block in 0..<5 as Range<UInt32> {
      let words = Philox(seed: 9).words(item: 1 << 40, block: block, stream: 2)
      #expect(generator.next() == words.0)
      #expect(generator.next() == words.1)
    }
  }

  @Test func skippedNumbersAreThoseThatWouldHaveCome() {
    for taken in 0..<4 {
      for skipped in 0..<6 {
        var (skipping, taking) = (
          PhiloxGenerator(seed: 5, item: 3), PhiloxGenerator(seed: 5, item: 3)
        )
        for _ in 0..<taken { #expect(skipping.next() == taking.next()) }
        skipping.skip(skipped)
        for _ in 0..<skipped { _ = taking.next() }
        for _ in 0..<3 { #expect(skipping.next() == taking.next()) }
      }
    }
  }

  @Test func seedStreamAndItemEachMakeAnotherSequence() {
    func first(_ seed: UInt64, _ stream: UInt32, _ item: UInt64) -> UInt64 {
      var generator = PhiloxGenerator(seed: seed, stream: stream, item: item)
      return generator.next()
    }
    #expect(Set([first(1, 0, 0), first(2, 0, 0), first(1, 1, 0), first(1, 0, 1)]).count == 4)
    #expect(first(1, 0, 0) == first(1, 0, 0))
  }

  @Test func uniformNumbersAreUniform() {
    var histogram = [Int](repeating: 0, count: 50)
    for item in 0..<100_000 as Range<UInt64> {
      var generator = PhiloxGenerator(seed: 3, item: item)
      for _ in 0..<6 { histogram[Int(generator.nextUniform() * 50)] += 1 }
    }
    let expected = 12_000.0
    let chiSquare = histogram.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
    // χ² with 49 degrees of freedom is 49 ± 10; five standard deviations.
    #expect(abs(chiSquare / expected - 49) < 50)
  }

  @Test func normalDeviatesHaveTheMomentsOfTheNormalDistribution() {
    var generator = PhiloxGenerator(seed: 4)
    let count = 400_000
    var moments = [Double](repeating: 0, count: 5)
    var product = 0.0
    for _ in 0..<count / 2 {
      let (a, b) = generator.nextNormalPair()
      product += a * b
      for x in [a, b] {
        var power = 1.0
        for n in 0..<5 {
          moments[n] += power
          power *= x
        }
      }
    }
    // Variances of x, x², x³ and x⁴ are 1, 2, 15 and 96, and of the product of a pair 1; five
    // standard deviations.
    let deviation = 5 / Double(count).squareRoot()
    #expect(abs(moments[1] / Double(count)) < deviation)
    #expect(abs(moments[2] / Double(count) - 1) < 2.0.squareRoot() * deviation)
    #expect(abs(moments[3] / Double(count)) < 15.0.squareRoot() * deviation)
    #expect(abs(moments[4] / Double(count) - 3) < 96.0.squareRoot() * deviation)
    #expect(abs(product / Double(count / 2)) < 2.0.squareRoot() * deviation)
  }
}
