import Communication
import Foundation
import LinearAlgebra
import PartialWaves
import RandomNumbers
import Support
import Testing

@testable import PartialWaveStudies

@Suite("Errors with weights are those of repeated experiments") struct WeightedErrorTests {
  /// A pull beside the data, whose error is known by itself.
  private static let pulled = #"{"value": 0.9, "pull": [0.9, 20]}"#

  /// Weights that are all alike say nothing but their number: errors are those without.
  @Test(arguments: [0.5, 3]) func weightsThatAreAlikeChangeNoError(_ weight: Double) throws {
    let folder = try TemporaryFolder()
    let plain = try FittedModel(try ScalarModel.load(ScalarModel.text()))
    try ScalarModel.write(
      [(plain.model.channels[0].data, weight)], as: "data", in: folder)
    let weighted = try FittedModel(
      try ScalarModel.load(
        ScalarModel.text(data: "\"data.csv\"", more: "\"weights\": \"data-numbers.csv\","),
        in: folder))
    for i in plain.point.indices {
      let (a, b) = try (#require(plain.error(i)), #require(weighted.error(i)))
      // Both fits end within 1e-6 of an error of the minimum.
      #expect((a / b - 1).magnitude < 1e-5)
    }
  }

  /// With weights of 2 a pull stays what it is: 1/σ² is the sum of both, not twice it.
  @Test func aPullIsNoEvent() throws {
    let folder = try TemporaryFolder()
    // Strength times N is the same, so that the pull is.
    let text = ScalarModel.text(mass: Self.pulled)
    let plain = try FittedModel(try ScalarModel.load(text))
    try ScalarModel.write([(plain.model.channels[0].data, 2)], as: "data", in: folder)
    let weighted = try ScalarModel.load(
      ScalarModel.text(
        data: "\"data.csv\"", mass: #"{"value": 0.9, "pull": [0.9, 10]}"#,
        more: "\"weights\": \"data-numbers.csv\","), in: folder)
    // The data count twice in H and four times in D, the pull once in each.
    let free = try FittedModel(try ScalarModel.load(ScalarModel.text()))
    let x = plain.point
    let data = try free.model.likelihood.hessian(at: x)
    let both = try plain.model.likelihood.hessian(at: x)
    let pull = both[0, 0] - data[0, 0]
    #expect((pull / (2 * 300 * 20) - 1).magnitude < 1e-9)
    func matrix(_ factor: Double) -> DenseMatrix {
      DenseMatrix(rows: 2, columns: 2) { (i: Int, j: Int) -> Double in
        let own: Double = i + j == 0 ? pull : 0
        return factor * data[i, j] + own
      }
    }
    let hessian = try weighted.likelihood.hessian(at: x)
    for i in 0..<2 {
      #expect((hessian[i, i] / matrix(2)[i, i] - 1).magnitude < 1e-9)
    }
    let covariance = try weighted.likelihood.covariance(hessian, at: x).matrix
    let (h, d) = (matrix(2), matrix(4))
    let determinant = h[0, 0] * h[1, 1] - h[0, 1] * h[1, 0]
    let inverse = DenseMatrix(rows: 2, columns: 2) { (i: Int, j: Int) -> Double in
      let minor: Double = i == j ? h[1 - i, 1 - i] : -h[i, j]
      return minor / determinant
    }
    for i in 0..<2 {
      var expected = 0.0
      for j in 0..<2 {
        for k in 0..<2 { expected += inverse[i, j] * d[j, k] * inverse[k, i] }
      }
      // Products of numbers with 1e-12 of rounding.
      #expect((covariance[i, i] / expected - 1).magnitude < 1e-8)
    }
  }

  /// D against slopes of the likelihood of one event at a time, by differences.
  @Test func theSpreadOfSlopesIsThatOfSingleEvents() throws {
    let folder = try TemporaryFolder()
    let all = try ScalarModel.load(ScalarModel.text(data: #"{"toy": 12, "seed": 3}"#))
    let events = all.channels[0].data
    let weights = (0..<12).map { (i: Int) -> Double in i % 3 == 0 ? -0.7 : 1 + 0.1 * Double(i) }
    let more = "\"weights\": \"data-numbers.csv\", \"yield\": {\"value\": 9},"
    func model(_ chosen: [Int]) throws -> LoadedModel {
      try ScalarModel.write(
        chosen.map { (events.selecting([$0]), weights[$0]) }, as: "data", in: folder)
      return try ScalarModel.load(
        ScalarModel.text(data: "\"data.csv\"", more: more), in: folder)
    }
    let whole = try model(Array(0..<12))
    let x = whole.file.parameters.start
    let n = x.count
    let yield = try #require(whole.file.parameters.freeNames.firstIndex(of: "yield"))
    var spread = DenseMatrix.zero(rows: n, columns: n)
    for event in 0..<12 where weights[event] > 0 {
      var slope = try model([event]).likelihood.valueAndGradient(at: x).gradient
      // The expected number itself does not fluctuate.
      slope[yield] -= 1
      for i in 0..<n { for j in 0..<n { spread[i, j] += slope[i] * slope[j] } }
    }
    // A file of one event has no negative sum of weights: its slope is that of the weight's size.
    for event in 0..<12 where weights[event] < 0 {
      try ScalarModel.write(
        [(events.selecting([event]), -weights[event])], as: "data", in: folder)
      let one = try ScalarModel.load(
        ScalarModel.text(data: "\"data.csv\"", more: more), in: folder)
      var slope = try one.likelihood.valueAndGradient(at: x).gradient
      slope[yield] -= 1
      for i in 0..<n { for j in 0..<n { spread[i, j] += slope[i] * slope[j] } }
    }
    // Any regular matrix in the Hessian's place shows D: C = H⁻¹DH⁻¹ with H = 1.
    let unit = DenseMatrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
    let covariance = try whole.likelihood.covariance(unit, at: x).matrix
    let hessian = try whole.likelihood.hessian(at: x)
    let largest = spread.entries.map(\.magnitude).max() ?? 0
    for i in 0..<n {
      for j in 0..<n {
        // What is added to the given matrix is D less the Hessian.
        let found = covariance[i, j] - unit[i, j] + hessian[i, j]
        #expect((found - spread[i, j]).magnitude < 1e-9 * largest)
      }
    }
  }

  /// Sums over weighted events have one order, whatever the number of threads.
  @Test func errorsWithWeightsDoNotDependOnThreads() throws {
    let folder = try TemporaryFolder()
    let plain = try ScalarModel.load(ScalarModel.text(data: #"{"toy": 3000, "seed": 3}"#))
    let events = plain.channels[0].data
    try ScalarModel.write(
      (0..<events.count).map {
        (events.selecting([$0]), $0 % 7 == 0 ? -0.4 : 0.7 + 1e-4 * Double($0))
      },
      as: "data", in: folder)
    let path = try folder.write(
      ScalarModel.text(data: "\"data.csv\"", more: "\"weights\": \"data-numbers.csv\","),
      to: "model.json")
    let covariances = try [1, 2, 3].map { threads in
      let likelihood = try ModelFile.read(path).load(workers: Workers(count: threads)).likelihood
      let x = likelihood.parameters.start
      return try likelihood.covariance(try likelihood.hessian(at: x), at: x).matrix
    }
    #expect(covariances[1] == covariances[0])
    #expect(covariances[2] == covariances[0])
  }

  /// 80 experiments with a background that is subtracted: 1,000 events of signal and 600 of background, 600 of
  /// the latter again with weight −1, all numbers fluctuating. A width of pulls is off by 4/√160 = 0.32 with
  /// a probability below 1e-4; with H⁻¹ for the covariance it is that times the ratio of both errors, 1.7 for the
  /// width of the resonance.
  @Test func subtractedBackgroundsHavePullsOfOne() throws {
    let folder = try TemporaryFolder()
    let truth = try ScalarModel.load(
      ScalarModel.text(mass: #"{"value": 1.1}"#, width: #"{"value": 0.3}"#))
    let values = truth.file.parameters.values(at: truth.file.parameters.start)
    let channel = truth.file.channels[0]
    var random = PhiloxGenerator(seed: 77)
    var pulls: [[Double]] = [[], []]
    var pullsWithoutWeights: [[Double]] = [[], []]
    for number in 0..<80 as Range<UInt64> {
      func uniform(_ seed: UInt64) throws -> EventTable {
        try truth.file.phaseSpace(
          channel, events: random.nextPoisson(mean: 600), seed: seed, workers: .one)
      }
      let signal = try truth.drawEvents(
        random.nextPoisson(mean: 1000), ofChannel: 0, at: values, from: .integration,
        seed: 1000 + number)
      try ScalarModel.write(
        [(signal, 1), (try uniform(2000 + number), 1), (try uniform(3000 + number), -1)],
        as: "data", in: folder)
      let fitted = try FittedModel(
        try ScalarModel.load(
          ScalarModel.text(
            data: "\"data.csv\"", mass: #"{"value": 1.1}"#, width: #"{"value": 0.3}"#,
            more: "\"weights\": \"data-numbers.csv\","), in: folder))
      for i in 0..<2 {
        let deviation = fitted.point[i] - truth.file.parameters.start[i]
        let pull = deviation / (try #require(fitted.error(i)))
        pulls[i].append(pull)
        pullsWithoutWeights[i].append(pull * fitted.widening(i).squareRoot())
      }
      // What a scan finds where the likelihood is nearly a parabola is the error.
      if number == 0 {
        let scan = try ProfileScan(of: fitted, free: 0)
        let error = try #require(fitted.error(0))
        #expect((0.5 * (scan.upper.distance - scan.lower.distance) / error - 1).magnitude < 0.3)
      }
    }
    for moments in pulls.map({ SampleMoments($0) }) {
      // 4/√80, and a fifth of an error for the bias of few events.
      #expect(moments.mean.magnitude < 0.45 + 0.2)
      #expect((moments.width - 1).magnitude < 0.32)
    }
    #expect(SampleMoments(pullsWithoutWeights[1]).width > 1.32)
  }
}
