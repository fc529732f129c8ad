import Support
import Testing

@testable import Plots

@Suite struct HistogramTests {
  @Test func everyEntryIsInJustOneSum() {
    var generator = SeededGenerator(seed: 51)
    var histogram = Histogram(bins: 37, from: -1.3, to: 2.9)
    // Weights that are quarters: all sums below 2⁵¹ are exact in any order.
    var expected = 0.0
    for _ in 0..<20_000 {
      let weight = Double(Int.random(in: -8...40, using: &generator)) / 4
      expected += weight
      histogram.fill(Double.random(in: -2...4, using: &generator), weight: weight)
    }
    histogram.fill(.infinity, weight: 2)
    histogram.fill(-.infinity, weight: 3)
    histogram.fill(.nan)
    histogram.fill(0, weight: .nan)
    histogram.fill(0, weight: .infinity)
    #expect(histogram.total == expected + 5)
    #expect(histogram.undefinedCount == 3)
    #expect(histogram.underflow != 0 && histogram.overflow != 0)
  }

  @Test(arguments: [1, 3, 7, 100, 999])
  func aValueAtAnEdgeBelongsToTheBinAbove(bins: Int) {
    let uniform = Histogram(bins: bins, from: 0.1, to: 0.7)
    let general = Histogram(edges: uniform.edges)
    #expect(uniform.edges[0] == 0.1 && uniform.edges[bins] == 0.7)
    for (index, edge) in uniform.edges.enumerated() {
      for histogram in [uniform, general] {
        #expect(histogram.bin(of: edge) == (index < bins ? index : nil))
        #expect(histogram.bin(of: edge.nextDown) == (index > 0 ? index - 1 : nil))
      }
    }
  }

  @Test func bothWaysToFindABinAgree() {
    var generator = SeededGenerator(seed: 52)
    let uniform = Histogram(bins: 61, from: 0.27, to: 1.81)
    let general = Histogram(edges: uniform.edges)
    for _ in 0..<20_000 {
      let value = Double.random(in: 0.2...1.9, using: &generator)
      #expect(uniform.bin(of: value) == general.bin(of: value))
    }
  }

  @Test func errorsAndPullsAreThoseOfIndependentEntries() {
    var data = Histogram(edges: [0, 1, 2, 4])
    data.fill([0.5, 0.5, 0.5, 0.5, 1.5], weights: [1, 1, 1, 1, 3])
    #expect(data.sums == [4, 3, 0] && data.squares == [4, 9, 0])
    #expect(data.errors == [2, 3, 0] && data.centers == [0.5, 1.5, 3])
    let model = Histogram(edges: [0, 1, 2, 4], sums: [3, 9, 1])
    let pulls = data.pulls(against: model)
    #expect(pulls[0] == 0.5 && pulls[1] == -2 && pulls[2].isNaN)
    // 4 + 12 = 4²: the model's own variance counts.
    let uncertain = Histogram(edges: [0, 1, 2, 4], sums: [0, 9, 1], squares: [12, 0, 0])
    #expect(data.pulls(against: uncertain)[0] == 1)
  }

  @Test func sumsAndMultiplesKeepAllContents() {
    var one = Histogram(bins: 4, from: 0, to: 4)
    one.fill([-1, 0, 1, 1, 2, 9, .nan])
    var two = one
    two.add(one)
    #expect(two.sums == one.scaled(by: 2).sums)
    #expect(two.squares == [2, 4, 2, 0] && one.scaled(by: 2).squares == [4, 8, 4, 0])
    #expect(two.underflow == 2 && two.overflow == 2 && two.undefinedCount == 2)
  }

  @Test func contentsOfPartsAddUpNumberByNumber() {
    let values = [-1, 0, 1, 1, 2, 9, .nan]
    let bins = Histogram(bins: 4, from: 0, to: 4)
    let cells = Histogram2D(x: bins, y: bins)
    func filled(_ range: Range<Int>) -> (Histogram, Histogram2D) {
      var (one, two) = (bins, cells)
      for i in range {
        one.fill(values[i], weight: 0.5 * Double(i))
        two.fill(values[i], 1.5, weight: 0.5 * Double(i))
      }
      return (one, two)
    }
    let (first, second, all) = (filled(0..<3), filled(3..<7), filled(0..<7))
    var (one, two) = (bins, cells)
    one.contents = zip(first.0.contents, second.0.contents).map { $0 + $1 }
    two.contents = zip(first.1.contents, second.1.contents).map { $0 + $1 }
    #expect(one == all.0)
    #expect(two == all.1)
  }

  @Test func pairsAreCountedInTheirCells() {
    var histogram = Histogram2D(bins: (3, 2), x: 0...3, y: -1...1)
    histogram.fill(0.5, -0.5)
    histogram.fill(2.5, 0, weight: 2)
    histogram.fill(3, 0, weight: 4)
    histogram.fill(.nan, 0)
    #expect(histogram.sums == [1, 0, 0, 0, 0, 2])
    #expect(histogram[x: 2, y: 1] == 2 && histogram.outside == 4 && histogram.total == 7)
    #expect(histogram.undefinedCount == 1)
  }
}
