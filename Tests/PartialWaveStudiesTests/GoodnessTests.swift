import Documents
import Foundation
import PartialWaveStudies
import PartialWaves
import RandomNumbers
import Testing

struct GoodnessTests {
  /// Points of a density 1 + a·x·y on the unit square, a ≤ 1, by acceptance.
  private func points(_ count: Int, slope: Double = 0, seed: UInt64) -> Points {
    var random = PhiloxGenerator(seed: seed)
    var values: [Double] = []
    while values.count < 2 * count {
      let (x, y) = (random.nextUniform(), random.nextUniform())
      if random.nextUniform() * (1 + slope) < 1 + slope * x * y { values += [x, y] }
    }
    return Points(dimension: 2, values: values)
  }

  private func weights(_ points: Points, slope: Double) -> [Double] {
    (0..<points.count).map { 1 + slope * points[$0, 0] * points[$0, 1] }
  }

  @Test(arguments: [1, 7, 16, 30])
  func binsHaveEqualContents(_ count: Int) {
    let sample = points(3000, seed: 1)
    let weights = weights(sample, slope: 1)
    let bins = AdaptiveBins(sample, weights: weights, count: count)
    var contents = [Double](repeating: 0, count: bins.count)
    for i in 0..<sample.count { contents[bins.bin(of: i, in: sample)] += weights[i] }
    #expect(bins.count == count)
    let mean = weights.reduce(0, +) / Double(count)
    // Every cut is off by one event at most, and a bin has up to five cuts.
    for content in contents { #expect((content - mean).magnitude < 10) }
  }

  /// p-values of 200 data sets that the model describes are spread evenly: by Kolmogorov and
  /// Smirnov, exceeded with a probability of 0.1 %.
  @Test func chiSquareProbabilitiesAreUniform() {
    var values: [Double] = []
    for i in 0..<200 as Range<UInt64> {
      let data = points(1000, slope: 1, seed: 1000 + 2 * i)
      let model = points(4000, seed: 1001 + 2 * i)
      let test = BinnedChiSquare(
        data: data, weights: Array(repeating: 1, count: data.count), model: model,
        modelWeights: weights(model, slope: 1), bins: 25, freeParameterCount: 0)
      values.append(test.upperProbability.value)
    }
    #expect(KolmogorovSmirnov.distance(fromUniform: values) < 1.95)
  }

  @Test func chiSquareSeesAnotherShape() {
    let data = points(2000, slope: 1, seed: 3)
    let model = points(20000, seed: 4)
    let test = BinnedChiSquare(
      data: data, weights: Array(repeating: 1, count: data.count), model: model,
      modelWeights: Array(repeating: 1, count: model.count), bins: 25, freeParameterCount: 3)
    #expect(test.upperProbability.value < 1e-4)
    #expect(test.lowerProbability.value < test.upperProbability.value)
    #expect(test.lowerDegrees == 21)
    #expect(test.upperDegrees == 24)
    let sum = test.residuals.reduce(0) { $0 + $1 * $1 }
    #expect((sum / test.chiSquare - 1).magnitude < 1e-14)
  }

  /// Weights of 2 everywhere say nothing more than weights of 1.
  @Test func chiSquareKnowsWeights() {
    let data = points(1000, seed: 5)
    let model = points(5000, seed: 6)
    func chiSquare(_ weight: Double) -> Double {
      BinnedChiSquare(
        data: data, weights: Array(repeating: weight, count: data.count), model: model,
        modelWeights: Array(repeating: 1, count: model.count), bins: 20, freeParameterCount: 0
      ).chiSquare
    }
    // The same quotients in another scale: rounding only.
    #expect((chiSquare(2) / chiSquare(1) - 1).magnitude < 1e-12)
  }

  /// T by comparing all distances.
  @Test func theMixedSampleStatisticIsThatOfAllDistances() throws {
    let (a, b) = (points(60, seed: 7), points(150, seed: 8))
    let test = try MixedSampleTest(a, b, neighbours: 5, permutations: 1)
    let spreads = (0..<2).map { axis in
      SampleMoments((0..<b.count).map { b[$0, axis] }).width
    }
    func point(_ i: Int) -> [Double] {
      (0..<2).map { (i < 60 ? a[i, $0] : b[i - 60, $0]) / spreads[$0] }
    }
    var alike = 0
    for i in 0..<210 {
      let distances = (0..<210).map { square(point($0), point(i)) }
      let near = (0..<210).filter { $0 != i }.sorted { distances[$0] < distances[$1] }
      for j in near.prefix(5) where (j < 60) == (i < 60) { alike += 1 }
    }
    #expect(test.statistic == Double(alike) / 1050)
  }

  private func square(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// As for χ²: 100 pairs of samples of one distribution.
  @Test func mixedSampleProbabilitiesAreUniform() throws {
    var tests: [MixedSampleTest] = []
    for i in 0..<100 as Range<UInt64> {
      let (first, second) = (5000 + 2 * i, 5001 + 2 * i)
      tests.append(
        try MixedSampleTest(
          points(100, seed: first), points(400, seed: second), neighbours: 5, permutations: 200,
          seed: i))
    }
    #expect(KolmogorovSmirnov.distance(fromUniform: tests.map(\.probability.value)) < 1.95)
    // Williams' limit of σ is good in two dimensions: the pulls have a width of 1; 3.3/√200 = 0.23,
    // and 10 % for the limit.
    let pulls = SampleMoments(tests.map(\.pull))
    #expect(pulls.mean.magnitude < 0.33)
    #expect((pulls.width - 1).magnitude < 0.33)
  }

  @Test func mixedSamplesSeeAnotherShape() throws {
    var random = PhiloxGenerator(seed: 9)
    let narrow = Points(
      dimension: 2, values: (0..<600).map { _ in 0.5 + 0.15 * random.nextNormal() })
    let test = try MixedSampleTest(narrow, points(1500, seed: 10), permutations: 200)
    #expect(test.probability.value < 0.01)
    #expect(test.pull > 5)
  }

  /// A model describes the data that it drew itself, after a fit: p between 0.1 % and 99.9 %.
  @Test func aRightModelIsGood() throws {
    let fitted = try FittedModel(try SmallModel.load())
    var settings = GoodnessOfFit.Settings()
    settings.permutations = 200
    settings.modelEvents = 3
    let goodness = try GoodnessOfFit(fitted, channel: 0, settings)
    #expect(goodness.chiSquare.upperProbability.value > 1e-3)
    #expect(goodness.chiSquare.lowerProbability.value < 0.999)
    #expect(goodness.mixedSample.probability.value > 1e-2)
  }

  @Test func aModelWithoutAResonanceIsBad() throws {
    let data = try SmallModel.load()
    let fitted = try FittedModel(try data.with(try SmallModel.file([SmallModel.scalar])))
    var settings = GoodnessOfFit.Settings()
    settings.permutations = 200
    settings.modelEvents = 3
    let goodness = try GoodnessOfFit(fitted, channel: 0, settings)
    #expect(goodness.chiSquare.upperProbability.value < 1e-3)
    #expect(goodness.mixedSample.probability.value < 1e-2)
  }

  /// 200 events of the model and 100 of something else, of which another 100 are subtracted: 80 such data sets
  /// have even p-values, and they have not if labels are permuted as if there were no weights.
  @Test func aSubtractionThatIsRightHasEvenProbabilities() throws {
    var (weighted, unweighted): ([Double], [Double]) = ([], [])
    for i in 0..<80 as Range<UInt64> {
      let signal = points(200, slope: 1, seed: 9000 + 4 * i)
      let (background, side) = (points(100, seed: 9001 + 4 * i), points(100, seed: 9002 + 4 * i))
      let data = Points(
        dimension: 2,
        values: signal.values + (background.values + side.values).map { $0 * $0 })
      let model = points(900, slope: 1, seed: 9003 + 4 * i)
      let weights = (0..<400).map { $0 < 300 ? 1.0 : -1 }
      func probability(_ weights: [Double]?) throws -> Double {
        try MixedSampleTest(
          data, weights: weights, model, neighbours: 5, permutations: 100, seed: i
        ).probability.value
      }
      weighted.append(try probability(weights))
      unweighted.append(try probability(nil))
    }
    #expect(KolmogorovSmirnov.distance(fromUniform: weighted) < 1.95)
    #expect(KolmogorovSmirnov.distance(fromUniform: unweighted) > 4)
  }

  @Test func weightsDoNotBlindTheMixedSampleTest() throws {
    let data = points(400, slope: 1, seed: 1)
    let weights = (0..<400).map { 0.5 + Double($0 % 3) }
    let narrow = Points(dimension: 2, values: points(1200, seed: 2).values.map { 0.5 + 0.5 * $0 })
    let test = try MixedSampleTest(data, weights: weights, narrow, permutations: 200)
    #expect(test.probability.value < 0.01)
    #expect(test.pull > 5)
  }

  @Test(arguments: [300, 1_000_000]) func moreNeighboursThanEventsAreRefused(_ count: Int) throws {
    let fitted = try FittedModel(
      try ScalarModel.load(ScalarModel.text(data: #"{"toy": 20, "seed": 3}"#)))
    var settings = GoodnessOfFit.Settings()
    settings.neighbours = count
    settings.permutations = 10
    let error = #expect(throws: InvalidInput.self) {
      try GoodnessOfFit(fitted, channel: 0, settings)
    }
    #expect(error?.description.contains("\(count) neighbours") == true)
  }
}
