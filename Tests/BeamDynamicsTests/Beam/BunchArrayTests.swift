import AutoDiff
import BeamDynamics
import Testing

/// Bunches made of arrays, and read back.
@Suite struct BunchArrayTests {
  private static let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 50)

  /// Numbers that single precision holds, so that every way through it gives the same bits.
  private static func numbers(_ count: Int) -> [Double] {
    (0..<6 * count).map { i -> Double in Double(i % 4093) / 1024 - 1 }
  }

  /// Around the size of a tile.
  @Test(arguments: [
    0, 1, Tile<Double>.capacity - 1, Tile<Double>.capacity, Tile<Double>.capacity + 1, 1300,
  ])
  func arraysComeBackAsTheyWere(_ count: Int) throws {
    let numbers = Self.numbers(count)
    let weights = (0..<count).map { Double($0 % 7) }
    let alive = (0..<count).map { $0 % 3 != 1 }
    func check<Word: ParticleWord>(_ word: Word.Type) throws {
      let bunch = try Bunch<Word>(
        coordinates: numbers, weights: weights, alive: alive, reference: Self.reference)
      #expect(bunch.count == count)
      #expect(bunch.coordinates() == numbers)
      #expect(bunch.weights == weights)
      #expect(bunch.alive == alive)
      for i in 0..<count {
        for c in Coordinate.allCases { #expect(bunch[i][c] == numbers[6 * i + c.rawValue]) }
        #expect(bunch.weight(of: i) == weights[i] && bunch.isAlive(i) == alive[i])
      }
      // The other order, in the other precision.
      let turned = bunch.coordinates(.byCoordinate, as: Float.self)
      for i in 0..<count {
        for j in 0..<6 { #expect(turned[j * count + i] == Float(numbers[6 * i + j])) }
      }
      let again = try Bunch<Word>(
        coordinates: turned, layout: .byCoordinate, weights: weights.map { Float($0) },
        alive: alive,
        reference: Self.reference)
      #expect(again.coordinates() == numbers)
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func withoutWeightsAllWeighOneAndLive() throws {
    let bunch = try Bunch<Double>(coordinates: Self.numbers(3), reference: Self.reference)
    #expect(bunch.weights == [1, 1, 1] && bunch.alive == [true, true, true])
    #expect(bunch.hasUniformWeights)
    let weighed = try Bunch<Double>(
      coordinates: Self.numbers(2), weights: [2, 3], reference: Self.reference)
    #expect(!weighed.hasUniformWeights)
    let alike = try Bunch<Double>(
      coordinates: Self.numbers(2), weights: [2, 2], reference: Self.reference)
    #expect(alike.hasUniformWeights && alike.weights == [2, 2])
  }

  /// Every second row of an array of eight columns, from the last: as a slice of NumPy may lie.
  @Test func stridesMayBeAnythingAndNegative() throws {
    let table = (0..<80).map(Double.init)
    let bunch = try table.withUnsafeBufferPointer { table in
      try Bunch<Double>(
        strided: try #require(table.baseAddress) + 8 * 9 + 1, particleStride: -16,
        coordinateStride: 1, count: 5, reference: Self.reference)
    }
    for i in 0..<5 {
      for j in 0..<6 { #expect(bunch[i][j] == Double(8 * (9 - 2 * i) + 1 + j)) }
    }
    var target = [Double](repeating: -1, count: 80)
    try target.withUnsafeMutableBufferPointer { target in
      bunch.copyCoordinates(
        to: try #require(target.baseAddress) + 73, particleStride: -16, coordinateStride: 1)
    }
    for place in 0..<80 {
      let isOurs = (place / 8) % 2 == 1 && (1...6).contains(place % 8)
      #expect(target[place] == (isOurs ? Double(place) : -1))
    }
  }

  @Test func arraysThatDoNotFitAreRefused() {
    func reason(_ count: Int, weights: [Double]? = nil, alive: [Bool]? = nil) -> String {
      do {
        _ = try Bunch<Double>(
          coordinates: [Double](repeating: 0, count: count), weights: weights, alive: alive,
          reference: Self.reference)
        return ""
      } catch {
        return error.reason
      }
    }
    #expect(reason(7).contains("7 numbers"))
    #expect(reason(12, weights: [1]).contains("2 particles and 1 weights"))
    #expect(reason(12, alive: [true]).contains("flags of life"))
    #expect(reason(12, weights: [1, -1]).contains("particle 1 has the weight -1.0"))
    #expect(reason(12, weights: [1, .nan]).contains("nan"))
    #expect(reason(12, weights: [1, 2], alive: [true, false]).isEmpty)
  }
}
