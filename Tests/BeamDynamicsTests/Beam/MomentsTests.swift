import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Moments by their definition, in two passes over all living particles with compensated sums.
private struct PlainMoments {
  var weight = 0.0
  var mean = [Double](repeating: 0, count: 6)
  var products = [[Double]](repeating: Array(repeating: 0, count: 6), count: 6)
  var minimum = [Double](repeating: .infinity, count: 6)
  var maximum = [Double](repeating: -.infinity, count: 6)

  init<Word>(_ bunch: Bunch<Word>, weights: Bool) {
    let living = (0..<bunch.count).filter { bunch.isAlive($0) }
    let w = living.map { weights ? bunch.weight(of: $0) : 1 }
    weight = Self.sum(w)
    for i in 0..<6 {
      let values = living.map { bunch[$0][i] }
      minimum[i] = values.min() ?? .infinity
      maximum[i] = values.max() ?? -.infinity
      // About a value that counts, so that a mean far off does not hide the rest.
      let start = zip(values, w).max { $0.1 < $1.1 }?.0 ?? 0
      mean[i] = start + Self.sum(zip(values, w).map { ($0 - start) * $1 }) / weight
    }
    for i in 0..<6 {
      for j in 0..<6 {
        let terms = zip(living, w).map { k, w in
          w * (bunch[k][i] - mean[i]) * (bunch[k][j] - mean[j])
        }
        products[i][j] = Self.sum(terms)
      }
    }
  }

  /// Neumaier's compensated sum.
  static func sum(_ terms: [Double]) -> Double {
    var (sum, compensation) = (0.0, 0.0)
    for term in terms {
      let next = sum + term
      compensation += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return sum + compensation
  }

  /// Relative to √(MᵢᵢMⱼⱼ) for products, and to σ for means.
  func expectEqual(_ moments: Moments, within tolerance: Double) {
    #expect(abs(moments.weight / weight - 1) < 1e-14)
    for i in 0..<6 {
      let sigma = (products[i][i] / weight).squareRoot()
      #expect(abs(moments.mean[i] - mean[i]) <= tolerance * sigma + abs(mean[i]) * 0x1p-51)
      #expect(moments.minimum[i] == minimum[i])
      #expect(moments.maximum[i] == maximum[i])
      for j in i..<6 {
        let scale = (products[i][i] * products[j][j]).squareRoot()
        #expect(
          abs(moments.products[Moments.index(i, j)] - products[i][j]) <= tolerance * scale)
      }
    }
  }
}

struct MomentsTests {
  private static let capacity = Tile<Double>.capacity

  func bunch<Word: ParticleWord>(_ count: Int, of _: Word.Type = Double.self) throws
    -> Bunch<Word>
  {
    let beam = InitialBeam(
      GaussianDistribution(), shape: try testShape(), particles: count, charge: 25e-12)
    return try Bunch<Word>(beam, reference: testReference)
  }

  // Sums of n numbers of one size in lanes and a tree err by some ε_m·√n of the largest; 10⁻¹³ is
  // generous.

  @Test(arguments: [
    1, 2, 7, 8, Self.capacity - 1, Self.capacity, Self.capacity + 1,
    2 * Self.capacity, 1600, 5000,
  ])
  func momentsAreThoseOfTheDefinition(count: Int) throws {
    let bunch = try bunch(count)
    PlainMoments(bunch, weights: false).expectEqual(try bunch.moments(), within: 1e-13)
    let single = try self.bunch(count, of: Float.self)
    PlainMoments(single, weights: false).expectEqual(try single.moments(), within: 1e-13)
  }

  @Test func weightsCount() throws {
    var bunch = try bunch(1600)
    for i in 0..<1600 { bunch.setWeight(of: i, to: Double(i % 7)) }
    let moments = try bunch.moments()
    PlainMoments(bunch, weights: true).expectEqual(moments, within: 1e-13)
    #expect(moments.realParticles == moments.weight)
    #expect(moments.count == 1600)
  }

  @Test func theLostDoNotCount() throws {
    for hasUniformWeights in [true, false] {
      var bunch = try bunch(1600)
      for i in 0..<1600 where i % 3 == 0 || (Self.capacity..<2 * Self.capacity).contains(i) {
        bunch.setAlive(i, to: false)
        bunch[i] = PhaseSpace(x: .nan, px: .infinity, y: 1e300, py: .nan, t: 0, pt: 0)
      }
      if !hasUniformWeights { bunch.setWeight(of: 4, to: 3e5) }
      let moments = try bunch.moments()
      PlainMoments(bunch, weights: !hasUniformWeights).expectEqual(moments, within: 1e-13)
      #expect(moments.count == (0..<1600).count { bunch.isAlive($0) })
    }
  }

