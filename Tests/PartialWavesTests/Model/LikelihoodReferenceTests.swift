import Communication
import Foundation
import PartialWaves
import Support
import Testing

/// Model file, events, waves, lineshapes and likelihood together against an independent program.
@Suite("Likelihoods agree with an independent implementation") struct LikelihoodReferenceTests {
  /// A case with everything in the order of its reference.
  private struct Evaluated {
    let reference: LikelihoodReference.Case
    let likelihood: Likelihood
    let start: [Double]
    let direction: [Double]
    /// For each number of the reference its place among the free parameters.
    let places: [Int]

    init(_ number: Int) throws {
      let all = try LikelihoodReference.read()
      let folder = try TemporaryFolder()
      let reference = all.cases[number]
      let file = try ModelFile.read(try all.write(reference.name, to: folder))
      likelihood = try file.load(workers: .one).likelihood
      let names = file.parameters.freeNames
      places = try all.freeNames(of: reference.name).map { name in
        try #require(names.firstIndex(of: name), "\(name)")
      }
      #expect(Set(places) == Set(names.indices))
      start = file.parameters.start
      var direction = [Double](repeating: 0, count: names.count)
      for (place, value) in zip(places, reference.direction) { direction[place] = value }
      self.direction = direction
      self.reference = reference
    }
  }

  /// The reference itself is known to some 1e-14 of its largest component.
  private func expectEqual(
    _ values: [Double], _ expected: [Double], _ comment: Comment
  ) {
    #expect(values.count == expected.count)
    let largest = expected.map(\.magnitude).max() ?? 0
    let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 1e-12 * largest, comment)
  }

  @Test(arguments: 0..<4)
  func valueGradientProductAndHessianAgree(_ number: Int) throws {
    let test = try Evaluated(number)
    let reference = test.reference
    let result = try test.likelihood.valueGradientAndProduct(
      at: test.start, direction: test.direction)
    // The value is a difference of two sums about ten times as large.
    #expect(abs(result.value - reference.nll) < 1e-12 * abs(reference.nll))
    expectEqual(test.places.map { result.gradient[$0] }, reference.gradient, "gradient")
    expectEqual(test.places.map { result.product[$0] }, reference.product, "product")
    let alone = try test.likelihood.valueAndGradient(at: test.start)
    #expect(abs(alone.value - reference.nll) < 1e-12 * abs(reference.nll))
    expectEqual(test.places.map { alone.gradient[$0] }, reference.gradient, "gradient alone")

    let hessian = try test.likelihood.hessian(at: test.start)
    let product = test.start.indices.map { i in
      test.start.indices.reduce(0) { $0 + hessian[i, $1] * test.direction[$1] }
    }
    expectEqual(test.places.map { product[$0] }, reference.product, "Hessian times vector")
  }

  @Test func theDiagonalOfTheHessianAgrees() throws {
    let test = try Evaluated(0)
    let hessian = try test.likelihood.hessian(at: test.start)
    // Differences of the 80-bit gradient, known to 1e-10 or better.
    expectEqual(
      test.places.map { hessian[$0, $0] }, try LikelihoodReference.read().hessianDiagonal,
      "diagonal")
  }
}
