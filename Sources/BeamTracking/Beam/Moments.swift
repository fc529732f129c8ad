import AutoDiff
import BeamMaps
import Communication
import LinearAlgebra

/// The first and second moments, and the extrema, of the living particles of one or more tiles.
///
/// Sums of a beam near the axis are about the axis, and merged by additions. Those of a beam far off it, which
/// would lose digits, are about the mean, and merged about the common mean (T. Chan, G. Golub,
/// R. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
/// COMPSTAT 1982, eq. 2.1).
public struct Moments: Sendable, Mergeable {
  /// The number of particles.
  public package(set) var count = 0
  /// Σw, the weight of all particles in the means. If all weights are equal, particles count 1
  /// each.
  public package(set) var weight = 0.0
  /// The number of real particles that the particles represent.
  public package(set) var realParticles = 0.0
  /// The least value of each coordinate, for any weight; +∞ for no particles.
  public package(set) var minimum = Vector6<Double>(repeating: .infinity)
  /// The greatest value of each coordinate, for any weight; −∞ for no particles.
  public package(set) var maximum = Vector6<Double>(repeating: -.infinity)

  /// Whether ``first`` is Σwζ and ``second`` Σwζᵢζⱼ; otherwise they are the mean and the products about it.
  var isAboutAxis = false
  var first = Vector6<Double>(repeating: 0)
  /// The upper triangle row by row.
  var second = InlineArray<21, Double>(repeating: 0)

  /// The moments of no particles.
  public init() {}

  /// The centroid ⟨ζ⟩ = Σwζ/Σw in the order x, px, y, py, t, pt; undefined if ``weight`` is 0.
  public var mean: Vector6<Double> {
    isAboutAxis ? Vector6 { i in first[i] / weight } : first
  }

  /// Σw(ζᵢ − ⟨ζᵢ⟩)(ζⱼ − ⟨ζⱼ⟩), the upper triangle row by row.
  public var products: InlineArray<21, Double> {
    isAboutAxis ? Self.products(second, first, mean) : second
  }

  /// Products of differences to a point, moved by `shift` to the mean; `first` is the sum of differences.
  static func products(
    _ products: InlineArray<21, Double>, _ first: Vector6<Double>, _ shift: Vector6<Double>
  ) -> InlineArray<21, Double> {
    var moved = products
    for i in 0..<6 {
      for j in i..<6 {
        let k = index(i, j)
        moved[k] = products[k].addingProduct(-shift[i], first[j])
      }
    }
    return moved
  }

  /// The index of the product of coordinates `i` and `j` in ``products``.
  @inline(__always)
  package static func index(_ i: Int, _ j: Int) -> Int {
    let (row, column) = i < j ? (i, j) : (j, i)
    return (row &* (11 &- row)) >> 1 &+ column
  }

  /// The covariance ⟨(ζᵢ − ⟨ζᵢ⟩)(ζⱼ − ⟨ζⱼ⟩)⟩, normalised by 1/Σw; nil if the weight is 0.
  public var covariance: Matrix6<Double>? {
    guard weight > 0 else { return nil }
    let products = products
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
      isAboutAxis = later.isAboutAxis
      first = later.first
      second = later.second
      return
    }
    if isAboutAxis && later.isAboutAxis {
      weight += later.weight
      Self.add(later.first, to: &first)
      Self.add(later.second, to: &second)
    } else {
      mergeAboutMean(later)
    }
  }

  /// Adds entry by entry, by address: at variable indices each access would copy all numbers.
  @inline(__always)
  private static func add<let n: Int>(
    _ summands: InlineArray<n, Double>, to sums: inout InlineArray<n, Double>
  ) {
    withUnsafeMutablePointer(to: &sums) { sums in
      withUnsafePointer(to: summands) { summands in
        let sums = UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Double.self)
        let summands = UnsafeRawPointer(summands).assumingMemoryBound(to: Double.self)
        for i in 0..<n { sums[i] += summands[i] }
      }
    }
  }

  private mutating func mergeAboutMean(_ later: Moments) {
    (first, second, isAboutAxis) = (mean, products, false)
    let (laterMean, laterProducts) = (later.mean, later.products)
    let total = weight + later.weight
    let share = later.weight / total
    let difference = Vector6<Double> { i in laterMean[i] - first[i] }
    let scaled = Vector6<Double> { i in difference[i] * (weight * share) }
    // Row by row, with constant indices: at variable ones each access would copy all products.
    @inline(__always) func addRow(_ i: Int) {
      for j in i..<6 {
        let k = Self.index(i, j)
        let sum = second[unchecked: k] + laterProducts[unchecked: k]
        second[unchecked: k] = sum.addingProduct(
          scaled[unchecked: i], difference[unchecked: j])
      }
    }
    addRow(0)
    addRow(1)
    addRow(2)
    addRow(3)
    addRow(4)
    addRow(5)
    for i in 0..<6 { first[i] += difference[i] * share }
    weight = total
  }
}

extension Moments: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && a.weight == b.weight && a.realParticles == b.realParticles
      && a.isAboutAxis == b.isAboutAxis && (0..<21).allSatisfy { a.second[$0] == b.second[$0] }
      && (0..<6).allSatisfy {
        a.first[$0] == b.first[$0] && a.minimum[$0] == b.minimum[$0]
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
    var moments = Moments()
    moments.collect(
      words: base + number * Tile<Word>.wordCount,
      count: min(capacity, count - number * capacity), hasUniformWeights: hasUniformWeights)
    return moments
  }
}