  @Test func withoutLivingParticlesNothingIsDefined() throws {
    var bunch = try bunch(600)
    for i in 0..<600 { bunch.setAlive(i, to: false) }
    let moments = try bunch.moments()
    #expect(moments.count == 0 && moments.weight == 0 && moments.realParticles == 0)
    #expect(moments.covariance == nil)
  }

  @Test func withoutWeightTheExtremaRemain() throws {
    var bunch = try bunch(600)
    for i in 0..<600 { bunch.setWeight(of: i, to: 0) }
    let moments = try bunch.moments()
    #expect(moments.count == 600 && moments.covariance == nil)
    #expect(moments.minimum[0] < moments.maximum[0])
  }

  @Test(arguments: [1e3, 1e6, 1e9])
  func aMeanFarFromTheAxisCostsNoDigits(ratio: Double) throws {
    let shape = try BeamShape(covariance: Matrix6<Double>.identity)
    let beam = InitialBeam(GaussianDistribution(), shape: shape, particles: 5000, charge: 1)
    var bunch = try Bunch<Double>(beam, reference: testReference)
    var centred = bunch
    for i in 0..<5000 {
      var z = bunch[i]
      // Rounded to a grid that the offset does not change, so that the two differ by the offset
      // alone.
      for k in 0..<6 { z[k] = ((z[k] + ratio) - ratio) }
      centred[i] = z
      for k in 0..<6 { z[k] += ratio }
      bunch[i] = z
    }
    let (far, near) = (try bunch.moments(), try centred.moments())
    // Merging knows means to ε_m·ratio·σ, and weighs such an error with the distance of two tiles'
    // means, σ divided by the root of the number of particles in a tile.
    let bound: Double = 5000 * (1e-13 + ratio * 0x1p-52)
    for k in 0..<21 { #expect(abs(far.products[k] - near.products[k]) <= bound) }
    let rounding: Double = 4 * ratio * 0x1p-52
    for i in 0..<6 {
      let difference: Double = far.mean[i] - ratio - near.mean[i]
      #expect(abs(difference) <= rounding)
    }
  }

  /// Where sums are about the axis and where about the mean: both sides of the border, tiles of both kinds in
  /// one bunch, and coordinates of both kinds in one tile.
  @Test(arguments: [0, 2.9, 3.1, 30])
  func sumsAboutTheAxisAndAboutTheMeanAgree(offset: Double) throws {
    let shape = try BeamShape(covariance: Matrix6<Double>.identity)
    let beam = InitialBeam(GaussianDistribution(), shape: shape, particles: 1100, charge: 1)
    let start = try Bunch<Double>(beam, reference: testReference)
    func compare(_ isMoved: (_ particle: Int, _ coordinate: Int) -> Bool) throws {
      var bunch = start
      for i in 0..<bunch.count {
        for k in 0..<6 where isMoved(i, k) { bunch[i][k] += offset }
      }
      // Ten times the error of momentsAreThoseOfTheDefinition.
      PlainMoments(bunch, weights: false).expectEqual(try bunch.moments(), within: 1e-12)
      for i in 0..<bunch.count { bunch.setWeight(of: i, to: Double(1 + i % 7)) }
      for i in 0..<bunch.count where i % 11 == 0 { bunch.setAlive(i, to: false) }
      PlainMoments(bunch, weights: true).expectEqual(try bunch.moments(), within: 1e-12)
    }
    try compare { _, _ in true }
    try compare { i, _ in (Self.capacity..<2 * Self.capacity).contains(i) }
    try compare { _, k in k == 4 }
  }

  /// A tile that leaves the axis and comes back, and loses a particle, while it keeps coordinates: each time, the
  /// moments are those of new sums.
  @Test func momentsOfWhatIsKeptAreThoseOfNewSums() throws {
    var bunch = try bunch(Self.capacity)
    var seen: [Moments] = []
    func observe(_ kept: KeptCoordinates) throws {
      bunch.withBlocks { particles in
        let tile = Tile<Double>(
          base: particles.address(ofTile: 0), count: Self.capacity, firstParticle: 0)
        seen.append(of: tile, hasUniformWeights: true, kept: kept)
      }
      #expect(try seen.last == bunch.moments())
    }
    func move(_ change: (inout PhaseSpace<Double>) -> Void) {
      for i in 0..<Self.capacity {
        var z = bunch[i]
        change(&z)
        bunch[i] = z
      }
    }
    try observe(.none)
    for offset in [0, 1, 1, -2, 3e-3, -3e-3, 1e-6] {
      move { z in
        z.x += offset + z.px
        z.t -= z.pt
      }
      try observe(.momenta)
    }
    for offset in [0, 0.5, -0.5, 0] {
      move { z in
        z.x += z.px
        z.px -= 2 * z.x
        z.py += offset
      }
      try observe(.energy)
    }
    try observe(.all)
    bunch.setAlive(7, to: false)
    try observe(.all)
    try observe(.momenta)
    move { $0.pt += 1 }
    try observe(.none)
    move { $0.x += $0.px }
    try observe(.momenta)
  }

  @Test func anOutlierInTheCentreCostsAFactorOfTheTileOnly() throws {
    var bunch = try bunch(Self.capacity)
    bunch[0] = PhaseSpace(x: 1e6, px: -1e6, y: 1e6, py: 1e6, t: -1e6, pt: 1e6)
    // n·ε_m of √(MᵢᵢMⱼⱼ) for each rounding that counts: of 64 additions in each of 8 sums, some 8.
    let moments = try bunch.moments()
    PlainMoments(bunch, weights: false).expectEqual(
      moments, within: 8 * Double(Self.capacity) * 0x1p-53)
    // A particle of little weight is not the centre of a weighted tile, so that it costs nothing.
    bunch.setWeight(of: 0, to: 1e-20)
    PlainMoments(bunch, weights: true).expectEqual(try bunch.moments(), within: 1e-12)
  }

  @Test func aBeamWithoutSpreadHasExactlyNone() throws {
    let point = PhaseSpace(x: 0.1, px: 1e-3, y: -0.7, py: 1e-9, t: 3, pt: 0.01)
    var bunch = Bunch<Double>(count: 1300, reference: testReference)
    for i in 0..<1300 { bunch[i] = point }
    let moments = try bunch.moments()
    for k in 0..<21 { #expect(moments.products[k] == 0) }
    for i in 0..<6 { #expect(moments.mean[i] == point[i]) }
  }

  @Test func overflowIsNoCrash() throws {
    var bunch = try bunch(600)
    bunch[3] = PhaseSpace(x: 1e200, px: -1e300, y: 0, py: 0, t: .infinity, pt: 0)
    let statistics = BeamStatistics(try bunch.moments(), reference: testReference)
    #expect(statistics["sigma_x"] == nil)
    #expect(statistics["max_x"] == 1e200)
    #expect(statistics["eigenemittance_1"] == nil)
    #expect(statistics["sigma_y"] != nil)
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    // 100,000 particles: 196 tiles, 4 chunks of which the last is short.
    let bunch = try bunch(100_000)
    let alone = try bunch.moments()
    for threads in [2, 3, 7] {
      #expect(try bunch.moments(workers: Workers(count: threads)) == alone)
    }
    // One tree over all tiles, without chunks.
    var tree = TreeSum<Moments>()
    bunch.storage.withUnsafeBufferPointer { words in
      for tile in 0..<bunch.tileCount {
        let base = words.baseAddress! + tile * Tile<Double>.wordCount
        var moments = Moments()
        moments.collect(
          words: base, count: min(Self.capacity, 100_000 - Self.capacity * tile),
          hasUniformWeights: true)
        tree.append(moments)
      }
    }
    #expect(tree.total == alone)
    PlainMoments(bunch, weights: false).expectEqual(alone, within: 1e-13)
  }

  @Test func mergingWithNothingChangesNothing() throws {
    let moments = try bunch(700).moments()
    var merged = Moments()
    merged.merge(moments)
    #expect(merged == moments)
    merged.merge(Moments())
    #expect(merged == moments)
  }

  @Test func aTileGivesWhatItsBunchGives() throws {
    var bunch = try bunch(Self.capacity)
    bunch.setAlive(9, to: false)
    let expected = try bunch.moments()
    bunch.storage.withUnsafeMutableBufferPointer { words in
      let tile = Tile<Double>(base: words.baseAddress!, count: Self.capacity, firstParticle: 0)
      #expect(Moments(of: tile, hasUniformWeights: true) == expected)
    }
  }
}
