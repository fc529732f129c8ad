import AutoDiff
import BeamMaps
import Communication
import LinearAlgebra

/// The first and second moments, and the extrema, of the living particles of one or more tiles.
///
/// Central products are summed about the mean and merged about the common mean (T. Chan, G. Golub,
/// R. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
/// COMPSTAT 1982, eq. 2.1), so that a beam far off the axis loses no digits.
public struct Moments: Sendable, Mergeable {
  /// The number of particles.
  public package(set) var count = 0
  /// Σw, the weight of all particles in the means. If all weights are equal, particles count 1
  /// each.
  public package(set) var weight = 0.0
  /// The number of real particles that the particles represent.
  public package(set) var realParticles = 0.0
  /// The centroid ⟨ζ⟩ = Σwζ/Σw in the order x, px, y, py, t, pt; undefined if ``weight`` is 0.
  public package(set) var mean = Vector6<Double>(repeating: 0)
  /// Σw(ζᵢ − ⟨ζᵢ⟩)(ζⱼ − ⟨ζⱼ⟩), the upper triangle row by row.
  public package(set) var products = InlineArray<21, Double>(repeating: 0)
  /// The least value of each coordinate, for any weight; +∞ for no particles.
  public package(set) var minimum = Vector6<Double>(repeating: .infinity)
  /// The greatest value of each coordinate, for any weight; −∞ for no particles.
  public package(set) var maximum = Vector6<Double>(repeating: -.infinity)

  /// The moments of no particles.
  public init() {}

  /// The index of the product of coordinates `i` and `j` in ``products``.
  @inline(__always)
  package static func index(_ i: Int, _ j: Int) -> Int {
    let (row, column) = i < j ? (i, j) : (j, i)
    return (row &* (11 &- row)) >> 1 &+ column
  }

  /// The covariance ⟨(ζᵢ − ⟨ζᵢ⟩)(ζⱼ − ⟨ζⱼ⟩)⟩, normalised by 1/Σw; nil if the weight is 0.
  public var covariance: Matrix6<Double>? {
    guard weight > 0 else { return nil }
    return Matrix6 { i, j in products[Self.index(i, j)] / weight }
  }

  /// Adds other particles. The error of each moment exceeds that of the parts by a few roundings.
  public mutating func merge(_ later: Moments) {
    count += later.count
    realParticles += later.realParticles
    for i in 0..<6 {
      minimum[i] = Swift.min(minimum[i], later.minimum[i])
      maximum[i] = Swift.max(maximum[i], later.maximum[i])
    }
    guard later.weight > 0 else { return }
    guard weight > 0 else {
      weight = later.weight
      mean = later.mean
      products = later.products
      return
    }
    let total = weight + later.weight
    let share = later.weight / total
    let difference = Vector6<Double> { i in later.mean[i] - mean[i] }
    let scaled = Vector6<Double> { i in difference[i] * (weight * share) }
    // Row by row, with constant indices: at variable ones each access would copy all products.
    @inline(__always) func addRow(_ i: Int) {
      for j in i..<6 {
        let k = Self.index(i, j)
        let sum = products[unchecked: k] + later.products[unchecked: k]
        products[unchecked: k] = sum.addingProduct(
          scaled[unchecked: i], difference[unchecked: j])
      }
    }
    addRow(0)
    addRow(1)
    addRow(2)
    addRow(3)
    addRow(4)
    addRow(5)
    for i in 0..<6 { mean[i] += difference[i] * share }
    weight = total
  }
}

extension Moments: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && a.weight == b.weight && a.realParticles == b.realParticles
      && (0..<21).allSatisfy { a.products[$0] == b.products[$0] }
      && (0..<6).allSatisfy {
        a.mean[$0] == b.mean[$0] && a.minimum[$0] == b.minimum[$0]
          && a.maximum[$0] == b.maximum[$0]
      }
  }
}

extension Moments: Packable {}

extension Bunch {
  /// The moments of the living particles of all processes; the same bits for any number of workers.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  public func moments(workers: Workers = .one) throws -> Moments {
    let chunks = TileChunks(share)
    return try storage.withUnsafeBufferPointer { words in
      nonisolated(unsafe) let base = words.baseAddress
      let total = try workers.sum(chunks.numbers) { chunk in
        var sum = TreeSum<Moments>()
        guard let base else { return Moments() }
        for tile in chunks.tiles(chunk) { sum.append(moments(ofTile: tile, at: base)) }
        return sum.total ?? Moments()
      }
      return total ?? Moments()
    }
  }

  private func moments(ofTile number: Int, at base: UnsafePointer<Word>) -> Moments {
    let capacity = Tile<Word>.capacity
    return Moments(
      words: base + number * Tile<Word>.wordCount,
      count: min(capacity, count - number * capacity), hasUniformWeights: hasUniformWeights)
  }
}
